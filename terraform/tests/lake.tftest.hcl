mock_provider "google" {
  mock_resource "google_bigquery_connection" {
    defaults = {
      cloud_resource = { service_account_id = "bqcx-42@gcp-sa-bigquery-condel.iam.gserviceaccount.com" }
    }
  }

  mock_resource "google_storage_bucket" {
    defaults = { project_number = 42 }
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
    member = "serviceAccount:soundflow-bi@music-test-1.iam.gserviceaccount.com"
  }
}

variables {
  project = "music-test-1"
}

run "as_it_comes" {
  assert {
    condition     = google_storage_bucket.lake.name == "music-test-1-soundflow-lake" && google_storage_bucket.lake.location == "US"
    error_message = "the bucket must be named after the project"
  }
  assert {
    condition     = google_storage_bucket.lake.uniform_bucket_level_access && google_storage_bucket.lake.public_access_prevention == "enforced"
    error_message = "no object may be made public"
  }
  assert {
    condition     = !google_storage_bucket.lake.force_destroy && alltrue([for dataset in google_bigquery_dataset.warehouse : !dataset.delete_contents_on_destroy])
    error_message = "data must outlive terraform destroy unless told otherwise"
  }
  assert {
    condition     = google_storage_bucket.lake.soft_delete_policy[0].retention_duration_seconds == 1209600
    error_message = "what is removed must be there for another two weeks"
  }
  assert {
    condition     = { for rule in google_storage_bucket.lake.lifecycle_rule : one(rule.action).storage_class => one(rule.condition).age if one(rule.action).type == "SetStorageClass" } == { NEARLINE = 30, COLDLINE = 90, ARCHIVE = 365 }
    error_message = "files must grow colder by age"
  }
  assert {
    condition     = alltrue([for rule in google_storage_bucket.lake.lifecycle_rule : one(rule.action).type != "Delete"])
    error_message = "landed files must never be deleted by age"
  }
  assert {
    condition     = keys(google_bigquery_dataset.warehouse) == ["intermediate", "marts", "staging"] && alltrue([for name, dataset in google_bigquery_dataset.warehouse : dataset.dataset_id == name && dataset.location == "US"])
    error_message = "datasets must be named as dbt names its schemas, in one place"
  }
  assert {
    condition     = alltrue([for dataset in google_bigquery_dataset.warehouse : dataset.default_partition_expiration_ms == null || dataset.default_partition_expiration_ms == 0])
    error_message = "hours must stay unless told otherwise"
  }
  assert {
    condition     = length(google_bigquery_table.lake) + length(google_billing_budget.project) + length(google_sql_database_instance.catalog) + length(google_secret_manager_secret.worker) == 0
    error_message = "what is optional must not come by itself"
  }
}

run "with_everything" {
  variables {
    location         = "europe-west3"
    bucket           = "another-lake"
    staging_days     = 90
    destroy_data     = true
    lake_tables      = true
    labels           = { team = "data" }
    budget           = { billing_account = "012345-6789AB-CDEF01", amount = 100, currency = "EUR" }
    catalog_database = { tier = "db-custom-1-3840" }
    secrets          = ["kafka-password"]
    analysts         = ["group:analysts@example.com"]
  }

  assert {
    condition     = google_storage_bucket.lake.name == "another-lake" && google_storage_bucket.lake.location == "europe-west3" && google_bigquery_dataset.warehouse["marts"].location == "europe-west3" && google_bigquery_connection.lake[0].location == "europe-west3"
    error_message = "bucket, datasets and connection must lie in one place, or nothing can be loaded"
  }
  assert {
    condition     = google_bigquery_dataset.warehouse["staging"].default_partition_expiration_ms == 7776000000 && google_bigquery_dataset.warehouse["marts"].default_partition_expiration_ms != 7776000000
    error_message = "hours of staging must go after 90 days, and nothing else"
  }
  assert {
    condition     = google_bigquery_table.lake["listen_events"].external_data_configuration[0].source_format == "DELTA_LAKE" && one(google_bigquery_table.lake["listen_events"].external_data_configuration[0].source_uris) == "gs://another-lake/listen_events"
    error_message = "BigQuery must read the topic's Delta table"
  }
  assert {
    condition     = google_billing_budget.project[0].amount[0].specified_amount[0].units == "100" && toset(google_billing_budget.project[0].budget_filter[0].projects) == toset(["projects/42"])
    error_message = "the budget must be of this project"
  }
  assert {
    condition     = length(google_sql_database_instance.catalog[0].settings[0].ip_configuration[0].authorized_networks) == 0 && google_sql_database_instance.catalog[0].settings[0].ip_configuration[0].ssl_mode == "ENCRYPTED_ONLY"
    error_message = "no network may reach the database directly"
  }
  assert {
    condition     = google_sql_user.worker[0].name == "soundflow-worker@music-test-1.iam" && google_sql_user.worker[0].type == "CLOUD_IAM_SERVICE_ACCOUNT"
    error_message = "workers must log in without a password"
  }
  assert {
    condition     = keys(google_secret_manager_secret_iam_member.worker) == ["kafka-password"]
    error_message = "workers must be able to read the secrets named"
  }
  assert {
    condition     = output.env == "BQ_LOCATION=europe-west3\nBQ_MAXIMUM_BYTES_BILLED=10737418240\nGCP_PROJECT=music-test-1\nGCS_BUCKET=another-lake\nGOOGLE_APPLICATION_CREDENTIALS=${abspath("${path.root}/../credentials/gcp-key.json")}\nSOUNDFLOW_PROFILE=gcp\n"
    error_message = "the settings must be ready to paste"
  }
}
