# Works as root or not, in paths with spaces, and in several clones at once: everything is installed below this folder.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export DAGSTER_DISABLE_TELEMETRY := 1

PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
STAMP := .venv/.made

# Prose checked by `make lint`. Generated pages are left out: their text comes from the code.
GENERATED := docs/data_dictionary.md docs/settings.md docs/benchmarks.md
PROSE := $(wildcard *.md) $(filter-out $(GENERATED),$(wildcard docs/*.md)) docs/tutorial.ipynb docs/decisions deploy styles pipelines assets miners sql benchmarks

.PHONY: help setup run ui test test-fast test-bi audit fuzz lint prose bench docs docs-site clean
help: ## show this help
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

.uv/bin/uv:
	@echo "uv not found: installing it into .uv"
	@"$(PYTHON)" -m venv .uv && .uv/bin/python -m pip install --quiet --disable-pip-version-check uv

$(STAMP): uv.lock pyproject.toml | $(filter .uv/%,$(UV))
	@"$(UV)" sync --quiet --locked --no-dev --inexact --compile-bytecode
	@.venv/bin/python -m compileall -q assets miners pipelines
	@touch "$(STAMP)"

# Compile once: with PYTHONDONTWRITEBYTECODE set, every process of the tests would compile its imports again.
.venv/.made-dev: uv.lock pyproject.toml | $(filter .uv/%,$(UV))
	@"$(UV)" sync --quiet --locked --group dev --group oracle --extra cluster --compile-bytecode
	@touch "$(STAMP)" .venv/.made-dev

setup: $(STAMP) ## install the locked environment into .venv

run: $(STAMP) ## run the nightly job once: on samples, or live if EDGAR_USER_AGENT is set
	@.venv/bin/miners run

ui: $(STAMP) ## start Dagster with its daemon; Ctrl-C stops both; make ui PORT=3001 HOST=127.0.0.1
	@.venv/bin/miners ui $(if $(PORT),--port "$(PORT)") $(if $(HOST),--host "$(HOST)")

PYTEST := .venv/bin/python -m pytest
PARALLEL := -n 2 --dist worksteal

# In memory if there is room: the tests create and delete some ten thousand files of PostgreSQL.
MEMORY = $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 { print "/dev/shm" }')
IN_FOLDER = export PYTEST_DEBUG_TEMPROOT="$$(TMPDIR="$(or $(MEMORY),$${TMPDIR:-/tmp})" mktemp -d)"; trap 'rm -rf "$$PYTEST_DEBUG_TEMPROOT"' EXIT

# Let Python keep compiled modules: each process of the tests would compile the project's and rewrite the tests' again.
test test-fast: export PYTHONDONTWRITEBYTECODE :=

test: .venv/.made-dev ## run all tests; those of the Dagster UI and the report in a browser run last, one by one
	@$(IN_FOLDER); \
	$(PYTEST) $(PARALLEL) --ignore tests/e2e/ui --ignore tests/bi && $(PYTEST) tests/e2e/ui

test-fast: .venv/.made-dev ## run unit and integration tests
	@$(IN_FOLDER); $(PYTEST) $(PARALLEL) tests/unit tests/integration

# Superset has an environment of its own: it needs older versions of many libraries.
.venv-bi/.made: tests/bi/requirements.txt | $(filter .uv/%,$(UV))
	@"$(UV)" venv --quiet --clear --python 3.11 .venv-bi
	@"$(UV)" pip install --quiet --python .venv-bi/bin/python --requirement tests/bi/requirements.txt
	@touch .venv-bi/.made

test-bi: .venv/.made-dev .venv-bi/.made ## import superset.zip into Apache Superset, run its charts, open it in Chromium
	@$(IN_FOLDER); $(PYTEST) tests/bi

audit: .venv/.made-dev ## check every figure, link and sum of the samples and of real filings against their documents
	@$(IN_FOLDER); $(PYTEST) tests/e2e/test_audit.py

fuzz: .venv/.made-dev ## read 50,000 damaged documents; other ones: make fuzz FUZZ_SEED=1
	@FUZZ_DOCUMENTS="$${FUZZ_DOCUMENTS:-50000}" $(PYTEST) $(PARALLEL) tests/fuzz

lint: .venv/.made-dev prose ## check formatting, types, import contracts, SQL, deployment files and prose
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/sqlfluff lint sql/views sql/queries
	@.venv/bin/hadolint deploy/Dockerfile
	@.venv/bin/check-jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose/compose.yaml

prose: .venv/.made-dev ## check the English of documentation and messages (rules in styles/)
	@.venv/bin/python styles/lint.py $(PROSE)

bench: .venv/.made-dev ## run the benchmarks; writes docs/benchmarks.md
	@.venv/bin/python -m benchmarks

docs: $(STAMP) ## regenerate data dictionary, settings table and cookbook examples from the samples
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	unset EDGAR_USER_AGENT EDGAR_MIRROR WAREHOUSE_URL MINERS_WATCHLIST NEWS_MIRROR BITCOIN_PRICE_URL BITCOIN_NETWORK_URL; \
	LOG_LEVEL=WARNING MINERS_DATA_DIR="$$folder" .venv/bin/miners run --no-publish >/dev/null && MINERS_DATA_DIR="$$folder" .venv/bin/python -m pipelines.publish.docs

docs-site: .venv/.made-dev ## build the documentation as a static site in site/; warnings are errors
	@.venv/bin/sphinx-build --quiet --fresh-env --fail-on-warning --keep-going --builder html docs site
	@echo "site/index.html"

clean: ## delete environment, caches, built site and data
	rm -rf .venv .venv-bi .uv data site .hypothesis .ruff_cache .mypy_cache .import_linter_cache
