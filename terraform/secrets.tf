# Values are added with gcloud: what Terraform knows, its state knows.
resource "google_secret_manager_secret" "worker" {
  for_each  = var.secrets
  secret_id = each.key

  replication {
    auto {}
  }

  depends_on = [google_project_service.required]
}

resource "google_secret_manager_secret_iam_member" "worker" {
  for_each  = google_secret_manager_secret.worker
  secret_id = each.value.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = local.worker
}
