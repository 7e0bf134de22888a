# Each target does its own set-up: a virtual environment in .venv with exactly what requirements.lock names.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Compiled modules are kept, whatever the environment says: without them each start of a desk takes seconds longer.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint bench starter lock clean

demo: .venv/ready
	@$(BIN)/desk demo

# As nice as can be: what the desk does last in line would otherwise not get a turn beside the tests that compute.
test: .venv/ready
	@nice -n 19 $(BIN)/python -m pytest -q -n 3 $(PYTEST_ARGS)

lint: .venv/ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: .venv/ready
	@$(BIN)/python -m bench

# Train the starter model anew from the tickets in classify/starter.
starter: .venv/ready
	@$(BIN)/desk train --starter

# After a change of dependencies in pyproject.toml.
lock: .venv/ready
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --all-extras --universal \
	  --python-version 3.11 pyproject.toml -o requirements.lock

clean:
	rm -rf .venv build *.egg-info

.venv/ready: requirements.lock pyproject.toml
	@echo "Setting up .venv (a minute the first time) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv==0.13.9
	@$(BIN)/uv pip install --quiet --require-hashes --python $(BIN)/python --requirement requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@
