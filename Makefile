# A bare `make` prints this list.
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || echo python3)
BIN := .venv/bin
ARGS ?=
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input

MAKE_VENV = $(PYTHON) -m venv --clear .venv >/dev/null 2>&1 || { \
	$(PYTHON) -m venv --clear --without-pip .venv && $(PYTHON) -m pip --quiet --python $(BIN)/python install pip; }

# A .venv knows the folder that it was made in: one that was moved or copied along is made anew.
ifneq ($(wildcard .venv/made),)
ifneq ($(shell cat .venv/made),$(CURDIR))
$(shell rm -rf .venv)
endif
endif

help:  ## print this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: setup  ## install everything and bring up the whole platform (Ctrl-C stops it)
	@$(BIN)/clearqueue up $(ARGS)

# The tests start more than a hundred processes: each would compile all of our modules if none may keep them.
test: .venv/dev  ## install everything and run the tests
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

setup: .venv/run  ## install what running needs into .venv

check: .venv/dev  ## import contracts, lint, formatting, types
	@$(BIN)/lint-imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fmt: .venv/dev  ## format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

# Dash brings an extension of an old kind, for which JupyterLab asks everybody to build it anew; and it asks the world for news.
QUIET_LAB = --ServerApp.tornado_settings='{"page_config_data": {"buildCheck": False}}' --LabApp.news_url=None \
	--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate

notebook: .venv/notebook  ## open the notebooks in JupyterLab (CLEARQUEUE_URL and CLEARQUEUE_TOKEN, or sign in there)
	@JUPYTER_CONFIG_DIR=.venv/jupyter $(BIN)/jupyter lab notebooks $(QUIET_LAB) $(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS)

bench: .venv/dev  ## measure (ONLY=create for one); one JSON line each
	@$(BIN)/python -m bench $(ONLY)

docs: setup  ## write the generated reference pages
	@$(BIN)/clearqueue reference --write

rebuild: setup  ## rebuild the lake and the search index from the ledger
	@$(BIN)/clearqueue rebuild

lock:  ## renew the locks (needs uv)
	uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock requirements.in
	uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements.lock -o requirements-dev.lock requirements-dev.in
	uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements-dev.lock -o requirements-notebook.lock requirements-notebook.in

IS_RIGHT := -c 'import sys, pip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || { echo "Clearqueue needs Python 3.11: install it, or say where it is with make PYTHON=/path/to/python3.11"; exit 1; }
	@$(BIN)/python $(IS_RIGHT) || { echo "Making .venv with $$($(PYTHON) --version)"; $(MAKE_VENV); }
	@printf %s '$(CURDIR)' >.venv/made

.venv/run: requirements.lock pyproject.toml | .venv/made
	@test -e .venv/dev && test .venv/dev -nt requirements.lock || { echo "Installing Clearqueue (a minute or two the first time)"; $(PIP) --require-hashes -r requirements.lock; }
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch .venv/run

.venv/dev: requirements-dev.lock .venv/run
	@echo "Installing what the tests need"
	@$(PIP) --no-compile --require-hashes -r requirements-dev.lock
	@touch .venv/dev

.venv/notebook: requirements-notebook.lock .venv/run
	@echo "Installing JupyterLab"
	@$(PIP) --require-hashes -r requirements-notebook.lock
	@JUPYTER_CONFIG_DIR=.venv/jupyter $(BIN)/jupytext-config set-default-viewer python >/dev/null
	@touch .venv/notebook

.PHONY: help run test setup check fmt notebook bench docs rebuild lock
