#!/bin/sh
# Makes the passwords that docker-compose.yml mounts, each once: deploy/secrets/NAME.
# The directory is yours alone. The files in it are readable by all, because Compose mounts them as they are, and every
# container has a user of its own.
set -eu
cd "$(dirname "$0")"
umask 022
mkdir -p secrets
chmod 700 secrets
for name in clickhouse_migrate clickhouse_writer clickhouse_grafana clickhouse_board grafana_admin \
    board_token board_secret preflight_token; do
    [ -s "secrets/$name" ] && continue
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"secrets/$name"
    echo "made deploy/secrets/$name"
done
