mock_provider "google" {
  # What Google answers is a file in base64; this one holds no key.
  mock_resource "google_service_account_key" {
    defaults = {
      name        = "projects/music-test-1/serviceAccounts/soundflow-worker@music-test-1.iam.gserviceaccount.com/keys/0123456789abcdef"
      private_key = "eyJ0eXBlIjoic2VydmljZV9hY2NvdW50In0="
    }
  }

  mock_resource "google_iam_workload_identity_pool" {
    defaults = { name = "projects/42/locations/global/workloadIdentityPools/soundflow-workers" }
  }

  mock_resource "google_iam_workload_identity_pool_provider" {
    defaults = { name = "projects/42/locations/global/workloadIdentityPools/soundflow-workers/providers/soundflow-oidc" }
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

run "key" {
  assert {
    condition     = local_sensitive_file.key[0].filename == abspath("${path.root}/../credentials/gcp-key.json")
    error_message = "the key must lie where the settings look for it"
  }
  assert {
    condition     = local_sensitive_file.key[0].file_permission == "0600" && local_sensitive_file.key[0].directory_permission == "0700"
    error_message = "the key must be readable to its owner alone"
  }
  assert {
    condition     = jsondecode(base64decode(local_sensitive_file.key[0].content_base64)).type == "service_account"
    error_message = "the file must hold what Google answered, decoded"
  }
  assert {
    condition     = length(google_service_account_key.uploaded) + length(local_file.workload_identity) + length(google_iam_workload_identity_pool.workers) == 0
    error_message = "one mode makes what is its own"
  }
  assert {
    condition     = strcontains(output.env, "\nGOOGLE_APPLICATION_CREDENTIALS=${local_sensitive_file.key[0].filename}\n")
    error_message = "the settings must name the file"
  }
  assert {
    condition     = output.uploaded_key == null
    error_message = "there is nothing to put together"
  }
}

run "uploaded_key" {
  variables {
    credential_mode = "uploaded_key"
    public_key_file = "tests/certificate.pem"
  }

  assert {
    condition     = base64decode(google_service_account_key.uploaded[0].public_key_data) == file("tests/certificate.pem")
    error_message = "the certificate must be what is uploaded"
  }
  assert {
    condition     = length(google_service_account_key.worker) + length(local_sensitive_file.key) + length(local_file.workload_identity) == 0
    error_message = "no private key may be made, and no file without one written"
  }
  assert {
    condition = output.uploaded_key == {
      type           = "service_account"
      project_id     = "music-test-1"
      private_key_id = "0123456789abcdef"
      client_email   = "soundflow-worker@music-test-1.iam.gserviceaccount.com"
      client_id      = "100000000000000000001"
      token_uri      = "https://oauth2.googleapis.com/token"
    }
    error_message = "all of the file but the private key must be put out"
  }
}

run "workload_identity" {
  variables {
    credential_mode = "workload_identity"
    workload_identity = {
      issuer     = "https://token.example.com"
      subject    = "system:serviceaccount:soundflow:worker"
      token_file = "/var/run/secrets/tokens/google"
    }
  }

  assert {
    condition = jsondecode(local_file.workload_identity[0].content) == {
      type                              = "external_account"
      audience                          = "//iam.googleapis.com/projects/42/locations/global/workloadIdentityPools/soundflow-workers/providers/soundflow-oidc"
      subject_token_type                = "urn:ietf:params:oauth:token-type:jwt"
      token_url                         = "https://sts.googleapis.com/v1/token"
      service_account_impersonation_url = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/soundflow-worker@music-test-1.iam.gserviceaccount.com:generateAccessToken"
      credential_source                 = { file = "/var/run/secrets/tokens/google", format = { type = "text" } }
    }
    error_message = "the file must say where the token lies and what to change it for"
  }
  assert {
    condition     = google_service_account_iam_member.federated[0].member == "principal://iam.googleapis.com/projects/42/locations/global/workloadIdentityPools/soundflow-workers/subject/system:serviceaccount:soundflow:worker"
    error_message = "one subject may act as the worker, not the whole pool"
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.workers[0].attribute_condition == "assertion.sub == 'system:serviceaccount:soundflow:worker'"
    error_message = "the issuer's other subjects must be refused at the door"
  }
  assert {
    condition     = length(google_service_account_key.worker) + length(google_service_account_key.uploaded) + length(local_sensitive_file.key) == 0
    error_message = "there must be no key"
  }
  assert {
    condition     = contains(keys(google_project_service.required), "sts.googleapis.com") && contains(keys(google_project_service.required), "iamcredentials.googleapis.com")
    error_message = "tokens are changed by services that must be on"
  }
}

run "workload_identity_of_gke" {
  variables {
    credential_mode     = "workload_identity"
    gke_service_account = "soundflow/soundflow-worker"
  }

  assert {
    condition     = google_service_account_iam_member.gke[0].member == "serviceAccount:music-test-1.svc.id.goog[soundflow/soundflow-worker]"
    error_message = "one account of the cluster may act as the worker"
  }
  assert {
    condition     = length(local_file.workload_identity) + length(google_iam_workload_identity_pool.workers) == 0 && !strcontains(output.env, "GOOGLE_APPLICATION_CREDENTIALS")
    error_message = "GKE's machines answer for their pods: no file, and no setting that names one"
  }
}
