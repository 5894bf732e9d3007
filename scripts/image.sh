#!/usr/bin/env bash
# The last step of the image: collects the static files and hands the data folder to the ordinary user that
# the processes run as. Called by the Dockerfile with DATA_DIR and DATA_OWNER.
set -euo pipefail
cd "$(dirname "$0")/.."

# Collecting needs settings that load, not the secret that will serve.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
SECRET_KEY=only-for-collecting DATA_DIR=$scratch python manage.py collectstatic --no-input --verbosity 0

mkdir -p "$DATA_DIR"
chown "$DATA_OWNER" "$DATA_DIR"
