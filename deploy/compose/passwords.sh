#!/usr/bin/env bash
# Gives each login of chiso its password, from /run/secrets (or $SECRETS). Run by PostgreSQL's image when it makes the
# database, after roles.sql; may be run again after a password was changed. The password goes in by standard input,
# so that no process list shows it.
set -euo pipefail
secrets=${SECRETS:-/run/secrets}
for service in identity registry survey recheck leaders ledger ranking; do
    login="chiso_$service"
    password=$(<"$secrets/$login")
    psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<SQL
ALTER ROLE $login PASSWORD '${password//\'/\'\'}';
SQL
done
