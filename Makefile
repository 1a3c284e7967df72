# Every target bootstraps what it needs: Python 3.11+, make and a package registry are enough.
PYTHON ?= python3
SERVE ?= 1
PUPILS ?= 700
WEEKS ?= 9
YEARS ?= 1
HABITS ?= usual
SEED ?= 1
PORT ?= 8501

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

.DEFAULT_GOAL := help
.PHONY: help venv venv-dev demo test lint bench bench-forecast docs clean

help:  ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /\t/' | expand -t 12

venv:
	@$(PYTHON) bootstrap.py

venv-dev:
	@$(PYTHON) bootstrap.py --dev

demo: venv  ## Build a synthetic school, run the whole pipeline, serve on http://127.0.0.1:8501 (SERVE=0 stops before serving)
	$(BIN)/zavuch demo --pupils $(PUPILS) --weeks $(WEEKS) --years $(YEARS) --habits $(HABITS) --seed $(SEED) --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve,--serve)

test: venv-dev  ## Run all tests
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

lint: venv-dev  ## Check style, types, SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 dbt/models

bench: venv-dev  ## Compare speeds side by side and print ratios
	$(BIN)/python benchmarks/run.py

docs: venv-dev  ## Write the pages that are made from code, and the site of the dbt project (docs/site/index.html)
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/site.py docs/site

bench-forecast: venv-dev  ## The forecast against its figures (ZAVUCH_BENCH_DATA=folder adds UCI and OULAD)
	$(BIN)/python benchmarks/forecast.py

clean:  ## Remove the environment and caches (never a home folder)
	rm -rf .venv .mypy_cache .ruff_cache dbt/target dbt/logs
