# Each would be found by Google at the earliest, by nobody at the latest.
mock_provider "google" {}

mock_provider "local" {}

variables {
  project = "music-test-1"
}

run "project_in_capitals" {
  command = plan
  variables {
    project = "My-Project"
  }
  expect_failures = [var.project]
}

run "project_too_short" {
  command = plan
  variables {
    project = "abc"
  }
  expect_failures = [var.project]
}

run "location_that_is_none" {
  command = plan
  variables {
    location = "us"
  }
  expect_failures = [var.location]
}

run "region_with_a_zone" {
  command = plan
  variables {
    region = "us-central1-a"
  }
  expect_failures = [var.region]
}

run "label_in_capitals" {
  command = plan
  variables {
    labels = { Team = "data" }
  }
  expect_failures = [var.labels]
}

run "bucket_in_capitals" {
  command = plan
  variables {
    bucket = "My_Lake"
  }
  expect_failures = [var.bucket]
}

run "bucket_that_says_google" {
  command = plan
  variables {
    bucket = "my-google-lake"
  }
  expect_failures = [var.bucket]
}

run "topics_none" {
  command = plan
  variables {
    topics = []
  }
  expect_failures = [var.topics]
}

run "topic_with_a_slash" {
  command = plan
  variables {
    topics = ["a/b"]
  }
  expect_failures = [var.topics]
}

run "colder_backwards" {
  command = plan
  variables {
    colder_after_days = { nearline = 90, coldline = 30, archive = 365 }
  }
  expect_failures = [var.colder_after_days]
}

run "soft_delete_too_short" {
  command = plan
  variables {
    soft_delete_days = 6
  }
  expect_failures = [var.soft_delete_days]
}

run "soft_delete_of_half_days" {
  command = plan
  variables {
    soft_delete_days = 7.5
  }
  expect_failures = [var.soft_delete_days]
}

run "staging_of_a_day" {
  command = plan
  variables {
    staging_days = 1
  }
  expect_failures = [var.staging_days]
}

run "bytes_too_few" {
  command = plan
  variables {
    maximum_bytes_billed = 1000
  }
  expect_failures = [var.maximum_bytes_billed]
}

run "analysts_all" {
  command = plan
  variables {
    analysts = ["allUsers"]
  }
  expect_failures = [var.analysts]
}

run "analysts_of_a_domain" {
  command = plan
  variables {
    analysts = ["domain:example.com"]
  }
  expect_failures = [var.analysts]
}

run "analyst_without_a_kind" {
  command = plan
  variables {
    analysts = ["ann@example.com"]
  }
  expect_failures = [var.analysts]
}

run "budget_of_nobody" {
  command = plan
  variables {
    budget = { billing_account = "mine", amount = 100, currency = "USD" }
  }
  expect_failures = [var.budget]
}

run "database_too_small" {
  command = plan
  variables {
    catalog_database = { tier = "db-custom-1-3840", disk_gb = 1 }
  }
  expect_failures = [var.catalog_database]
}

run "secret_with_a_slash" {
  command = plan
  variables {
    secrets = ["a/b"]
  }
  expect_failures = [var.secrets]
}

run "mode_that_is_none" {
  command = plan
  variables {
    credential_mode = "wif"
  }
  expect_failures = [var.credential_mode]
}

run "uploaded_key_without_one" {
  command = plan
  variables {
    credential_mode = "uploaded_key"
  }
  expect_failures = [var.public_key_file]
}

run "public_key_without_the_mode" {
  command = plan
  variables {
    public_key_file = "tests/certificate.pem"
  }
  expect_failures = [var.public_key_file]
}

run "public_key_that_is_none" {
  command = plan
  variables {
    credential_mode = "uploaded_key"
    public_key_file = "variables.tf"
  }
  expect_failures = [var.public_key_file]
}

run "workload_identity_without_one" {
  command = plan
  variables {
    credential_mode = "workload_identity"
  }
  expect_failures = [var.workload_identity]
}

run "workload_identity_without_the_mode" {
  command = plan
  variables {
    workload_identity = { issuer = "https://token.example.com", subject = "worker", token_file = "/token" }
  }
  expect_failures = [var.workload_identity]
}

run "workload_identity_in_the_clear" {
  command = plan
  variables {
    credential_mode   = "workload_identity"
    workload_identity = { issuer = "http://token.example.com", subject = "worker", token_file = "/token" }
  }
  expect_failures = [var.workload_identity]
}

run "subject_that_breaks_out" {
  command = plan
  variables {
    credential_mode   = "workload_identity"
    workload_identity = { issuer = "https://token.example.com", subject = "x' || 'a' == 'a", token_file = "/token" }
  }
  expect_failures = [var.workload_identity]
}

run "gke_without_a_namespace" {
  command = plan
  variables {
    credential_mode     = "workload_identity"
    gke_service_account = "worker"
  }
  expect_failures = [var.gke_service_account]
}
