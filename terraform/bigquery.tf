locals {
  datasets = {
    staging      = "Landed events, one table a topic, replaced hour by hour."
    intermediate = "What marts are made from."
    marts        = "Answers: songs, listeners, places."
  }
}

# Tables are not made here: the loader makes those of staging from the contracts, dbt the others.
resource "google_bigquery_dataset" "warehouse" {
  for_each                        = local.datasets
  dataset_id                      = each.key
  description                     = each.value
  location                        = var.location
  default_partition_expiration_ms = each.key == "staging" && var.staging_days != null ? var.staging_days * 86400000 : null
  delete_contents_on_destroy      = var.destroy_data

  depends_on = [google_project_service.required]
}
