#!/usr/bin/env bash
# The last step of the image: compiles the code, which the ordinary user that the processes run as may not write, and
# hands that user the data folder. Called by the Dockerfile with VENV, DATA_DIR and DATA_OWNER.
set -euo pipefail
cd "$(dirname "$0")/.."

# A few packages ship files for other versions of Python; those do not compile and are never imported.
python -m compileall -qq -j 0 "$VENV/lib" . || true

mkdir -p "$DATA_DIR"
chown "$DATA_OWNER" "$DATA_DIR"
