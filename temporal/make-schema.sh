#!/bin/sh
# Makes Temporal's two databases and brings their schemas to the version of this image. Safe to repeat: an upgrade is
# a new tag of all images of Temporal, and this runs before the server.
set -eu

make_schema() {
  temporal-sql-tool --db "$1" create
  temporal-sql-tool --db "$1" setup-schema -v 0.0
  temporal-sql-tool --db "$1" update-schema -d "/etc/temporal/schema/postgresql/v12/$2/versioned"
}

make_schema temporal temporal
make_schema temporal_visibility visibility
