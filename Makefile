# One vocabulary for people, hooks and CI. `make demo` and `make test` set everything up by themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
CASE   ?= seeds/kursk-2025-01
OUT    := build

export UV_COMPILE_BYTECODE := 1
export MLFLOW_DISABLE_TELEMETRY := true

.PHONY: help demo test lint format types schemas vectors bench clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# uv where it is present, else venv and pip: both from the same constraints.
$(STAMP): pyproject.toml constraints.txt
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --seed --allow-existing --python "$(PYTHON)" $(VENV) && \
	  uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[dev]'; \
	else \
	  "$(PYTHON)" -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'; \
	fi
	@touch $@

demo: $(STAMP)  ## score the Kursk case, explain it, write the report, log it to mlruns/
	@$(BIN)/leverage score $(CASE)
	@echo
	@$(BIN)/leverage explain $(CASE) --scenario assessed --brief
	@echo
	@$(BIN)/leverage report $(CASE) -o $(OUT)/kursk-2025-01.html
	@$(BIN)/leverage lab log $(CASE)

test: $(STAMP)  ## all tests
	@$(BIN)/python -m pytest -n auto

lint: $(STAMP)  ## ruff and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

format: $(STAMP)  ## reformat the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(STAMP)  ## mypy --strict on the packages
	@$(BIN)/mypy

schemas: $(STAMP)  ## write docs/schema/ anew from the models
	@for kind in case factor weights experiment outcome second-coding decisions model scores explanation contrast robustness history; do \
	  $(BIN)/leverage schema $$kind -o docs/schema/$$kind.schema.json; done

vectors: $(STAMP)  ## write the vectors of the factors' examples anew
	@$(BIN)/python -c "from pathlib import Path; from leverage.codebook import load_codebook; \
	from leverage.coding.embedding import SHIPPED, ship_vectors; from leverage.coding.resemblance import examples_of; \
	ship_vectors([says for _, says in examples_of(load_codebook())], Path('leverage/coding') / SHIPPED)"

bench: $(STAMP)  ## timings side by side, as ratios
	@$(BIN)/python bench/run.py
	@$(BIN)/python bench/robustness.py
	@$(BIN)/python bench/coding.py

clean:  ## remove what was built, not what experiments found
	@rm -rf $(VENV) $(OUT) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
