#!/usr/bin/env bash
# Writes the lock files of requirements/ anew from requirements.txt, requirements/local.in and
# requirements-dev.txt: every version with its hashes, for Python 3.11 and later, and no index's address.
# Called by `make lock`. Pass --upgrade to take newer transitive versions.
set -euo pipefail
cd "$(dirname "$0")/.."

export UV_CUSTOM_COMPILE_COMMAND="make lock"

compile() {
    local output=$1
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --output-file "requirements/$output" "$@"
    echo "requirements/$output: $(grep -c '==' "requirements/$output") packages"
}

compile all.lock requirements.txt "$@"
compile local.lock requirements/local.in --constraints requirements/all.lock "$@"
compile dev.lock requirements-dev.txt --constraints requirements/all.lock "$@"

if grep -n '://' requirements/*.lock; then
    echo "A lock file names an address; it must not." >&2
    exit 1
fi
