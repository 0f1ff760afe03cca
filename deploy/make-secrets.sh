#!/bin/sh
# Writes the secrets that docker-compose.yml reads, once; what is there is kept. Usage: deploy/make-secrets.sh
set -eu
cd "$(dirname "$0")/.."
mkdir -p -m 700 secrets
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
keep() { [ -s "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"; chmod 644 "secrets/$1"; }
keep postgres_password "$(random)"
keep database_password "$(random)"
keep web_database_password "$(random)"
keep broker_password "$(random)"
keep secret_key "$(random)"
keep meilisearch_key "$(random)"
keep database_url "postgresql://clearqueue:$(cat secrets/database_password)@database:5432/clearqueue"
keep web_database_url "postgresql://clearqueue_desk:$(cat secrets/web_database_password)@database:5432/clearqueue"
keep broker_url "redis://:$(cat secrets/broker_password)@broker:6379/0"
echo "The secrets are in secrets/. Keep a copy of secret_key and database_password in a safe place."
