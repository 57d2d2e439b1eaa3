# One worker process lands, loads and builds, so one account has what these three need, and nothing on the whole project
# but to run jobs.
resource "google_service_account" "worker" {
  account_id   = "soundflow-worker"
  display_name = "SoundFlow workers"
  description  = "Lands events in the lake, loads them into staging and builds the marts."

  depends_on = [google_project_service.required]
}

resource "google_service_account" "bi" {
  account_id   = "soundflow-bi"
  display_name = "SoundFlow BI"
  description  = "Reads the marts."

  depends_on = [google_project_service.required]
}
