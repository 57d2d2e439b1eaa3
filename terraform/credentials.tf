variable "credential_mode" {
  description = "What proves that a worker is a worker: key (Google makes a key, which the state then holds), uploaded_key (you make it, and only its public half leaves this machine) or workload_identity (no key at all)."
  type        = string
  default     = "key"

  validation {
    condition     = contains(["key", "uploaded_key", "workload_identity"], var.credential_mode)
    error_message = "credential_mode must be key, uploaded_key or workload_identity."
  }
}

variable "public_key_file" {
  description = "Certificate with the public half of the key (uploaded_key), PEM."
  type        = string
  default     = null

  validation {
    condition     = (var.credential_mode == "uploaded_key") == (var.public_key_file != null)
    error_message = "public_key_file goes with credential_mode = \"uploaded_key\", and that needs it; README.md says how to make one."
  }
  validation {
    condition     = var.public_key_file == null || try(startswith(file(var.public_key_file), "-----BEGIN CERTIFICATE-----"), false)
    error_message = "public_key_file must be the path of a PEM certificate (-----BEGIN CERTIFICATE-----), which holds no private key; README.md says how to make one."
  }
}

variable "workload_identity" {
  description = "Whose tokens are taken for a worker's (workload_identity): the address of an OpenID Connect issuer, the one subject, and the file in which a worker finds its token."
  type        = object({ issuer = string, subject = string, token_file = string })
  default     = null

  validation {
    condition     = var.workload_identity == null || var.credential_mode == "workload_identity"
    error_message = "workload_identity goes with credential_mode = \"workload_identity\"."
  }
  validation {
    condition     = var.credential_mode != "workload_identity" || var.workload_identity != null || var.gke_service_account != null
    error_message = "credential_mode = \"workload_identity\" needs workload_identity or gke_service_account, to know whom to trust."
  }
  validation {
    condition = var.workload_identity == null || try(
      can(regex("^https://[^/?#\\s]+", var.workload_identity.issuer)) &&
      can(regex("^[^'\\\\\\s]{1,127}$", var.workload_identity.subject)) &&
      startswith(var.workload_identity.token_file, "/"),
      false,
    )
    error_message = "workload_identity: an https:// issuer, a subject of at most 127 characters without spaces and quotes, and the absolute path of the token. Example: { issuer = \"https://token.example.com\", subject = \"system:serviceaccount:soundflow:worker\", token_file = \"/var/run/secrets/tokens/google\" }."
  }
}

variable "gke_service_account" {
  description = "Kubernetes account, <namespace>/<name>, of workers on a GKE cluster of the same project (workload_identity); they need no file."
  type        = string
  default     = null

  validation {
    condition     = var.gke_service_account == null || (var.credential_mode == "workload_identity" && can(regex("^[a-z0-9-]+/[a-z0-9-]+$", var.gke_service_account)))
    error_message = "gke_service_account goes with credential_mode = \"workload_identity\" and reads <namespace>/<name>. Example: soundflow/soundflow-worker."
  }
}

locals {
  credentials_file = abspath("${path.root}/../credentials/gcp-key.json")
  federated        = var.credential_mode == "workload_identity" && var.workload_identity != null
}

resource "google_service_account_key" "worker" {
  count              = var.credential_mode == "key" ? 1 : 0
  service_account_id = google_service_account.worker.name
}

resource "google_service_account_key" "uploaded" {
  count              = var.credential_mode == "uploaded_key" ? 1 : 0
  service_account_id = google_service_account.worker.name
  public_key_data    = filebase64(var.public_key_file)
}

resource "google_iam_workload_identity_pool" "workers" {
  count                     = local.federated ? 1 : 0
  workload_identity_pool_id = "soundflow-workers"
  display_name              = "SoundFlow workers"

  depends_on = [google_project_service.required]
}

resource "google_iam_workload_identity_pool_provider" "workers" {
  count                              = local.federated ? 1 : 0
  workload_identity_pool_id          = google_iam_workload_identity_pool.workers[0].workload_identity_pool_id
  workload_identity_pool_provider_id = "soundflow-oidc"
  attribute_mapping                  = { "google.subject" = "assertion.sub" }
  attribute_condition                = "assertion.sub == '${var.workload_identity.subject}'"

  oidc {
    issuer_uri = var.workload_identity.issuer
  }
}

resource "google_service_account_iam_member" "federated" {
  count              = local.federated ? 1 : 0
  service_account_id = google_service_account.worker.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principal://iam.googleapis.com/${google_iam_workload_identity_pool.workers[0].name}/subject/${var.workload_identity.subject}"
}

resource "google_service_account_iam_member" "gke" {
  count              = var.gke_service_account == null ? 0 : 1
  service_account_id = google_service_account.worker.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${var.project}.svc.id.goog[${var.gke_service_account}]"
}

resource "local_sensitive_file" "key" {
  count                = var.credential_mode == "key" ? 1 : 0
  filename             = local.credentials_file
  content_base64       = google_service_account_key.worker[0].private_key
  file_permission      = "0600"
  directory_permission = "0700"
}

# Says where a token lies and what to change it for; there is no secret in it.
resource "local_file" "workload_identity" {
  count                = local.federated ? 1 : 0
  filename             = local.credentials_file
  file_permission      = "0600"
  directory_permission = "0700"
  content = jsonencode({
    type                              = "external_account"
    audience                          = "//iam.googleapis.com/${google_iam_workload_identity_pool_provider.workers[0].name}"
    subject_token_type                = "urn:ietf:params:oauth:token-type:jwt"
    token_url                         = "https://sts.googleapis.com/v1/token"
    service_account_impersonation_url = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${google_service_account.worker.email}:generateAccessToken"
    credential_source                 = { file = var.workload_identity.token_file, format = { type = "text" } }
  })
}
