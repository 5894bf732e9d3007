# Everything a person or CI does with this checkout. `make` lists the targets.
# Needs: make, and Python 3.11 or later with venv.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV ?= .venv
PYTHON_BIN := $(VENV)/bin/python
export VENV

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 26

.PHONY: setup
setup: ## Virtual environment, locked packages and model weights; does nothing when nothing changed
	@scripts/setup.sh local

.PHONY: setup-cloud
setup-cloud: ## The same with every vendor's SDK
	@scripts/setup.sh all

.PHONY: setup-dev
setup-dev: ## The same with tests and lint
	@scripts/setup.sh dev

.PHONY: demo
demo: setup ## Send the sample meeting (or AUDIO=file) through the product and print its report
	@$(PYTHON_BIN) -m scripts.demo $${AUDIO:+"$$AUDIO"}

.PHONY: run
run: setup ## Web, sockets, worker and scheduler on http://HOST:PORT (127.0.0.1:8000)
	@$(PYTHON_BIN) manage.py serve

.PHONY: admin
admin: setup ## Make an account for /admin/
	@$(PYTHON_BIN) manage.py createsuperuser

.PHONY: test
test: setup-dev ## The suite on SQLite, then on PostgreSQL and Redis; ARGS go to pytest
	@scripts/test.sh $(ARGS)

.PHONY: kill-streams
kill-streams: setup-dev ## Kill the server 20 times (KILLS=n) while sound streams into it
	@KILLS=$${KILLS:-20} $(PYTHON_BIN) -m pytest tests/faults/test_streaming.py -q -n0

.PHONY: crash-matrix
crash-matrix: setup-dev ## Kill the worker 20 times (KILLS=n) at each boundary of an effect, and freeze a sender; prints the table
	@KILLS=$${KILLS:-20} $(PYTHON_BIN) -m pytest tests/faults/test_matrix.py tests/faults/test_frozen.py -q -n0

.PHONY: lint
lint: setup-dev ## Style, layers, migrations, settings, shell, Dockerfile, YAML
	@scripts/lint.sh

.PHONY: docker-steps
docker-steps: setup-dev ## Run every RUN step of the Dockerfile in an empty environment, without an engine
	@$(PYTHON_BIN) scripts/docker_steps.py

.PHONY: lock
lock: setup-dev ## Write requirements/*.lock anew; ARGS=--upgrade takes newer versions
	@scripts/lock.sh $(ARGS)

.PHONY: bench
bench: setup-dev ## What the session check costs a request, and the pipeline over its engines (ARGS=file)
	@$(PYTHON_BIN) -m benchmarks.session_check
	@$(PYTHON_BIN) -m benchmarks.cost $(ARGS)

.PHONY: bench-quality
bench-quality: setup-dev ## How good the report is, on the data in the folder BENCH_DATA
	@$(PYTHON_BIN) -m benchmarks.quality $(ARGS)

.PHONY: bench-long
bench-long: setup-dev ## Whether memory follows the chunk or the recording, on an hour (ARGS="--hours 3")
	@$(PYTHON_BIN) -m benchmarks.long_meeting $(ARGS)

.PHONY: bench-live
bench-live: setup-dev ## Rooms and live audio under load (ARGS="fanout idle" runs these parts only)
	@$(PYTHON_BIN) -m benchmarks.live $(ARGS)

.PHONY: clean
clean: ## Remove caches and the virtual environment; recordings, the database and the weights stay
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
