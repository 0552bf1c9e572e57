# `make run` opens the app and `make test` checks everything; both install what they need first.
# PYTHON chooses the interpreter that .venv is made from: make run PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
UV := $(shell command -v uv 2>/dev/null)
PINS := --constraint constraints.txt

BIN := $(VENV)/bin
# Stamps: newer than pyproject.toml and constraints.txt when what these name is installed.
RUNTIME := $(VENV)/.installed-runtime
DEVELOPMENT := $(VENV)/.installed-development
SAMPLE := content/images/lighthouse.jpg
OUT := build/thumbnails

INSTALL = $(if $(UV),$(UV) pip install --python $(BIN)/python,$(BIN)/python -m pip --disable-pip-version-check install) --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench bench-full fidelity picture samples constraints clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: $(RUNTIME) ## open the app; without a terminal, send one sample through the pipeline
	@if [ -t 0 ] && [ -t 1 ]; then \
	  $(BIN)/python -m studyapp; \
	else \
	  echo 'No terminal here, so the pipeline runs without its screens:'; \
	  echo '  python -m pipeline run $(SAMPLE) --out $(OUT)'; \
	  $(BIN)/python -m pipeline run $(SAMPLE) --out $(OUT); \
	fi

test: $(DEVELOPMENT) ## check format, lint and types, then run all tests, as CI does
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

check: $(DEVELOPMENT) ## the quick loop: lint, types, and tests up to the first failure
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/python -m pytest --quiet --exitfirst --failed-first

bench: $(DEVELOPMENT) ## measure speed and memory in three minutes
	$(BIN)/python tests/bench/run.py

bench-full: $(DEVELOPMENT) ## measure at full size and with more runs
	$(BIN)/python tests/bench/run.py --full
	BURST_PHOTOS=10000 FAULT_UPLOADS=500 $(BIN)/python -m pytest --numprocesses auto tests/pipeline/burst

fidelity: $(DEVELOPMENT) ## write what the contract tests prove into the README and for the app
	$(BIN)/python tests/fidelity_table.py

picture: $(DEVELOPMENT) ## draw the picture of the app in the README
	$(BIN)/python tests/pictures/draw_app.py

samples: $(RUNTIME) ## draw the sample pictures in content/images
	$(BIN)/python tests/pictures/draw_samples.py

constraints: ## write constraints.txt anew from the newest versions that pyproject.toml allows
	rm -rf build/constraints
	@$(MAKE) --no-print-directory UV= PINS= VENV=build/constraints build/constraints/.installed-development
	{ sed -n '/^#/p' constraints.txt; build/constraints/bin/python -m pip freeze --exclude-editable; } > build/constraints.txt
	mv build/constraints.txt constraints.txt
	rm -rf build/constraints

clean: ## remove everything that make made
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage

$(RUNTIME): pyproject.toml constraints.txt | $(VENV)/pyvenv.cfg
	@echo 'Installing what the app needs into $(VENV): once, about a minute.'
	@$(call ensure_pip)
	@$(INSTALL) $(PINS) --editable .
	@touch $@

$(DEVELOPMENT): pyproject.toml constraints.txt | $(VENV)/pyvenv.cfg
	@echo 'Installing the app and the development tools into $(VENV): once, about a minute.'
	@$(call ensure_pip)
	@$(if $(UV),:,$(INSTALL) 'pip>=25.1')  # the first pip that knows --group
	@$(INSTALL) $(PINS) --editable . --group dev
	@touch $(RUNTIME) $@

# A .venv that uv made has no pip; without uv it needs one.
ensure_pip = $(if $(UV),:,$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null)

$(VENV)/pyvenv.cfg:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo 'There is no $(PYTHON) here. Install Python 3.11 or newer, or name one: make run PYTHON=/path/to/python3'; \
	  exit 1; } >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "studyapp needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make run PYTHON=python3.13"; \
	  exit 1; } >&2
	@$(if $(UV),:,$(PYTHON) -c 'import venv$(comma) ensurepip' 2>/dev/null) || { \
	  echo 'This Python cannot make virtual environments. On Debian and Ubuntu: sudo apt install python3-venv'; \
	  exit 1; } >&2
	@$(if $(UV),$(UV) venv --quiet --python $(PYTHON),$(PYTHON) -m venv) $(VENV) || { rm -rf $(VENV); exit 1; }

comma := ,
