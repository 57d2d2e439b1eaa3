variable "project" {
  description = "Google Cloud project that everything is made in; it exists already."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "project must be a project's id: 6 to 30 lower-case letters, digits and hyphens, beginning with a letter. Example: my-project-123."
  }
}

variable "location" {
  description = "Where bucket and datasets lie, one place for both: US, EU or a region."
  type        = string
  default     = "US"

  validation {
    condition     = can(regex("^(US|EU|[a-z]+-[a-z]+[0-9]{1,2})$", var.location))
    error_message = "location must be US, EU or a region. Example: europe-west3."
  }
}

variable "region" {
  description = "Region of what lies in no multi-region, such as the catalogue's database."
  type        = string
  default     = "us-central1"

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.region))
    error_message = "region must be a region. Example: us-central1."
  }
}

variable "labels" {
  description = "Labels of everything that can carry some, beside app = soundflow."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([
      for name, value in var.labels : can(regex("^[a-z][a-z0-9_-]{0,62}$", name)) && can(regex("^[a-z0-9_-]{0,63}$", value))
    ])
    error_message = "labels: names and values have at most 63 lower-case letters, digits, _ and -. Example: { team = \"data\" }."
  }
}

variable "bucket" {
  description = "Name of the lake's bucket, which nobody else in the world may have; null makes <project>-soundflow-lake."
  type        = string
  default     = null

  validation {
    condition = var.bucket == null || (
      can(regex("^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$", var.bucket)) && !can(regex("^goog|google", var.bucket))
    )
    error_message = "bucket must have 3 to 63 lower-case letters, digits, _ and -, begin and end with a letter or digit, and hold no \"google\". Example: my-project-lake."
  }
}

variable "topics" {
  description = "Topics, which are folders of the bucket and Delta tables."
  type        = set(string)
  default     = ["auth_events", "listen_events", "page_view_events", "status_change_events"]

  validation {
    condition     = length(var.topics) > 0 && alltrue([for topic in var.topics : can(regex("^[a-z][a-z0-9_]{0,99}$", topic))])
    error_message = "topics must be names of lower-case letters, digits and _, at least one. Example: [\"listen_events\"]."
  }
}

variable "colder_after_days" {
  description = "Ages at which landed files move to colder storage; reading them again costs from then on. The log stays where it is."
  type        = object({ nearline = number, coldline = number, archive = number })
  default     = { nearline = 30, coldline = 90, archive = 365 }

  validation {
    condition = (
      var.colder_after_days.nearline >= 1 &&
      var.colder_after_days.coldline >= var.colder_after_days.nearline + 30 &&
      var.colder_after_days.archive >= var.colder_after_days.coldline + 90
    )
    error_message = "colder_after_days: nearline is 1 or more, coldline at least 30 days later, archive at least 90 days after that: files that leave a class sooner are charged for the days they did not stay. Example: { nearline = 30, coldline = 90, archive = 365 }."
  }
}

variable "soft_delete_days" {
  description = "Days for which removed objects can be had back."
  type        = number
  default     = 14

  validation {
    condition     = var.soft_delete_days >= 7 && var.soft_delete_days <= 90 && floor(var.soft_delete_days) == var.soft_delete_days
    error_message = "soft_delete_days must be a whole number from 7 to 90."
  }
}

variable "staging_days" {
  description = "Days for which hours stay loaded in staging, counted from the hour; null keeps them. The lake has them longer, and any hour can be loaded again."
  type        = number
  default     = null

  validation {
    condition     = var.staging_days == null || try(var.staging_days >= 7, false)
    error_message = "staging_days must be 7 or more, or null: models are rebuilt from staging, so keep as many days as they look back."
  }
}

variable "destroy_data" {
  description = "Whether terraform destroy removes a bucket and datasets that still hold data."
  type        = bool
  default     = false
}

variable "maximum_bytes_billed" {
  description = "Bytes that one query of the workers may be billed for."
  type        = number
  default     = 10737418240

  validation {
    condition     = var.maximum_bytes_billed >= 10485760 && floor(var.maximum_bytes_billed) == var.maximum_bytes_billed
    error_message = "maximum_bytes_billed must be a whole number, at least 10485760 (10 MiB, the least a query is billed for)."
  }
}

variable "lake_tables" {
  description = "Whether BigQuery shows the lake's Delta tables as they are, as dataset lake. Set it once every topic has landed a batch: an empty folder is no table."
  type        = bool
  default     = false
}

variable "analysts" {
  description = "Who may read the marts, beside the account for BI: users and groups."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.analysts : can(regex("^(user|group|serviceAccount):[^@:]+@[^@:]+$", member))])
    error_message = "analysts must each be user:, group: or serviceAccount: and an address; nobody gives the marts to everybody. Example: group:analysts@example.com."
  }
}

variable "budget" {
  description = "Monthly budget of the project whose half, nine tenths and whole send mail to the billing account's administrators; null makes none. It stops nothing."
  type        = object({ billing_account = string, amount = number, currency = string })
  default     = null

  validation {
    condition = var.budget == null || try(
      can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.budget.billing_account)) &&
      var.budget.amount >= 1 && floor(var.budget.amount) == var.budget.amount &&
      can(regex("^[A-Z]{3}$", var.budget.currency)),
      false,
    )
    error_message = "budget: the billing account as 012345-6789AB-CDEF01, a whole amount from 1, and the account's own currency. Example: { billing_account = \"012345-6789AB-CDEF01\", amount = 100, currency = \"USD\" }."
  }
}

variable "catalog_database" {
  description = "Postgres for the catalogue; null makes none. Workers log in as their service account, so there is no password."
  type        = object({ tier = string, disk_gb = optional(number, 10), highly_available = optional(bool, false) })
  default     = null

  validation {
    condition     = var.catalog_database == null || try(var.catalog_database.disk_gb >= 10 && startswith(var.catalog_database.tier, "db-"), false)
    error_message = "catalog_database: a tier such as db-custom-1-3840, and a disk of at least 10 GB. Example: { tier = \"db-custom-1-3840\" }."
  }
}

variable "secrets" {
  description = "Names of secrets that workers may read. Their values are added by hand and never pass through here."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.secrets : can(regex("^[A-Za-z0-9_-]{1,255}$", name))])
    error_message = "secrets must be names of letters, digits, _ and -. Example: [\"kafka-password\"]."
  }
}
