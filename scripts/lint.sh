#!/usr/bin/env bash
# Every check that needs no test: style, layers, migrations, settings, OpenAPI, shell, Dockerfile, YAML.
# Runs them all and names at the end those that failed. Called by `make lint` and .ci/run.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

BIN=${VENV:-.venv}/bin
FAILED=()
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# What is checked is the checkout, not the settings and the data of this machine.
unset DATABASE_URL REDIS_URL S3_BUCKET_NAME GEMINI_KEY
export ENV_FILE="" DATA_DIR=$WORK/data

check() {
    local name=$1
    shift
    echo "--- $name"
    if ! "$@"; then
        FAILED+=("$name")
    fi
}

mapfile -t SHELL_FILES < <(git ls-files '*.sh' .ci/run)
mapfile -t YAML_FILES < <(git ls-files '*.yml' '*.yaml')

has_shellcheck() {
    command -v shellcheck >/dev/null && return
    if [[ ${CI:-} == true && $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        { apt-get update && apt-get install --yes --no-install-recommends shellcheck; } >/dev/null 2>&1
        return
    fi
    return 1
}

check "ruff check" "$BIN/ruff" check .
check "ruff format" "$BIN/ruff" format --check .
check "layers" "$BIN/lint-imports"
check "settings" "$BIN/python" manage.py check --fail-level WARNING
check "migrations" "$BIN/python" manage.py makemigrations --check --dry-run
check "openapi" "$BIN/python" manage.py spectacular --validate --fail-on-warn --file "$WORK/schema.yaml"
check "dockerfile" "$BIN/hadolint" Dockerfile
check "yaml" "$BIN/yamllint" --strict "${YAML_FILES[@]}"
if has_shellcheck; then
    check "shell" shellcheck "${SHELL_FILES[@]}"
elif [[ ${CI:-} == true ]]; then
    FAILED+=("shell (shellcheck is missing)")
else
    echo "--- shell: left out, shellcheck is not installed"
fi

echo
if ((${#FAILED[@]})); then
    printf 'lint failed: %s\n' "${FAILED[@]}"
    exit 1
fi
echo "lint: all checks passed"
