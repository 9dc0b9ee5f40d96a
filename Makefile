# Two commands do everything: `make demo` and `make test`. The rest is listed by `make help`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
KITS   ?= ../shared/kits
DATA   ?= data/bench
OTHERS := .venv-bench
TORCH  := torch==2.13.0
TORCH_INDEX := https://download.pytorch.org/whl/cpu

.DEFAULT_GOAL := help
.PHONY: help install demo serve test check lint types unit browser evaluate bench growth screenshots speed looks tour clean

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

unit: $(VENV)/.testable  ## the tests alone, side by side
	$(BIN)/pytest -q -n $$(($$(nproc) + 1)) --dist loadfile --no-loadscope-reorder

browser: $(VENV)/.testable  ## only the journeys in a real browser
	$(BIN)/pytest -q tests/browser

evaluate: install  ## quality of finding on every kit in KITS=folder
	@for kit in $(KITS)/*/kit.json; do echo "== $$(basename $$(dirname $$kit))"; $(BIN)/quisait evaluate $$(dirname $$kit) || exit 1; done

# What we are compared with stays out of our environment: it has its own, which sees ours (the same PyTorch). One package after
# the other, so that one that cannot be installed leaves the others; the table names it.
$(OTHERS)/.installed: $(VENV)/.testable
	$(BIN)/python -m venv $(OTHERS)
	@$(BIN)/python -c 'import site; print(*site.getsitepackages())' > "$$($(OTHERS)/bin/python -c 'import site; print(*site.getsitepackages())')/quisait.pth"
	@for each in $$($(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["bench"])'); \
	do $(OTHERS)/bin/pip install --quiet $$each || echo "$$each cannot be installed: it will be absent from the table"; done
	@touch $@

bench: $(OTHERS)/.installed  ## quality and latency beside other engines on KITS, one table (DATA=folder JSON=file)
	$(OTHERS)/bin/python -m tests.bench.compare $(KITS) --data $(DATA) $(if $(JSON),--json $(JSON))

growth: $(VENV)/.testable  ## latency, memory and size at 10k to 500k passages of KITS/lean-experts (DATA, JSON)
	$(BIN)/python -m tests.bench.growth $(KITS)/lean-experts --data $(DATA) $(if $(JSON),--json $(JSON))

screenshots: $(VENV)/.testable  ## the pictures in README and docs, made from the demo
	$(BIN)/python -m tests.browser.screenshots docs/images

speed: $(VENV)/.testable  ## server time of pages, size of the first, layout shift and paint (DATA=folder of a knowledge base)
	$(BIN)/python -m tests.browser.speed $(if $(filter-out data/bench,$(DATA)),$(DATA))

looks: $(VENV)/.testable  ## every page by all axe rules, in every theme, size and language (FILE=data/looks.jsonl goes on with it; PARTS)
	@$(if $(FILE),,rm -f data/looks.jsonl)
	$(BIN)/python -m tests.browser.looks $(or $(FILE),data/looks.jsonl) $(PARTS)

tour: $(VENV)/.testable  ## an animated tour, docs/images/tour.webp, made from the demo
	$(BIN)/python -m tests.browser.tour docs/images

clean:  ## the environment and caches
	rm -rf $(VENV) $(OTHERS) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
