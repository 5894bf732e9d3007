#!/usr/bin/env bash
# Makes the checkout runnable: a virtual environment, the locked packages, the models' weights.
# Called by `make setup`, `make demo`, `make test` and the Dockerfile; a second call with nothing
# changed returns at once.
#
# usage: scripts/setup.sh [local|dev|all|packages PROFILE|weights]
#   local    what the product needs on this machine (default), and the weights
#   dev      the same, with tests and lint
#   all      the same as local, with every vendor's SDK
#   packages PROFILE   only the packages of that profile
#   weights  only the weights
#
# PYTHON names the interpreter (3.11 or later), VENV the environment's folder (.venv).
set -euo pipefail
cd "$(dirname "$0")/.."

VENV=${VENV:-.venv}

say() { echo "setup: $*" >&2; }

is_recent() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local name
    for name in "${PYTHON:-}" python3.11 python3.12 python3.13 python3 python; do
        if [[ -n $name ]] && command -v "$name" >/dev/null && is_recent "$name"; then
            echo "$name"
            return
        fi
    done
    say "Python 3.11 or later was not found; install it or name it: PYTHON=/path/to/python3.11 make setup"
    return 1
}

make_environment() {
    if [[ -x $VENV/bin/python ]] && is_recent "$VENV/bin/python"; then
        return
    fi
    local python
    python=$(find_python)
    say "creating $VENV with $("$python" --version)"
    if ! "$python" -m venv --clear "$VENV"; then
        say "$python has no working venv module (on Debian: apt-get install python3-venv)"
        return 1
    fi
}

# The stamp holds what was installed, so that it is true only for this lock file and this interpreter.
fingerprint() {
    "$VENV/bin/python" - "requirements/$1.lock" <<'PY'
import hashlib
import pathlib
import sys

print(sys.version.split()[0], hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest())
PY
}

install_packages() {
    local profile=$1 stamp wanted
    stamp=$VENV/.installed-$profile
    wanted=$(fingerprint "$profile")
    if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then
        return
    fi
    say "installing $(grep -c '==' "requirements/$profile.lock") packages of requirements/$profile.lock"
    rm -f "$stamp"
    # Python compiles what is imported anyway, which is a part of what is installed. rouge-score, which only
    # benchmarks use, is published as source.
    "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-compile \
        --no-deps --require-hashes --only-binary :all: --no-binary rouge-score \
        --requirement "requirements/$profile.lock"
    # dev and all contain local, by the way `make lock` writes them.
    fingerprint local >"$VENV/.installed-local"
    echo "$wanted" >"$stamp"
}

fetch_weights() {
    "$VENV/bin/python" -m integrations.weights fetch | { grep -v 'is there already' || true; } >&2
}

case ${1:-local} in
    local | dev | all)
        make_environment
        install_packages "${1:-local}"
        fetch_weights
        ;;
    packages)
        make_environment
        install_packages "${2:-local}"
        ;;
    weights)
        fetch_weights
        ;;
    *)
        say "unknown profile '$1': local, dev, all, packages PROFILE or weights"
        exit 2
        ;;
esac
