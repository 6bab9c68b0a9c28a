#!/bin/bash
# Roles and users, with their passwords from the secrets. The image's entrypoint runs this at every start, before the
# server listens to anybody else; what is there already stays as it is.
set -euo pipefail

parameter() { # NAME SECRET: a query parameter that holds what the secret's file holds
    printf "SET param_%s = '%s';\n" "$1" "$(sed "s/[\\\\']/\\\\&/g" "/run/secrets/$2")"
}

{
    cat /siloscope/01_roles.sql
    parameter migrate clickhouse_migrate
    parameter writer clickhouse_writer
    parameter grafana clickhouse_grafana
    parameter board clickhouse_board
    cat /siloscope/02_users.sql
} | clickhouse-client --host 127.0.0.1
