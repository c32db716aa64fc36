#!/usr/bin/env bash
# Runs once, when the database's folder is empty: makes oneplace's roles and its database.
set -euo pipefail
settings=$(mktemp)
trap 'rm -f "$settings"' EXIT
# Through a file, because what stands on a command line can be read by every process.
for role in owner loader web; do
    printf "\\\\set %s_password '%s'\n" "$role" "$(cat "/run/secrets/$role-password")" >> "$settings"
done
printf '\\set database oneplace\n' >> "$settings"
psql -X --quiet -v ON_ERROR_STOP=1 --username postgres --dbname postgres -f "$settings" -f /etc/oneplace/roles.sql
