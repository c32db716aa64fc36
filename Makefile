# oneplace: everything a person at a keyboard needs. `make` alone lists it.
SHELL := /bin/bash
PYTHON ?= python3
PEOPLE ?= 5000
PLACE ?=
PORT ?= 8000
NAME ?=
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# Whoever works on the code wants no compiled files lying about; whoever runs it wants the second
# start to be quick.
export PYTHONDONTWRITEBYTECODE := 1
demo run: export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo run test journeys check fix bench nightly screenshots docs lock environment assets browser clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime assets ## Open a working, invented borough (PEOPLE=5000 PLACE=name PORT=8000)
	@oneplace demo --people $(PEOPLE) --port $(PORT) $(if $(PLACE),--place $(PLACE))

run: $(VENV)/.runtime assets ## Run the service for the place file PLACE, without a demo's people
	@oneplace serve --port $(PORT) $(if $(PLACE),--place $(PLACE))

test: environment assets browser ## Set up all that is needed and pass every test
	@tests/run

journeys: environment assets browser ## Only the stories in a real browser
	@$(BIN)/pytest tests/journeys

check: environment ## Say all that is wrong: lint, format, types, import contracts; change nothing
	@tests/check

fix: environment ## Mend what a tool can mend
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

bench: environment assets ## Measure (NAME=prefix for some): one JSON line per figure
	@$(BIN)/python -m tests.benches $(NAME)

nightly: environment assets browser ## Long campaigns (NAME=one): results go to docs/campaigns.md
	@$(BIN)/python -m tests.campaigns $(NAME)

screenshots: environment assets browser ## Each page, role and width into screenshots/
	@$(BIN)/python -m tests.screenshots $(NAME)

docs: environment ## Build the documentation site into site/
	@oneplace docs && $(BIN)/mkdocs build --quiet --strict

lock: $(BIN)/uv ## Resolve the dependencies anew into the hashed requirement files
	@tools/lock

environment: $(VENV)/.everything ## Make the Python environment from the hashed requirements

$(BIN)/uv: requirements-build.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "oneplace needs Python 3.11 or newer; this is $$($(PYTHON) --version). Choose one with PYTHON=python3.12 make ..."; exit 1; }
	@echo "Making the Python environment"
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.txt
	@touch $@

$(VENV)/.runtime: $(BIN)/uv requirements.txt pyproject.toml
	@test -e $(VENV)/.everything || { echo "Installing what oneplace runs on"; $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt; }
	@tools/install-self
	@touch $@

$(VENV)/.everything: $(BIN)/uv requirements-dev.txt pyproject.toml
	@echo "Installing what oneplace is built and tested with"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@tools/install-self
	@touch $@ $(VENV)/.runtime

assets: oneplace/kit/static/built/.made ## Build the front end from the npm packages

oneplace/kit/static/built/.made: package.json package-lock.json $(wildcard oneplace/kit/assets/*) $(BIN)/uv
	@tools/build-assets

browser: $(BIN)/uv ## See that a browser and the PDF libraries are there for the tests
	@tools/find-browser

clean: ## Remove what was made here, the data folder too
	@! $(BIN)/oneplace version >/dev/null 2>&1 || $(BIN)/oneplace database stop --all
	@rm -rf $(VENV) node_modules build dist site data worlds screenshots oneplace/kit/static/built
	@find oneplace -name __pycache__ -prune -exec rm -rf {} +
