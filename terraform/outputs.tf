output "env" {
  description = "Lines for .env in the folder above: terraform output -raw env >> ../.env"
  value = join("", [for name, value in merge(
    {
      SOUNDFLOW_PROFILE       = "gcp"
      GCP_PROJECT             = var.project
      GCS_BUCKET              = google_storage_bucket.lake.name
      BQ_LOCATION             = var.location
      BQ_MAXIMUM_BYTES_BILLED = format("%d", var.maximum_bytes_billed)
    },
    var.credential_mode == "workload_identity" && !local.federated ? {} : { GOOGLE_APPLICATION_CREDENTIALS = local.credentials_file },
  ) : "${name}=${value}\n"])
}

output "service_accounts" {
  description = "Addresses of the accounts."
  value = {
    worker = google_service_account.worker.email
    bi     = google_service_account.bi.email
  }
}

output "uploaded_key" {
  description = "The file of credentials but for the private half of the key, which never was here (uploaded_key); null in the other modes. README.md says how to put them together."
  value = var.credential_mode == "uploaded_key" ? {
    type           = "service_account"
    project_id     = var.project
    private_key_id = reverse(split("/", google_service_account_key.uploaded[0].name))[0]
    client_email   = google_service_account.worker.email
    client_id      = google_service_account.worker.unique_id
    token_uri      = "https://oauth2.googleapis.com/token"
  } : null
}

output "catalog_connection_name" {
  description = "What Google's SQL connector calls the catalogue's database; null where there is none."
  value       = one(google_sql_database_instance.catalog[*].connection_name)
}
