# No network may connect to it but through Google's connector, which checks IAM and encrypts.
resource "google_sql_database_instance" "catalog" {
  count               = var.catalog_database == null ? 0 : 1
  name                = "soundflow-catalog"
  region              = var.region
  database_version    = "POSTGRES_16"
  deletion_protection = !var.destroy_data

  settings {
    tier              = var.catalog_database.tier
    edition           = "ENTERPRISE"
    availability_type = var.catalog_database.highly_available ? "REGIONAL" : "ZONAL"
    disk_size         = var.catalog_database.disk_gb
    disk_autoresize   = true
    user_labels       = local.labels

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
    }

    ip_configuration {
      ipv4_enabled = true
      ssl_mode     = "ENCRYPTED_ONLY"
    }

    database_flags {
      name  = "cloudsql.iam_authentication"
      value = "on"
    }
  }

  depends_on = [google_project_service.required]
}

resource "google_sql_database" "catalog" {
  count    = var.catalog_database == null ? 0 : 1
  instance = google_sql_database_instance.catalog[0].name
  name     = "soundflow"
}

# Cloud SQL names an account without the last part of its address.
resource "google_sql_user" "worker" {
  count    = var.catalog_database == null ? 0 : 1
  instance = google_sql_database_instance.catalog[0].name
  name     = trimsuffix(google_service_account.worker.email, ".gserviceaccount.com")
  type     = "CLOUD_IAM_SERVICE_ACCOUNT"
}

resource "google_project_iam_member" "catalog" {
  for_each = var.catalog_database == null ? [] : toset(["roles/cloudsql.client", "roles/cloudsql.instanceUser"])
  project  = var.project
  role     = each.key
  member   = local.worker

  condition {
    title      = "soundflow_catalog"
    expression = "resource.name == 'projects/${var.project}/instances/${google_sql_database_instance.catalog[0].name}' && resource.service == 'sqladmin.googleapis.com'"
  }
}
