# Two commands do everything on a machine that has git, make and Python >= 3.11:
#   make demo   install, build the graph from data/, serve it on http://127.0.0.1:8000
#   make test   install what tests need and run them; TESTS=tests/mapping for some of them
# The other words:
#   build        build the graph from data/          serve   serve what is built; PORT=8080 for another port
#   install      install into .venv                  clean   remove what was built
#   lint         check code, types, imports, docs    format  let ruff repair what it can
#   conformance  run the test suites of others       bench   measure, and compare with other engines
#   tools        what tests need beyond Python       spark   Spark, for its tests
#   docs         the generated parts of docs/        lock    the lock files anew

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
LOCKED := --quiet --disable-pip-version-check --require-hashes

.PHONY: help demo serve build install test lint format conformance bench tools spark lock docs clean

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

demo: build serve

build: .venv/installed
	$(BIN)/clusterkg build

serve: .venv/installed
	$(BIN)/clusterkg serve --port $(PORT)

install: .venv/installed

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "clusterkg needs Python 3.11 or newer; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "Python cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; rm -rf .venv; exit 1; }

.venv/installed: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install $(LOCKED) -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(BIN)/python -m pip install $(LOCKED) -r requirements-dev.lock
	@touch $@

test: .venv/installed-dev
	$(BIN)/python -m pytest $(TESTS)

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/cog --check -P -I docs docs/*.md README.md

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/installed-dev
	$(BIN)/cog -r -P -I docs docs/*.md README.md

conformance: .venv/installed-dev
	$(BIN)/python -m pytest tests/conformance --conformance-report build/conformance

bench: .venv/installed-dev
	set -e; for script in benchmarks/*.py; do $(BIN)/python $$script; done

# what tests need beyond Python: a headless browser, Java for Spark, PostgreSQL and MariaDB
# (their programmes; no service is set up)
tools:
	@packages=; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || packages="chromium fonts-dejavu"; \
	command -v java >/dev/null || packages="$$packages openjdk-17-jre-headless"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || packages="$$packages postgresql"; \
	command -v mariadb-install-db >/dev/null || packages="$$packages mariadb-server-core mariadb-client-core"; \
	[ -z "$$packages" ] || { \
	  command -v apt-get >/dev/null || { echo "install Chromium, Java 17, PostgreSQL and MariaDB with your system's package manager"; exit 1; }; \
	  SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$SUDO mkdir -p /etc/postgresql-common/createcluster.d; \
	  echo "create_main_cluster = false" | $$SUDO tee /etc/postgresql-common/createcluster.d/none.conf >/dev/null; \
	  $$SUDO apt-get update -qq && $$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$packages >/dev/null; }

# Spark, for its tests and `clusterkg map --engine spark`: 450 MB to fetch, hence not with the rest
spark: .venv/installed-dev requirements-spark.lock
	$(BIN)/python -m pip install $(LOCKED) -r requirements-spark.lock

lock:
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
	  --extra build -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
	  --extra build --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
	  --extra spark -c requirements.lock -o requirements-spark.lock pyproject.toml

clean:
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache
