# Bare `make` lists what there is.

PYTHON ?= python3
PORT   ?= 8000
DATA   ?= .data
CASES  ?= 300
ARGS   ?=
WORKERS ?= auto
N      ?=

VENV := .venv
BIN  := $(VENV)/bin
RUN  := $(VENV)/.runtime-requirements
DEV  := $(VENV)/.dev-requirements
PLOT := $(VENV)/.bench-requirements
NODE := bench/read/mercurius/node_modules/.package-lock.json
APP  := $(VENV)/.bofast

INSTALL := $(BIN)/python -m pip install --quiet

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types format layers generated schema matrix browser oracle mutants races kills timing bench bench-growth bench-intake bench-overload requirements clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUN) $(APP) ## serve the demo: make demo PORT=8000 DATA=.data CASES=300
	@$(BIN)/bofast demo --port "$(PORT)" --data "$(DATA)" --cases "$(CASES)"

test: $(DEV) $(APP) ## run the tests: make test ARGS="tests/edge -k slow_body"
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

check: lint types layers generated test ## everything that must hold before a commit

lint: $(DEV) $(APP) ## format and lint, read only
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(DEV) $(APP) ## basedpyright, strict
	@$(BIN)/basedpyright

layers: $(DEV) $(APP) ## which room may import which
	@$(BIN)/lint-imports

generated: $(DEV) $(APP) ## committed read-outs equal what the code prints; migrations equal the tables
	@$(BIN)/bofast schema check
	@$(BIN)/bofast policy check
	@$(BIN)/bofast policy matrix --check
	@$(BIN)/bofast db check

schema: $(DEV) $(APP) ## print the schema and the contracts anew
	@$(BIN)/bofast schema write

matrix: $(DEV) $(APP) ## print who can see what anew, from the policies
	@$(BIN)/bofast policy matrix --write

format: $(DEV) $(APP) ## put the code in shape
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

browser: $(DEV) $(APP) ## the console in a headless Chromium
	@$(BIN)/python -m pytest tests/browser $(ARGS)

# Each of the long runs takes --workers, --seed or --share in ARGS; see the module that it starts.
oracle: $(DEV) $(APP) ## N drawn decisions held against Cedar's own engine: make oracle N=1000000
	@$(BIN)/python -m tests.gate.oracle_run --decisions "$(or $(N),1000000)" $(ARGS)

mutants: $(DEV) $(APP) ## plant faults in policies and gate, one by one, and see what notices; takes hours
	@$(BIN)/python -m tests.gate.score_run
	@$(BIN)/python -m tests.mutation.run $(ARGS)

races: $(DEV) $(APP) ## close what is read, a thousand times for each sort of fact: make races N=1000
	@RACES="$(or $(N),1000)" $(BIN)/python -m pytest tests/races $(ARGS)

kills: $(DEV) $(APP) ## kill hubs and database under load, and look for what was acknowledged: make kills N=200
	@KILLS="$(or $(N),200)" $(BIN)/python -m pytest -n0 -s tests/exactly_once $(ARGS)

timing: $(DEV) $(APP) ## what the time of answers tells of what is hidden; needs a quiet machine
	@$(BIN)/python -m tests.noninterference.timing $(ARGS)

bench: $(DEV) $(APP) $(NODE) ## the hub beside hand-written SQL and two GraphQL servers; writes bench/RESULTS.md; needs a quiet machine
	@$(BIN)/python -m bench.read $(ARGS)

bench-growth: $(DEV) $(APP) $(PLOT) ## how that cost grows, what a start takes, what stays in memory; writes bench/GROWTH.md; needs a quiet machine
	@$(BIN)/python -m bench.growth $(ARGS)

bench-intake: $(DEV) $(APP) ## rows taken in a second by mutation and by file, beside a bare insert; writes bench/INTAKE.md
	@$(BIN)/python -m bench.intake $(ARGS)

bench-overload: $(DEV) $(APP) ## what becomes of requests when twice as many come as can be answered; writes bench/OVERLOAD.md
	@$(BIN)/python -m bench.overload $(ARGS)

# --- environment: rebuilt only when what it is built from changes --------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Bofast needs Python 3.11 or newer; point to one with make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Creating $(VENV)"
	@$(PYTHON) -m venv $(VENV)

# What tests need includes what the hub runs on, so an environment that has it is not cut down again.
$(RUN): requirements.txt | $(BIN)/python
	@if [ -e $(DEV) ]; then \
	  $(MAKE) --no-print-directory $(DEV); \
	else \
	  echo "Installing what Bofast runs on (network needed this once)"; \
	  $(INSTALL) --require-hashes -r requirements.txt; \
	fi
	@touch $@

$(DEV): requirements-dev.txt | $(BIN)/python
	@echo "Installing what Bofast is built and tested with (network needed this once)"
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@

$(APP): pyproject.toml | $(BIN)/python
	@PYTHONWARNINGS=ignore $(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# One of the servers that the hub is measured beside runs on Node. Where there is none, it is left out.
$(NODE): bench/read/mercurius/package.json bench/read/mercurius/package-lock.json
	@if command -v npm > /dev/null; then \
	  echo "Installing what mercurius is measured with (network needed this once)"; \
	  cd bench/read/mercurius && npm ci --silent --no-audit --no-fund; \
	else \
	  echo "No Node here: mercurius is left out"; \
	fi

# Plots are drawn by the one bench that has some.
$(PLOT): bench/requirements.txt | $(DEV)
	@echo "Installing what plots are drawn with (network needed this once)"
	@$(INSTALL) --require-hashes -r bench/requirements.txt
	@touch $@

# No address of an index ends up in the files: pip installs from wherever the machine is set up to install from.
PIN     := CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile --quiet --generate-hashes --strip-extras \
  --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options
COMPILE := $(PIN) --build-deps-for editable

requirements: | $(DEV) ## pin again what pyproject.toml asks for: make requirements ARGS=--upgrade
	@$(COMPILE) $(ARGS) --output-file requirements.txt pyproject.toml
	@$(COMPILE) --extra dev --output-file requirements-dev.txt pyproject.toml
	@$(PIN) $(ARGS) --output-file bench/requirements.txt bench/requirements.in

clean: ## remove the environment and caches; the data folder stays
	@rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist *.egg-info
