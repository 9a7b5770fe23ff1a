# One command on a fresh machine: `make report` or `make test`. Both install what they need into .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STUDIES ?= $(notdir $(patsubst %/study.toml,%,$(wildcard data/*/study.toml)))
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help report test lint lab lessons bench clean

help: ## Show what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: $(VENV)/run.stamp ## Install, and write the report of every study under data/ into reports/
	$(BIN)/themebook report $(STUDIES)

test: $(VENV)/dev.stamp ## Install, and run every test: code, doctests, notebooks
	$(BIN)/python -m pytest
	$(BIN)/python -m pytest --nbval-lax --nbval-cell-timeout=300 --no-header -q notebooks

lint: $(VENV)/dev.stamp ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lab: $(VENV)/run.stamp ## Open JupyterLab at the start page
	$(BIN)/jupyter lab notebooks/00_start_here.ipynb

lessons: $(VENV)/dev.stamp ## Check the lessons, and write the students' version into reports/lessons/
	$(BIN)/python notebooks/teaching/build.py

bench: $(VENV)/bench.stamp ## Measure, beside named alternatives, and write benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

clean: ## Remove the environment and what runs have written
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find reports -mindepth 1 -not -name .gitkeep -delete

$(VENV)/run.stamp: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable '.[lab]'
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp
	$(PIP) --editable '.[lab,dev,teach]'
	touch $@

$(VENV)/bench.stamp: $(VENV)/dev.stamp
	$(PIP) --editable '.[lab,dev,teach,bench]'
	touch $@
