#!/usr/bin/env bash
# Runs the suite in legs: on SQLite, with the real engines, and on PostgreSQL with Redis. The last lines
# name each leg with its counts. Called by `make test` and .ci/run; arguments go to pytest.
#
# A server that is missing and cannot be installed leaves its leg out; under CI=true that is a failure.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

PYTHON=${VENV:-.venv}/bin/python
export PYTHON
WORK=$(mktemp -d)
SERVICES=$(mktemp -d) # apart, because another user must reach it
SUMMARY=()
STATUS=0

trap 'scripts/services.sh stop "$SERVICES"; rm -rf "$WORK"' EXIT
trap 'exit 130' INT TERM

# The suite must not depend on what is set up on this machine.
unset DATABASE_URL REDIS_URL S3_BUCKET_NAME GEMINI_KEY
# Compiled once, not by each worker of each leg and each process that a kill test starts.
unset PYTHONDONTWRITEBYTECODE
export ENV_FILE=""
export DATA_DIR=$WORK/data

count() {
    local found
    found=$(tail -n 1 "$1" | grep -oE "[0-9]+ $2" | head -n 1)
    echo "${found%% *}"
}

leg() {
    local name=$1 log=$WORK/$1.log failures errors skipped code line
    shift
    echo "--- $name: pytest $*"
    "$PYTHON" -m pytest "$@" 2>&1 | tee "$log"
    code=${PIPESTATUS[0]}
    failures=$(count "$log" failed)
    errors=$(count "$log" error)
    skipped=$(count "$log" skipped)
    line="$name: $(($(count "$log" passed) + 0)) passed, $((failures + errors)) failed"
    if [[ -n $skipped ]]; then
        line+=", $skipped skipped"
    fi
    SUMMARY+=("$line")
    # With a selection in the arguments a leg may be left with nothing to run (pytest's status 5).
    if [[ $code != 0 && ! ($code == 5 && $ARGUMENTS != 0) ]]; then
        STATUS=1
    fi
}

ARGUMENTS=$#
SPREAD=(--numprocesses 3 --dist loadfile --no-loadscope-reorder)

leg sqlite "${SPREAD[@]}" -m "not engines" "$@"
leg engines -m engines "$@"

if servers=$(scripts/services.sh start "$SERVICES"); then
    while IFS= read -r setting; do
        export "${setting?}"
    done <<<"$servers"
    leg postgresql "${SPREAD[@]}" -p tests.on_servers -m "not engines" "$@"
elif [[ ${CI:-} == true ]]; then
    echo "PostgreSQL and Redis are required under CI=true."
    STATUS=1
else
    echo "postgresql: left out, PostgreSQL or Redis could not be started"
fi

echo
printf '%s\n' "${SUMMARY[@]}"
exit "$STATUS"
