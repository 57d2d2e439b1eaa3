# Objects are created once and never overwritten, so there are no versions to keep; what is removed can be had back for a
# while. Nothing deletes landed files by age: commits name them for ever.
resource "google_storage_bucket" "lake" {
  name                        = local.bucket
  location                    = var.location
  storage_class               = "STANDARD"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.destroy_data

  soft_delete_policy {
    retention_duration_seconds = var.soft_delete_days * 86400
  }

  # Folders of years and of dead letters; logs, which are read all the time, match neither.
  dynamic "lifecycle_rule" {
    for_each = var.colder_after_days
    content {
      action {
        type          = "SetStorageClass"
        storage_class = upper(lifecycle_rule.key)
      }
      condition {
        age            = lifecycle_rule.value
        matches_prefix = flatten([for topic in sort(var.topics) : ["${topic}/2", "${topic}/_dead_letters/"]])
      }
    }
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 7
    }
  }

  depends_on = [google_project_service.required]
}
