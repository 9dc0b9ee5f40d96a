# Two commands do everything: `make demo` and `make test`. The rest is listed by `make help`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
KITS   ?= ../shared/kits
TORCH  := torch==2.13.0
TORCH_INDEX := https://download.pytorch.org/whl/cpu

.DEFAULT_GOAL := help
.PHONY: help install demo serve test check lint types unit browser evaluate bench screenshots clean

help:  ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(VENV)/.installed  ## the environment, with what it takes to run

# PyTorch first, as its CPU build: from its own index where that answers within two seconds, else the pinned version from the
# configured index (which on some machines is a much larger build).
$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Quisait needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	@if $(PYTHON) -c 'import urllib.request as u; u.urlopen("$(TORCH_INDEX)/torch/", timeout=2)' 2>/dev/null; \
	then $(BIN)/pip install --quiet --index-url $(TORCH_INDEX) $(TORCH); \
	else $(BIN)/pip install --quiet $(TORCH); fi
	$(BIN)/pip install --quiet -e .
	@touch $@

$(VENV)/.testable: $(VENV)/.installed
	$(BIN)/pip install --quiet -e '.[test]'
	@command -v chromium chromium-browser google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	|| echo "No Chromium here: the browser tests will be skipped. Install the package chromium to run them."
	@touch $@

demo: install  ## a sample organisation, loaded, indexed and served
	$(BIN)/quisait demo

serve: install  ## your own knowledge base (settings: docs/operations.md)
	$(BIN)/quisait serve

test: lint types unit  ## everything CI runs

check: lint types  ## style and types alone

lint: $(VENV)/.testable
	$(BIN)/ruff check kb indexer web tests

types: $(VENV)/.testable
	$(BIN)/mypy

unit: $(VENV)/.testable
	$(BIN)/pytest -q

browser: $(VENV)/.testable  ## only the journeys in a real browser
	$(BIN)/pytest -q tests/browser

evaluate: install  ## quality of finding on every kit in KITS=folder
	@for kit in $(KITS)/*/kit.json; do echo "== $$(basename $$(dirname $$kit))"; $(BIN)/quisait evaluate $$(dirname $$kit) || exit 1; done

bench: $(VENV)/.testable  ## latency and memory of the finder on KITS/lean-experts
	$(BIN)/python -m tests.bench $(KITS)/lean-experts

screenshots: $(VENV)/.testable  ## the picture in README, made from the demo
	$(BIN)/python -m tests.browser.screenshots docs/images

clean:  ## the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
