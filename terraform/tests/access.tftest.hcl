mock_provider "google" {
  mock_resource "google_project_iam_custom_role" {
    defaults = { id = "projects/music-test-1/roles/soundflowObjectRemover" }
  }

  mock_resource "google_bigquery_connection" {
    defaults = {
      cloud_resource = { service_account_id = "bqcx-42@gcp-sa-bigquery-condel.iam.gserviceaccount.com" }
    }
  }
}

mock_provider "local" {}

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

variables {
  project          = "music-test-1"
  lake_tables      = true
  catalog_database = { tier = "db-custom-1-3840" }
  analysts         = ["group:analysts@example.com"]
}

run "who_may_what" {
  assert {
    condition = toset([for grant in concat(values(google_project_iam_member.job_user), values(google_project_iam_member.catalog)) : "${grant.member} ${grant.role}"]) == toset([
      "serviceAccount:soundflow-worker@music-test-1.iam.gserviceaccount.com roles/bigquery.jobUser",
      "serviceAccount:soundflow-worker@music-test-1.iam.gserviceaccount.com roles/cloudsql.client",
      "serviceAccount:soundflow-worker@music-test-1.iam.gserviceaccount.com roles/cloudsql.instanceUser",
      "serviceAccount:soundflow-bi@music-test-1.iam.gserviceaccount.com roles/bigquery.jobUser",
      "group:analysts@example.com roles/bigquery.jobUser",
    ])
    error_message = "on the whole project nobody may more than run jobs, and workers log in to the database"
  }
  assert {
    condition = toset([for grant in concat(values(google_storage_bucket_iam_member.worker), google_storage_bucket_iam_member.connection, [google_storage_bucket_iam_member.worker_removes]) : "${grant.member} ${grant.role}"]) == toset([
      "serviceAccount:soundflow-worker@music-test-1.iam.gserviceaccount.com roles/storage.objectCreator",
      "serviceAccount:soundflow-worker@music-test-1.iam.gserviceaccount.com roles/storage.objectViewer",
      "serviceAccount:soundflow-worker@music-test-1.iam.gserviceaccount.com projects/music-test-1/roles/soundflowObjectRemover",
      "serviceAccount:bqcx-42@gcp-sa-bigquery-condel.iam.gserviceaccount.com roles/storage.objectViewer",
    ])
    error_message = "in the bucket workers create, read and remove, and BigQuery's connection reads"
  }
  assert {
    condition     = google_project_iam_custom_role.object_remover.permissions == toset(["storage.objects.delete"])
    error_message = "the role for removing must hold nothing else"
  }
  assert {
    condition     = one(google_storage_bucket_iam_member.worker_removes.condition).expression == "!resource.name.endsWith('.json')"
    error_message = "commits must be safe from workers"
  }
  assert {
    condition = toset([for grant in concat(values(google_bigquery_dataset_iam_member.worker), values(google_bigquery_dataset_iam_member.readers)) : "${grant.dataset_id} ${grant.member} ${grant.role}"]) == toset([
      "staging serviceAccount:soundflow-worker@music-test-1.iam.gserviceaccount.com roles/bigquery.dataEditor",
      "intermediate serviceAccount:soundflow-worker@music-test-1.iam.gserviceaccount.com roles/bigquery.dataEditor",
      "marts serviceAccount:soundflow-worker@music-test-1.iam.gserviceaccount.com roles/bigquery.dataEditor",
      "marts serviceAccount:soundflow-bi@music-test-1.iam.gserviceaccount.com roles/bigquery.dataViewer",
      "marts group:analysts@example.com roles/bigquery.dataViewer",
    ])
    error_message = "workers write the three datasets, and those who look see the marts alone"
  }
}
