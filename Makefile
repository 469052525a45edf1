# Two commands: `make demo` sets up and runs the main job; `make test` sets up and passes the tests.
VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
unexport PYTHONDONTWRITEBYTECODE # the tests start Python some hundred times: it shall not compile everything each time
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test test-long check packages accuracy benchmarks coverage mutation clean

$(VENV)/.installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.installed
	$(PIP) --editable '.[test]'
	@touch $@

demo: $(VENV)/.installed
	$(BIN)/kitscan demo --out demo-report

# The daemons of the lab, and a browser that opens the report. Without root, the tests that need them say so.
packages:
	@sh tests/packages.sh

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: packages check
	$(BIN)/python -m tests.run_all $(PYTEST)

# What takes long: public recordings, if KITSCAN_SNMPSIM_DATA names their folder, and the property tests with 2,000 examples.
test-long: packages
	$(BIN)/pytest -m long $(PYTEST)
	$(BIN)/pytest -n auto --timeout=1800 --hypothesis-profile=long -m "hypothesis and not long" $(PYTEST)

# How often the right maker is named, on public recordings: read as captures, and asked as live agents (5 GB of cache, some minutes).
accuracy: $(VENV)/.installed
	$(BIN)/python -m benchmarks.accuracy --plot docs/images/reliability.svg --into docs/accuracy.md

# How fast it is: every table of docs/performance.md (as root, for the network namespaces of one of them).
benchmarks: $(VENV)/.test
	$(BIN)/python -m benchmarks

# What the tests run through: some minutes longer than the tests. Fails below what benchmarks/reliability promises.
coverage: $(VENV)/.test
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m tests.run_all $(PYTEST)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage json --quiet -o .coverage.json
	$(BIN)/python -m benchmarks.reliability.coverage_figures .coverage.json

# Which mistakes the tests notice, in the modules that decide: half an hour, or a sample of them: make mutation SAMPLE=200
mutation: $(VENV)/.test
	$(BIN)/python -m benchmarks.reliability.mutation --show $(if $(SAMPLE),--sample $(SAMPLE))

clean:
	rm -rf $(VENV) demo-report
