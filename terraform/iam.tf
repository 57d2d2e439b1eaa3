locals {
  worker  = google_service_account.worker.member
  bi      = google_service_account.bi.member
  readers = merge({ bi = local.bi }, { for member in var.analysts : member => member })
}

# To run jobs says nothing about data: what a job may read and write is granted below, dataset by dataset.
resource "google_project_iam_member" "job_user" {
  for_each = merge({ worker = local.worker }, local.readers)
  project  = var.project
  role     = "roles/bigquery.jobUser"
  member   = each.value
}

resource "google_storage_bucket_iam_member" "worker" {
  for_each = toset(["roles/storage.objectCreator", "roles/storage.objectViewer"])
  bucket   = google_storage_bucket.lake.name
  role     = each.key
  member   = local.worker
}

resource "google_project_iam_custom_role" "object_remover" {
  role_id     = "soundflowObjectRemover"
  title       = "SoundFlow object remover"
  description = "Removes objects, and nothing else."
  permissions = ["storage.objects.delete"]

  depends_on = [google_project_service.required]
}

# Workers move the pointer at the newest checkpoint, take back uploads that arrived damaged and sweep files that no
# commit names. Commits, which decide what the lake holds, they can neither remove nor overwrite.
resource "google_storage_bucket_iam_member" "worker_removes" {
  bucket = google_storage_bucket.lake.name
  role   = google_project_iam_custom_role.object_remover.id
  member = local.worker

  condition {
    title       = "all_but_commits"
    description = "Objects other than the commits of Delta logs."
    expression  = "!resource.name.endsWith('.json')"
  }
}

# dbt's views lie beside the landed tables in staging, so building needs to write there as loading does.
resource "google_bigquery_dataset_iam_member" "worker" {
  for_each   = google_bigquery_dataset.warehouse
  dataset_id = each.value.dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = local.worker
}

resource "google_bigquery_dataset_iam_member" "readers" {
  for_each   = local.readers
  dataset_id = google_bigquery_dataset.warehouse["marts"].dataset_id
  role       = "roles/bigquery.dataViewer"
  member     = each.value
}
