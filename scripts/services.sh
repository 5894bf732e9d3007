#!/usr/bin/env bash
# Starts a throw-away PostgreSQL and Redis for the tests, on free ports of the loopback interface and
# with all their files in one folder; installs them first where they are missing and apt may.
# Called by scripts/test.sh.
#
# usage: scripts/services.sh start FOLDER    prints DATABASE_URL=... and REDIS_URL=...
#        scripts/services.sh stop FOLDER     stops both and removes the folder
#
# Exit status 3: a server is missing and cannot be installed here.
set -euo pipefail

UNAVAILABLE=3
SERVER_USER=postgres # PostgreSQL refuses to run as root

say() { echo "services: $*" >&2; }

as_user() {
    if [[ $(id -u) == 0 ]]; then
        runuser -u "$SERVER_USER" -- "$@"
    else
        "$@"
    fi
}

postgres_folder() {
    local found
    if command -v initdb >/dev/null; then
        found=$(dirname "$(command -v initdb)")
    else
        found=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
    fi
    [[ -n $found && -x $found/initdb ]] && echo "$found"
}

redis_server() {
    command -v redis-server || command -v valkey-server
}

install_missing() {
    if postgres_folder >/dev/null && redis_server >/dev/null; then
        return
    fi
    if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
        say "PostgreSQL or Redis is missing; install them (Debian: apt-get install postgresql redis-server)"
        exit "$UNAVAILABLE"
    fi
    say "installing PostgreSQL and Redis"
    # RUNLEVEL=1 keeps the packages from starting servers of their own.
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    if ! { apt-get update && apt-get install --yes --no-install-recommends postgresql redis-server; } \
        >"$1/apt.log" 2>&1; then
        tail -n 5 "$1/apt.log" >&2
        exit "$UNAVAILABLE"
    fi
}

free_port() {
    "${PYTHON:-python3}" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start_postgres() {
    local folder=$1 binaries port password
    binaries=$(postgres_folder)
    port=$(free_port)
    password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
    echo "$password" | as_user tee "$folder/password" >/dev/null
    as_user "$binaries/initdb" --pgdata "$folder/postgres" --username meetings --pwfile "$folder/password" \
        --auth scram-sha-256 --encoding UTF8 --locale C --no-sync >"$folder/initdb.log"
    # Nothing here must survive a power loss, so the disk is not waited for.
    as_user "$binaries/pg_ctl" start --pgdata "$folder/postgres" --silent --wait --log "$folder/postgres.log" \
        --options "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c fsync=off \
-c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
    echo "DATABASE_URL=postgres://meetings:$password@127.0.0.1:$port/postgres"
}

start_redis() {
    local folder=$1 port
    port=$(free_port)
    as_user "$(redis_server)" --port "$port" --bind 127.0.0.1 --save "" --appendonly no --dir "$folder" \
        --daemonize yes --pidfile "$folder/redis.pid" --logfile "$folder/redis.log" >/dev/null
    echo "REDIS_URL=redis://127.0.0.1:$port/0"
}

start() {
    local folder=$1
    mkdir -p "$folder"
    folder=$(cd "$folder" && pwd)
    install_missing "$folder"
    if [[ $(id -u) == 0 ]]; then
        chown "$SERVER_USER" "$folder"
    fi
    chmod 0700 "$folder"
    start_postgres "$folder"
    start_redis "$folder"
}

stop() {
    local folder=$1 binaries
    [[ -d $folder ]] || return 0
    if [[ -f $folder/postgres/postmaster.pid ]] && binaries=$(postgres_folder); then
        as_user "$binaries/pg_ctl" stop --pgdata "$folder/postgres" --silent --mode immediate || true
    fi
    if [[ -s $folder/redis.pid ]]; then
        kill "$(<"$folder/redis.pid")" 2>/dev/null || true
    fi
    rm -rf "$folder"
}

case ${1:-}:${2:-} in
    start:?*) start "$2" ;;
    stop:?*) stop "$2" ;;
    *)
        say "usage: scripts/services.sh start|stop FOLDER"
        exit 2
        ;;
esac
