# BigQuery reads the lake as this account, and people who query need no access to the bucket.
resource "google_bigquery_connection" "lake" {
  count         = var.lake_tables ? 1 : 0
  connection_id = "soundflow-lake"
  location      = var.location
  description   = "Reads the lake's bucket."
  cloud_resource {}

  depends_on = [google_project_service.required]
}

resource "google_storage_bucket_iam_member" "connection" {
  count  = var.lake_tables ? 1 : 0
  bucket = google_storage_bucket.lake.name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${google_bigquery_connection.lake[0].cloud_resource[0].service_account_id}"
}

resource "google_bigquery_dataset" "lake" {
  count                      = var.lake_tables ? 1 : 0
  dataset_id                 = "lake"
  description                = "The lake's Delta tables as they are, read from the bucket."
  location                   = var.location
  delete_contents_on_destroy = var.destroy_data

  depends_on = [google_project_service.required]
}

resource "google_bigquery_table" "lake" {
  for_each            = var.lake_tables ? var.topics : []
  dataset_id          = google_bigquery_dataset.lake[0].dataset_id
  table_id            = each.key
  description         = "Delta table of topic ${each.key}; deduplicate by _epoch, _kafka_partition and _offset."
  deletion_protection = false

  external_data_configuration {
    source_format = "DELTA_LAKE"
    source_uris   = ["gs://${google_storage_bucket.lake.name}/${each.key}"]
    connection_id = google_bigquery_connection.lake[0].name
    autodetect    = true
  }

  depends_on = [google_storage_bucket_iam_member.connection]
}
