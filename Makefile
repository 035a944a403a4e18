# What can be done here? `make demo` to see it, `make test` to trust it.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo demo-reset test check soak bench simulate simulate-live lint unit system format lock
SHELL := /bin/sh
PYTHON := .venv/bin/python
# Tests open sockets and browsers where no packet can leave the machine.
PYTEST := tests/closed-network $(PYTHON) -m pytest -q
# What failed in the run before, if that is asked for (`.ci/run`); 5: nothing of this part did, and
# what never ran, since a part before it failed, runs whole.
AGAIN ?=
NOTHING := $(if $(AGAIN),|| [ $$? -eq 5 ],)
ONLY ?=

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

setup:  ## everything that tests need: Debian packages, .venv, pages
	@provisioning/setup.sh test

demo:  ## one service point and its control plane on this machine; DEMO_PORT=8080, Ctrl-C stops it
	@provisioning/setup.sh run
	@exec $(PYTHON) -m provisioning.demo --port $${DEMO_PORT:-8080}

demo-reset:  ## forget everything that the demo has stored
	@if [ -d .demo ]; then flock --nonblock .demo rm -rf .demo || { echo "the demo is running: stop it first" >&2; exit 1; }; fi
	@echo "the demo starts afresh next time"

test: setup lint unit system  ## lint, unit and system tests (some 20 minutes on two cores)

unit: setup
	@echo "== unit tests: pages =="
	@npm test
	@echo "== unit tests: Python =="
	@$(PYTEST) -n 3 --dist loadfile -m "not slow and not system" $(AGAIN) $(NOTHING)

system: setup
	@echo "== system tests =="
	@$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder -m "system and not slow" $(AGAIN) $(NOTHING)

check:  ## the long proofs (the better part of an hour)
	@provisioning/setup.sh check
	@echo "== long proofs =="
	@$(PYTEST) -m slow $(AGAIN) $(NOTHING)

soak:  ## the history checker for as long as you like: MINUTES=60
	@provisioning/setup.sh check
	@tests/closed-network $(PYTHON) -m tests.history --minutes $${MINUTES:-60}

bench: setup  ## numbers into build/bench.json; ONLY=join,ticket for some groups
	@$(PYTHON) -m tests.bench $(if $(ONLY),--only $(ONLY))

simulate: setup  ## the nation's days in virtual time: build/simulation.json, build/simulation.html
	@$(PYTHON) -m provisioning.nation

simulate-live: setup  ## hours of such a day on a running system; LIVE="--points 100 --speed 30"
	@$(PYTHON) -m provisioning.nation --live $(LIVE)

lint: setup  ## style, types, the shape of the house
	@echo "== lint =="
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy shared edge_agent control_plane provisioning tests
	@.venv/bin/lint-imports
	@npm run check

format:  ## write the house's style
	@$(PYTHON) -m ruff check --fix-only --quiet .
	@$(PYTHON) -m ruff format .

lock:  ## resolve requirements.lock anew, for every Python from 3.11 and with hashes
	@[ -x build/lock/bin/uv ] || { python3 -m venv build/lock && build/lock/bin/pip install --quiet uv; }
	@UV_CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/uv pip compile pyproject.toml --all-extras \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet \
	  --output-file requirements.lock $(LOCK_FLAGS)
