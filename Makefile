# Everything starts from a fresh clone with python 3.11-3.14, pip, make and git: the first target that needs
# the environment makes it in .venv; afterwards a stamp file skips that step.

VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
CODE = $(wildcard lifecycle flows tests benchmarks)
WANTED := .[postgres,dev]
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
FAST := -n 2 --ignore=tests/flows --ignore=tests/faults
LANES := -n 2 --dist loadfile --no-loadscope-reorder -o tmp_path_retention_policy=failed
# Where the fault tests write, if this machine has it: what they kill is never the machine.
MEMORY := $(firstword $(wildcard /dev/shm) $(TMPDIR) /tmp)

# The first Python on the path that fits; name another one with PYTHON=/path/to/python.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c '$(FITS)' >/dev/null 2>&1 && { echo $$p; break; }; done)

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo test test-fast faults mutants check format coverage

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

demo: $(STAMP) ## run the example program from initiation to closure; reports go to out/
	@$(BIN)/phasegate demo --out out

test: $(STAMP) ## run all tests
	@$(BIN)/python -m pytest $(ARGS)

test-fast: $(STAMP) ## run the tests that need no Prefect
	@$(BIN)/python -m pytest $(FAST) $(ARGS)

faults: $(STAMP) ## break things on purpose, in full size (make test does it in a small one); prints its seed
	@FAULTS=full TMPDIR=$(MEMORY) $(BIN)/python -m pytest $(LANES) -rP tests/faults tests/flows/test_bad_days.py $(ARGS)

mutants: $(STAMP) ## break the product on purpose, in copies; its tests must notice
	@$(BIN)/python -m tests.mutants $(ARGS)

check: $(STAMP) ## check form, lint, types, import directions and sizes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_architecture.py

format: $(STAMP) ## lay the code out and repair what can be repaired safely
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

coverage: $(STAMP) ## run all tests but those of flows, and show which branches of lifecycle they miss
	@$(BIN)/python -m pytest -n 2 --ignore=tests/flows --cov --cov-branch --cov-report=term $(ARGS)

$(STAMP): pyproject.toml constraints.txt
	@python="$(PYTHON)"; \
	test -n "$$python" || { echo "Phasegate needs Python 3.11 to 3.14 and none is on the path." \
	  "Install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }; \
	"$$python" -c '$(FITS)' || { echo "Phasegate needs Python 3.11 to 3.14; $$python does not fit." \
	  "Name another one: make PYTHON=/path/to/python3.12" >&2; exit 1; }; \
	$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
	  echo "Setting up $(VENV) with $$("$$python" --version) ..." >&2; \
	  "$$python" -m venv $(VENV) || { echo "Python could not make a virtual environment in $(VENV)." \
	    "On Debian and Ubuntu: apt install python3-venv. A broken $(VENV) can simply be deleted." >&2; exit 1; }; }; \
	$(BIN)/python -c '$(FITS)' || { echo "$(VENV) was made with a Python that does not fit." \
	  "Delete the folder $(VENV) and run make again." >&2; exit 1; }
	@echo "Installing the packages of constraints.txt (a minute or so the first time) ..." >&2; \
	pip="$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt"; \
	{ $$pip uv && $(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python -c constraints.txt -e '$(WANTED)'; } || \
	{ echo "uv could not install them here; trying pip, which takes longer ..." >&2; $$pip -e '$(WANTED)'; } || \
	{ echo "The packages could not be installed; the reason stands above. Behind a company mirror, tell pip" \
	  "where it is (pip config set global.index-url ADDRESS) and run make again." >&2; exit 1; }
	@touch $@
