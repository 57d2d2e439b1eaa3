override_resource {
  target = google_service_account.worker
  values = {
    name      = "projects/music-test-1/serviceAccounts/soundflow-worker@music-test-1.iam.gserviceaccount.com"
    email     = "soundflow-worker@music-test-1.iam.gserviceaccount.com"
    member    = "serviceAccount:soundflow-worker@music-test-1.iam.gserviceaccount.com"
    unique_id = "100000000000000000001"
  }
}

override_resource {
  target = google_service_account.bi
  values = {
    email  = "soundflow-bi@music-test-1.iam.gserviceaccount.com"
    member = "serviceAccount:soundflow-bi@music-test-1.iam.gserviceaccount.com"
  }
}

# What Google answers is a file in base64; this one holds no key.
mock_resource "google_service_account_key" {
  defaults = {
    name        = "projects/music-test-1/serviceAccounts/soundflow-worker@music-test-1.iam.gserviceaccount.com/keys/0123456789abcdef"
    private_key = "eyJ0eXBlIjoic2VydmljZV9hY2NvdW50In0="
  }
}

mock_resource "google_iam_workload_identity_pool" {
  defaults = { name = "projects/42/locations/global/workloadIdentityPools/soundflow-workers" }
}

mock_resource "google_iam_workload_identity_pool_provider" {
  defaults = { name = "projects/42/locations/global/workloadIdentityPools/soundflow-workers/providers/soundflow-oidc" }
}

mock_resource "google_project_iam_custom_role" {
  defaults = { id = "projects/music-test-1/roles/soundflowObjectRemover" }
}

mock_resource "google_bigquery_connection" {
  defaults = {
    name           = "projects/music-test-1/locations/US/connections/soundflow-lake"
    cloud_resource = { service_account_id = "bqcx-42@gcp-sa-bigquery-condel.iam.gserviceaccount.com" }
  }
}

mock_resource "google_storage_bucket" {
  defaults = { project_number = 42 }
}
