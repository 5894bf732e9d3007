#!/usr/bin/env bash
# Brings database and storage to where the processes expect them: migrations, and the bucket where there is
# none. Called by compose.yaml before the processes start; a second call changes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

python manage.py migrate --no-input
python scripts/make_bucket.py
