# budgetwacht: what a person can ask of this checkout. `make help` explains.
#
# Everything made lands in .venv, .venv-bench and .make; files there mark what is up to date, so
# that a second run only does what has changed.

PYTHON ?= python3
BIN := .venv/bin
PIP := -m pip install --quiet --disable-pip-version-check
HASHED := --require-hashes --only-binary :all:
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test lint format stack bench bench-reserving study odd growth boards servers lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .make/run ## simulate a municipality and show its figures, prognosis and alerts (needs Python only)
	$(BIN)/budgetwacht demo $(ARGS)

test: .make/dev servers ## run all tests, on real servers (ARGS="-k word" for some of them)
	$(BIN)/python -m pytest $(ARGS)

lint: .make/dev ## check style, form and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: .make/dev ## put the code in its standard form
	$(BIN)/ruff format
	$(BIN)/ruff check --fix --select I

stack: .make/dev servers ## run broker, Redis, Prometheus, Alertmanager, worker, notifier and regions here, without Docker
	$(BIN)/python -m tests.servers.stack $(ARGS)

bench: .make/dev .make/bench servers ## measure the worker beside the same job in Quix Streams
	QUIX_PYTHON=.venv-bench/bin/python $(BIN)/python -m bench $(ARGS)

bench-reserving: .make/dev .make/bench ## measure the reserving methods beside chainladder-python's bootstrap
	QUIX_PYTHON=.venv-bench/bin/python $(BIN)/python -m bench.reserving

study: .make/dev ## score the prognosis on ninety simulated municipalities (ARGS="--seeds 1-3" for some)
	$(BIN)/python -m bench.study --jobs 2 $(ARGS)

odd: .make/dev ## score it on municipalities in which something odd happens (ARGS="--seeds 101-102" for some)
	$(BIN)/python -m bench.odd --jobs 2 $(ARGS)

growth: .make/dev ## measure whether a book of a million lines costs more a line than a small one
	$(BIN)/python -m bench.growth $(ARGS)

boards: .make/dev ## generate the Grafana boards anew
	$(BIN)/budgetwacht boards build

servers: .make/dev ## install the server programs that the tests need and that are missing (as root)
	@$(BIN)/python -m tests.servers.install || [ "$$CI" != true ]

# The lock files hold exact versions and hashes and no address of an index.
lock: ## resolve the dependencies anew into requirements/
	$(PYTHON) -m venv .make/locker
	.make/locker/bin/python $(PIP) uv
	$(call resolve,run,--group build)
	$(call resolve,dev,--group dev --constraints requirements/run.txt)
	$(call resolve,bench,--group bench)

resolve = .make/locker/bin/uv pip compile pyproject.toml --quiet --upgrade --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command 'make lock' $(2) --output-file requirements/$(1).txt

clean: ## remove everything that was made here
	rm -rf .venv .venv-bench .make build *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache

# The project itself is installed as a link to this checkout: a change of code needs no new install.
.make/run: requirements/run.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python $(PIP) $(HASHED) -r requirements/run.txt
	$(BIN)/python $(PIP) --no-deps --no-build-isolation --editable .
	@mkdir -p .make && touch $@

.make/dev: .make/run requirements/dev.txt
	$(BIN)/python $(PIP) $(HASHED) -r requirements/dev.txt
	@touch $@

# Apart: Quix Streams wants other versions of packages that we use too.
.make/bench: requirements/bench.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python $(PIP) $(HASHED) -r requirements/bench.txt
	@mkdir -p .make && touch $@
