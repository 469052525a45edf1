# Two commands: `make demo` sets up and runs the main job; `make test` sets up and passes the tests.
VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin

.PHONY: demo test check clean

$(BIN)/kitscan: setup.cfg
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: $(BIN)/kitscan
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

demo: $(BIN)/kitscan
	$(BIN)/kitscan demo --out demo-report

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	$(BIN)/pytest

clean:
	rm -rf $(VENV) demo-report
