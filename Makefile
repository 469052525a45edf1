# Two commands: `make demo` sets up and runs the main job; `make test` sets up and passes the tests.
VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
unexport PYTHONDONTWRITEBYTECODE # the tests start Python some hundred times: it shall not compile everything each time
# Python compiles what it imports; compiling the rest of every package takes seconds.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile

.PHONY: demo lab test test-long check packages accuracy benchmarks pictures lock sbom wheelhouse image coverage mutation clean

# Every package is one that requirements/ names by its hashes; `make lock` writes these files.
$(VENV)/.installed: setup.cfg pyproject.toml requirements/build.txt requirements/run.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements/build.txt -r requirements/run.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.installed requirements/test.txt
	$(PIP) --require-hashes -r requirements/test.txt
	@touch $@

demo: $(VENV)/.installed
	$(BIN)/kitscan demo --out demo-report

# Every lab of simulated devices, up, checked and down (as root, or with containerlab).
lab: $(VENV)/.installed
	$(BIN)/python -m benchmarks.labs

# The daemons of the lab, and a browser that opens the report. Without root, the tests that need them say so.
packages:
	@sh tests/packages.sh

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: packages $(VENV)/.test
	+@$(MAKE) --no-print-directory -j2 check wheelhouse/requirements.txt
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

# The pictures of README.md and docs/report.md, taken of the real pages (Chromium, LibreOffice, pdftoppm).
pictures: $(VENV)/.test
	$(BIN)/python -m benchmarks.pictures

# The lock files, for every platform and Python 3.11 to 3.13. What is locked stays unless setup.cfg asks for more;
# `make lock UPGRADE=--upgrade` takes the newest of everything.
COMPILE := $(VENV)/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock' $(UPGRADE)
lock:
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet --require-hashes -r requirements/lock.txt
	$(COMPILE) requirements/build.in -o requirements/build.txt
	$(COMPILE) requirements/lock.in -o requirements/lock.txt
	$(COMPILE) setup.cfg -o requirements/run.txt
	$(COMPILE) setup.cfg --extra test --constraint requirements/run.txt -o requirements/test.txt

# What a release consists of: kitscan and every locked package, each with its licence and hashes (CycloneDX 1.6).
sbom: $(VENV)/.test
	$(BIN)/python -m requirements.sbom > kitscan.cdx.json

# All wheels of kitscan for a machine without internet, with the extras that you name: make wheelhouse EXTRAS="serve notify".
# WHEEL_OPTIONS="--platform manylinux2014_aarch64 --python-version 3.12" takes those of another machine.
wheelhouse: $(VENV)/.installed
	$(BIN)/python -m requirements.wheelhouse wheelhouse $(EXTRAS)

wheelhouse/requirements.txt: requirements/run.txt requirements/test.txt | $(VENV)/.installed
	$(BIN)/python -m requirements.wheelhouse wheelhouse

# An image of kitscan from these wheels, with docker or: make image ENGINE=podman
ENGINE ?= docker
image: wheelhouse
	$(ENGINE) build -t kitscan:latest .

# What the tests run through: some minutes longer than the tests. Fails below what benchmarks/reliability promises.
coverage: $(VENV)/.test
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m tests.run_all $(PYTEST)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage json --quiet -o .coverage.json
	$(BIN)/python -m benchmarks.reliability.coverage_figures .coverage.json

# Which mistakes the tests notice, in the modules that decide: of 300, or of so many: make mutation SAMPLE=50 (0: of all)
mutation: $(VENV)/.test
	$(BIN)/python -m benchmarks.reliability.mutation --show $(if $(SAMPLE),--sample $(SAMPLE))

clean:
	rm -rf $(VENV) demo-report wheelhouse
