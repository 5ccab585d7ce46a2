#!/bin/sh
# The entry point of test.sh's image of PostgreSQL, as the official one's: makes the data as POSTGRES_PASSWORD,
# POSTGRES_USER and POSTGRES_DB say, then serves with the arguments given.
set -eu
data=${PGDATA:-/var/lib/postgresql/data}
user=${POSTGRES_USER:-postgres}
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$data" /var/run/postgresql
    chown -R postgres:postgres "$data" /var/run/postgresql
    chmod 700 "$data"
    exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi
[ "${1:-}" != postgres ] || shift
if [ ! -s "$data/PG_VERSION" ]; then
    password=$(mktemp)
    printf '%s\n' "$POSTGRES_PASSWORD" >"$password"
    initdb -D "$data" -U "$user" -A scram-sha-256 --pwfile="$password" -E UTF8 --locale=C.UTF-8 --no-sync
    rm "$password"
    echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
    if [ "${POSTGRES_DB:-postgres}" != postgres ]; then
        echo "create database \"$POSTGRES_DB\"" | postgres --single -D "$data" postgres
    fi
fi
# a fast shutdown, which does not wait for clients
trap 'kill -INT "$server"' TERM INT
postgres -D "$data" -c listen_addresses='*' "$@" &
server=$!
wait "$server" || wait "$server"
