# Works in a path with blanks, as root or not, and in two clones side by side: everything is below this folder.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export DAGSTER_DISABLE_TELEMETRY := 1

PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
STAMP := .venv/.made

.PHONY: help setup run ui test test-fast lint bench docs clean
help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

.uv/bin/uv:
	@echo "uv is not here: setting it up in .uv"
	@"$(PYTHON)" -m venv .uv && .uv/bin/python -m pip install --quiet --disable-pip-version-check uv

$(STAMP): uv.lock pyproject.toml | $(filter .uv/%,$(UV))
	@"$(UV)" sync --quiet --locked --no-dev --inexact
	@touch "$(STAMP)"

# Compiled once: where PYTHONDONTWRITEBYTECODE is set, each of the tests' many processes would compile what it imports anew.
.venv/.made-dev: uv.lock pyproject.toml | $(filter .uv/%,$(UV))
	@"$(UV)" sync --quiet --locked --group dev --group oracle --extra cluster --compile-bytecode
	@touch "$(STAMP)" .venv/.made-dev

setup: $(STAMP) ## the locked environment in .venv

run: $(STAMP) ## the nightly job once: on samples, or live where EDGAR_USER_AGENT is set
	@.venv/bin/miners run

ui: $(STAMP) ## Dagster on 127.0.0.1:3000 with its daemon; Ctrl-C ends both
	@.venv/bin/miners ui

test: .venv/.made-dev ## all tests
	@.venv/bin/python -m pytest -n 3 --dist loadgroup --no-loadscope-reorder

test-fast: .venv/.made-dev ## without Arelle, and without a process for each command
	@.venv/bin/python -m pytest -n 3 --dist loadgroup --no-loadscope-reorder -m "not full"

lint: .venv/.made-dev ## ruff, types, import contracts, SQL, image and compose file
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/sqlfluff lint sql/views sql/queries
	@.venv/bin/hadolint deploy/Dockerfile
	@.venv/bin/check-jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose/compose.yaml

bench: .venv/.made-dev ## the benchmarks, as ratios; writes docs/benchmarks.md
	@.venv/bin/python -m benchmarks

docs: $(STAMP) ## dictionary, examples of the cookbook and the README's settings, over a warehouse of the samples
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	unset EDGAR_USER_AGENT EDGAR_MIRROR WAREHOUSE_URL MINERS_WATCHLIST NEWS_MIRROR BITCOIN_PRICE_URL; \
	LOG_LEVEL=WARNING MINERS_DATA_DIR="$$folder" .venv/bin/miners run --no-publish >/dev/null && MINERS_DATA_DIR="$$folder" .venv/bin/python -m pipelines.publish.docs

clean: ## the environment, caches and data
	rm -rf .venv .uv data .hypothesis .ruff_cache .mypy_cache .import_linter_cache
