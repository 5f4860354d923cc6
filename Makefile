# The one script of the house: `make demo` to see it, `make test lint` before a change is done.
# Needs Python 3.11 or later with venv and pip, and make; everything else comes from the lock.

PYTHON ?= python3
PORT ?= 8000
UV_VERSION := 0.13.9
BIN := .venv/bin
PO := $(wildcard */translations/*/LC_MESSAGES/*.po */*/translations/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)

# Compiled modules are kept: without them each process spends seconds on reading the same sources.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install demo test test-long weigh lint prove prove-quick bench translations clean

help:
	@echo "make demo         the shop at http://127.0.0.1:$(PORT), with demonstration data"
	@echo "make install      .venv with everything that developers need"
	@echo "make test         what runs each day; REQUIRE_ALL=1 turns skips into failures"
	@echo "make test-long    all other tests; part of make prove"
	@echo "make weigh        measures the tests and writes which are too heavy for every day"
	@echo "make lint         ruff, pyright, import directions, translations"
	@echo "make prove-quick  races and killed workers, in two minutes; make prove: all of them"
	@echo "make bench        figures, one JSON line each"
	@echo "make clean        removes .venv, caches and compiled translations; keeps instance/"

.venv/bin/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# `--inexact` leaves what is installed beside the lock: uv itself, and the developers' tools after `make demo`.
.venv/.runtime: pyproject.toml uv.lock | .venv/bin/uv
	$(BIN)/uv sync --quiet --frozen --inexact --compile-bytecode --no-dev --python $(BIN)/python
	@touch $@

.venv/.develop: pyproject.toml uv.lock | .venv/bin/uv
	$(BIN)/uv sync --quiet --frozen --inexact --compile-bytecode --python $(BIN)/python
	@touch $@ .venv/.runtime

%.mo: %.po | .venv/.runtime
	@$(BIN)/pybabel -q compile --input-file=$< --output-file=$@

translations: $(MO)

install: .venv/.develop translations

demo: .venv/.runtime translations
	@$(BIN)/python -m admin.serve --port $(PORT)

test: install
	@$(BIN)/pytest -q -n 2 --dist worksteal $(ARGS)

test-long: install
	@OCOP_LONG=1 $(BIN)/pytest -q -n 2 --dist worksteal --timeout=600 $(ARGS)

weigh: install
	@$(BIN)/python -m pytest -q -p tests.support.weigh --timeout=600 $(ARGS)

lint: install
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python -m tests.support.translations

prove: install
	@$(BIN)/python -m tests.prove $(ARGS)

prove-quick: install
	@$(BIN)/python -m tests.prove --quick $(ARGS)

bench: install
	@$(BIN)/python -m tests.prove.bench $(ARGS)

clean:
	rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov tests/prove/out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f $(MO)
