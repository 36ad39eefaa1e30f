# make serve: set up, index corpus/, serve. make test: set up, run every test. make help: the rest.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.PHONY: help serve test lint bench clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

.venv/installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable .
	@touch $@

.venv/extras: .venv/installed
	$(BIN)/pip install --quiet --editable '.[test,lint,evaluate]'
	@touch $@

serve: .venv/installed ## index corpus/ if there is no index, then serve on http://127.0.0.1:8000
	$(BIN)/search-app serve --port $(PORT)

test: .venv/extras ## run every test; browser tests use the system's Chromium
	$(BIN)/pytest

lint: .venv/extras ## ruff, mypy strict, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_layers.py

.venv/peers: .venv/extras
	$(BIN)/pip install --quiet --editable '.[peers]'
	@touch $@

bench: .venv/peers ## measure everything beside its peers (an hour) and write benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

clean: ## remove the environment, the built index and every cache
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find index -mindepth 1 ! -name .gitkeep -delete
