# 一网一图一云: everything a person types. `make help` lists it.
# GNU make, a POSIX shell and python ≥ 3.11 are all that is needed to begin.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8501
WORKERS ?= 2
SCALE ?= town
# `make test DUCKDB=1.5.6` runs the same tests on another DuckDB, in an environment of its own.
DUCKDB ?=

VENV := $(if $(DUCKDB),.venv-duckdb-$(DUCKDB),.venv)
PY := $(VENV)/bin/python
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed

export PYTHONUNBUFFERED := 1

.PHONY: help run demo test test-fast test-browser browser check format bench real messages lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | while IFS='	' read -r name text; do \
		printf '  make %-14s %s\n' "$$name" "$$text"; done

$(RUNTIME): requirements.txt constraints.txt scripts/bootstrap.sh
	@sh scripts/bootstrap.sh "$(VENV)" requirements.txt "$(DUCKDB)"
	@touch "$@"

$(DEVELOPMENT): requirements.txt requirements-dev.txt constraints.txt scripts/bootstrap.sh
	@sh scripts/bootstrap.sh "$(VENV)" requirements-dev.txt "$(DUCKDB)"
	@touch "$(RUNTIME)" "$@"

run: $(RUNTIME) ## install, make the demo city if there is no database, serve it (PORT=8501)
	@$(PY) -m scripts.check_port "$(PORT)"
	@database="$$($(PY) -c 'from domain.settings import settings; print(settings().db)')" && \
		if [ -e "$$database" ]; then :; \
		elif [ -n "$$ONEGRID_DB" ]; then \
			echo "No database at $$database yet: starting with an empty one."; \
		else \
			echo "No database at $$database yet: making the demo city."; \
			$(PY) -m data demo --scale town; \
		fi
	@echo ""
	@echo "  一网一图一云 is starting. Look at http://localhost:$(PORT)   (Ctrl-C stops it)"
	@echo ""
	@exec $(PY) -m streamlit run dashboard.py \
		--server.address 127.0.0.1 --server.port $(PORT) --server.headless true

demo: $(RUNTIME) ## make the demo city (SCALE=town|city|province)
	@$(PY) -m data demo --scale $(SCALE)

test: test-fast test-browser ## all tests, the browser's included (DUCKDB=1.5.6 for another DuckDB)

test-fast: $(DEVELOPMENT) ## the tests that need no browser
	EXPECTED_DUCKDB="$(DUCKDB)" $(PY) -m pytest -n $(WORKERS) --dist worksteal -m "not browser"

test-browser: $(DEVELOPMENT) browser ## the tests that drive a real Chromium
	EXPECTED_DUCKDB="$(DUCKDB)" $(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m browser --reruns 1

browser: $(DEVELOPMENT) ## find a Chromium, else install one
	@sh scripts/browser.sh $(PY)

check: $(DEVELOPMENT) ## ruff, mypy strict, import-linter
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

format: $(DEVELOPMENT) ## let ruff format and mend what it can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: $(DEVELOPMENT) ## measure; bench/RESULTS.md keeps the figures
	@for file in bench/[a-z]*.py; do \
		name="$$(basename "$$file" .py)"; \
		[ "$$name" = real ] || $(PY) -m "bench.$$name" || exit 1; \
	done

real: $(DEVELOPMENT) ## import real data and compare every figure (DIR=folder)
	@[ -n "$(DIR)" ] || { echo "make real DIR=… : name the folder that holds the real data." >&2; exit 2; }
	@$(PY) -m bench.real "$(DIR)"

messages: $(DEVELOPMENT) ## bring domain/locale/en.po up to date with the code
	@$(PY) -m scripts.messages

lock: $(DEVELOPMENT) ## write constraints.txt from what requirements*.txt installed
	@$(PY) -m scripts.lock

clean: ## remove environments and caches; var/ stays
	rm -rf .venv .venv-* build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
