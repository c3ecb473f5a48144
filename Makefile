# `make` sets everything up; `make demo` and `make test` need nothing before them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif
RUN := $(BIN)/python

.DEFAULT_GOAL := ready
.PHONY: ready demo test check format bench soak lock clean

ready: $(VENV)/browser

$(VENV)/packages: requirements.lock pyproject.toml package-lock.json hatch_build.py
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed; run: make PYTHON=python3.11')"
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/browser: $(VENV)/packages
	$(RUN) -m rpa.connectors.browser.install
	@touch $@

demo: ready
	$(BIN)/rpa demo

test: ready
	$(RUN) -m pytest -n logical --dist loadfile

check: $(VENV)/packages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(RUN) -m pytest -q tests/unit/test_layers.py

format: $(VENV)/packages
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# What is measured beside the library has an environment of its own.
PEERS := .venv-peers
PEERS_RUN := $(PEERS)/$(notdir $(BIN))/python

$(PEERS)/packages: benchmarks/peers.lock
	$(PYTHON) -m venv $(PEERS)
	$(PEERS_RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/peers.lock
	@touch $@

# Its pins and those of the other peers don't go together.
FRAMEWORK := .venv-rpaframework

$(FRAMEWORK)/packages: benchmarks/rpaframework.lock
	$(PYTHON) -m venv $(FRAMEWORK)
	$(FRAMEWORK)/$(notdir $(BIN))/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

bench: ready $(PEERS)/packages $(FRAMEWORK)/packages
	$(RUN) -m benchmarks

# A day of 24 hours in 20 minutes, on each database: nothing may grow, and nothing may be left.
soak: ready
	$(RUN) -m tests.acceptance.soak

# Writes the lock files anew: exact versions and hashes, no download addresses. Needs uv.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements.lock
	uv pip compile benchmarks/peers.in --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --quiet --output-file benchmarks/peers.lock
	uv pip compile benchmarks/rpaframework.in --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --quiet --output-file benchmarks/rpaframework.lock

clean:
	rm -rf $(VENV) $(PEERS) $(FRAMEWORK) .venv-pm4py .venv-pymerkle demo-data rpa-data .pytest_cache .mypy_cache .ruff_cache .hypothesis
