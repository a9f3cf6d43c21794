# Needs Python 3.11 or newer, git and make; everything else goes into .venv, from requirements.lock.
QUARTER ?= 2015/16-Q1
LONDON ?= ../shared/data/mps-boroughs
# A worker takes a file at a time, so that what a file makes for its tests is made once; tests/conftest.py orders them.
PYTEST_ARGS ?= -n 2 --dist loadfile --no-loadscope-reorder
LAB_ARGS ?=

BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PYTHON := $(BIN)/python
NOTEBOOKS := $(wildcard notebooks/*.ipynb)

# The stamp carries a digest of what decides the environment, the place included: set-up is done again when that changes.
STAMP := .venv/.stamp-$(shell { cat requirements.lock pyproject.toml; pwd; } | git hash-object --stdin)
# venv and ensurepip are asked for by name: some systems ship a Python without them.
FIT := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
.PHONY: help setup report report-all test test-quick check docs lab build lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## make .venv, or bring it in step with requirements.lock
	@:

report: setup ## make the pack of a quarter in outputs/ (QUARTER=2015/16-Q1)
	@$(BIN)/pccstats report $(QUARTER)

report-all: report ## the pack of QUARTER and those of the examples (LONDON=DIR: where London's file lies)
	@$(BIN)/pccstats report 2022/23-Q2 --data examples/leicestershire-2022
	@if [ -f "$(LONDON)/MPS Borough Level Crime (Historical).csv" ]; then \
	    $(BIN)/pccstats report 2019/20-Q1 --data examples/london-boroughs --source-dir "$(LONDON)"; \
	else \
	    echo "No pack of London: its file is not in $(LONDON). examples/london-boroughs/README.md says where to get it."; \
	fi

# Each worker has a core; one that asks for more in its arithmetic only waits for the others.
test test-quick check: export OMP_NUM_THREADS = 1
# What Python has compiled is kept, wherever it runs: some hundred processes begin with it.
test test-quick check: export PYTHONDONTWRITEBYTECODE =

test: setup ## run the tests (PYTEST_ARGS="-k rates")
	@$(PYTHON) -m pytest $(PYTEST_ARGS)

test-quick: setup ## the tests without those marked slow: under a minute, for while you work
	@$(PYTHON) -m pytest $(PYTEST_ARGS) -m "not slow"

check: setup ## all that is checked before a change is taken: lint, format, types, notebooks without outputs, tests
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(if $(NOTEBOOKS),$(PYTHON) -m nbstripout --verify --keep-id $(NOTEBOOKS))
	$(PYTHON) -m pytest $(PYTEST_ARGS)

docs: setup ## build the documentation as a site in site/, with packs to click; opens without a network
	@$(PYTHON) tools/make_site.py --london "$(LONDON)"

lab: build ## build the data and open JupyterLab on the workbench (LAB_ARGS="--no-browser --port 8899")
	@$(PYTHON) -m jupyterlab notebooks/explore.ipynb $(LAB_ARGS)

build: setup ## read and check data/raw, and write data/processed
	@$(BIN)/pccstats build

lock: setup ## write requirements.lock anew from pyproject.toml (UPGRADE=1 takes newer versions)
	@$(PYTHON) -m pip install --quiet uv
	@$(PYTHON) -m uv pip compile pyproject.toml --extra lab --extra cluster --extra dev --extra docs --output-file requirements.lock --quiet \
	    --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)
	@{ echo "# Every package pccstats, its lab, its tests and its documentation need, for Python 3.11 and newer on Linux, macOS and Windows."; \
	   echo "# Written by 'make lock' from pyproject.toml; not edited by hand. pip installs it with --require-hashes."; \
	   cat requirements.lock; } > requirements.lock.new && mv requirements.lock.new requirements.lock

clean: ## remove made data, made packs and caches; .venv stays
	@find data/processed outputs -mindepth 1 ! -name README.md -delete
	@rm -rf dist site .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find pccstats tests -name __pycache__ -prune -exec rm -rf {} +

# A .venv that works is kept, whoever made it; one that does not start, or is too old, is made anew.
$(STAMP):
	@if ! $(PYTHON) -c '$(FIT)' 2>/dev/null; then \
	    for found in python3.13 python3.12 python3.11 python3 python ""; do \
	        [ -n "$$found" ] && $$found -c '$(FIT)' 2>/dev/null && break; \
	    done; \
	    if [ -z "$$found" ]; then \
	        echo "pccstats needs Python 3.11 or newer, with its venv module (on Debian and Ubuntu: the python3-venv package)." >&2; \
	        echo "None of python3.13, python3.12, python3.11, python3 and python on the PATH is such a one. Install one and run make again." >&2; \
	        exit 1; \
	    fi; \
	    rm -rf .venv && $$found -m venv .venv; \
	fi
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m ensurepip --upgrade >/dev/null
	@echo "Setting up .venv ($$($(PYTHON) --version)); the first time takes a few minutes."
	@rm -f .venv/.stamp-*
	@$(PYTHON) tools/set_up.py
	@touch $@
