# Needs Python 3.11+ (make uses `python3`; PYTHON=... names another) and a C library, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
export YOLO_OFFLINE := 1
export YOLO_AUTOINSTALL := 0
export UV_LINK_MODE ?= hardlink

.PHONY: demo test check format lock bench clean install install-dev

demo: install ## Scan a few sample posts and say where the report is
	$(BIN)/python -m data.samples.demo out/demo

test: install-dev ## Every check: format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

format: install-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install-dev ## The published timings; takes long
	$(BIN)/python -m tests.bench

lock: $(UV) ## Compile the requirements anew from pyproject.toml
	./requirements/compile $(UV)

install: $(VENV)/.core

install-dev: $(VENV)/.dev

$(UV):
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/.core: $(UV) requirements/core.txt pyproject.toml
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements/core.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(UV) requirements/dev.txt pyproject.toml
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	./requirements/system $(VENV)/axe
	touch $(VENV)/.core $@

clean:
	rm -rf $(VENV) out
