# Budgets and some other requests are charged to a quota project; ours is that project.
provider "google" {
  project               = var.project
  region                = var.region
  billing_project       = var.project
  user_project_override = true
  default_labels        = local.labels
}

locals {
  labels = merge(var.labels, { app = "soundflow" })
  bucket = coalesce(var.bucket, "${var.project}-soundflow-lake")

  services = toset(concat(
    [
      "bigquery.googleapis.com",
      "cloudresourcemanager.googleapis.com",
      "iam.googleapis.com",
      "serviceusage.googleapis.com",
      "storage.googleapis.com",
    ],
    var.credential_mode == "workload_identity" ? ["iamcredentials.googleapis.com", "sts.googleapis.com"] : [],
    var.lake_tables ? ["bigqueryconnection.googleapis.com"] : [],
    var.budget == null ? [] : ["billingbudgets.googleapis.com"],
    var.catalog_database == null ? [] : ["sqladmin.googleapis.com"],
    length(var.secrets) == 0 ? [] : ["secretmanager.googleapis.com"],
  ))
}

# An API that others in the project may use by now stays on when this is destroyed.
resource "google_project_service" "required" {
  for_each           = local.services
  service            = each.key
  disable_on_destroy = false
}
