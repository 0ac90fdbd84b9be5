# Two commands: `make run` serves the site, `make test` runs every test. Both need make, Python 3.11 or later and a
# package registry, and work as root or not. `make help` lists the others.
PYTHON ?= python3
UV ?= uv
WORKERS ?= 2
VAR := $(or $(VAR_DIR),var)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

# What is installed is known by stamps that carry the hash of what was asked for: a second run asks no registry.
LOCK := $(shell cat requirements.txt requirements-dev.txt | sha256sum | cut -c1-12)
RUN := .venv/.run-$(LOCK)
DEV := .venv/.dev-$(LOCK)
STATIC := $(VAR)/static/staticfiles.json
BABEL := $(BIN)/python -m babel.messages.frontend --quiet
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))

# Variables may stand in .env (see .env.example); PORT given to make comes before the one there.
ENV := set -e; set -a; if [ -f .env ]; then . ./.env; fi; $(if $(PORT),PORT=$(PORT);) set +a;
# Tests choose their own database and settings, whatever the shell has: without all that .env.example names.
TEST_ENV := env $(shell sed -n 's/^\# \([A-Z_]*\)=.*/-u \1/p' .env.example)
PYTEST := $(TEST_ENV) $(BIN)/python -m pytest --quiet
NO_CHROMIUM := The tests are not complete: no chromium. Run 'apt-get install chromium' as root, then make test again.
NO_OFFICE := The tests are not complete: run 'apt-get install libreoffice-impress libreoffice-writer poppler-utils' as root, \
	then make test again.
NO_PACKAGES := The packages could not be installed (pip says why above): is the package registry within reach?

.PHONY: run test help install static lint format types messages lock test-sqlite test-postgres test-browser browser a11y \
	test-office office bench bench-alerts
.DELETE_ON_ERROR:

help:
	@echo "make run             serve the site on http://127.0.0.1:8000 (PORT=8080 changes it)"
	@echo "make test            lint, then all tests: on SQLite, on PostgreSQL, in a browser"
	@echo "make test-sqlite     one part of it; also test-postgres, test-office, test-browser, lint"
	@echo "make format          mend what lint can mend by itself;  make types  run mypy"
	@echo "make a11y            the Nu HTML checker and Lighthouse, where there is Node and Java (not part of make test)"
	@echo "make bench-alerts    how long alerts to 10,000 subscribers take, and in how much memory"
	@echo "make bench-relevance how well the search finds what is in real texts (REAL_DATA names their folder)"
	@echo "make messages        take new words of the pages into the catalogues of the other languages"
	@echo "make bench           how quick the site is at 2,000, 20,000 and 100,000 reviews, on both databases (an hour)"
	@echo "make lock            pin the newest versions that requirements*.in allow (needs uv)"

run: install static
	@$(ENV) $(BIN)/python manage.py migrate --verbosity 0; \
	$(BIN)/python manage.py load_content; \
	$(BIN)/python manage.py first_curator; \
	exec $(BIN)/python -m gunicorn --config config/gunicorn.conf.py

install: $(RUN) $(CATALOGUES)
static: $(STATIC)

test: $(DEV) $(CATALOGUES)
	@$(MAKE) --no-print-directory -k lint test-sqlite test-postgres test-office test-browser

test-sqlite: $(DEV) $(CATALOGUES)
	@echo "== Tests on SQLite"
	@$(PYTEST) -n $(WORKERS) -m "not browser and not office"

test-postgres: $(DEV) $(CATALOGUES)
	@echo "== Tests on PostgreSQL"
	@$(TEST_ENV) $(BIN)/python tests/postgres.py $(BIN)/python -m pytest --quiet -n $(WORKERS) -m "not browser and not office"

test-office: $(DEV) $(CATALOGUES) office
	@echo "== Files, read by other programs"
	@$(PYTEST) -m office

office:
	@{ command -v soffice && command -v pdfinfo; } >/dev/null || { [ "$$(id -u)" = 0 ] && echo "Installing LibreOffice" \
	&& apt-get -qq update >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
	libreoffice-impress libreoffice-writer poppler-utils >/dev/null; } || { echo "$(NO_OFFICE)" >&2; exit 1; }

test-browser: $(DEV) $(CATALOGUES) browser
	@echo "== Tests in a browser"
	@$(PYTEST) tests/browser

a11y: $(DEV) $(CATALOGUES) browser
	@$(TEST_ENV) $(BIN)/python tests/a11y/run.py

browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && echo "Installing chromium" && apt-get -qq update >/dev/null \
	&& DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium fonts-liberation >/dev/null; } \
	|| { echo "$(NO_CHROMIUM)" >&2; exit 1; }

lint: $(DEV)
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check . \
	|| { echo "Lint: 'make format' mends most of it." >&2; exit 1; }

format: $(DEV)
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

types: $(DEV)
	$(BIN)/python -m mypy

# What is new or has changed comes without a translation; the tests name it until it has one.
messages: $(DEV)
	@$(BABEL) extract -F babel.cfg -k _t -k gettext_lazy --no-location --sort-output --omit-header \
		-o $(VAR)/messages.pot .
	@for po in locale/*/LC_MESSAGES/django.po; do language=$${po#locale/}; \
	$(BABEL) update --input-file $(VAR)/messages.pot --output-file $$po --locale $${language%%/*} \
		--no-fuzzy-matching --ignore-obsolete --width 120 && sed -i '/^"\(Report-M\|POT-C\|Last-T\|Language-T\|Generated\)/d' $$po; done

bench: $(DEV) $(CATALOGUES)
	@command -v wrk >/dev/null || { echo "Install wrk (apt-get install wrk), then run make bench again." >&2; exit 1; }
	@echo "## SQLite"; $(TEST_ENV) $(BIN)/python tests/bench/bench.py
	@echo "## PostgreSQL"; $(TEST_ENV) $(BIN)/python tests/postgres.py $(BIN)/python tests/bench/bench.py

# How long 10,000 subscribers take, and how much memory (docs/alerts.md has figures).
bench-alerts: $(DEV)
	@$(BIN)/python -m tests.bench_alerts

# How well the search finds what is known to be there, on both databases (docs/search.md has figures).
bench-relevance: $(DEV)
	@$(ENV) PYTHONWARNINGS=ignore $(BIN)/python -m tests.relevance.run

lock:
	$(UV) pip compile requirements.in --universal --generate-hashes --no-header --python-version 3.11 --upgrade \
		--output-file requirements.txt --quiet
	$(UV) pip compile requirements-dev.in --constraints requirements.txt --universal --generate-hashes --no-header \
		--python-version 3.11 --upgrade --output-file requirements-dev.txt --quiet

# Debian's Python may come without ensurepip. Then pip comes from the system's pip, or (as root) from python3-venv.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	|| { echo "Python 3.11 or later is needed: install it, or name it with 'make PYTHON=...'." >&2; exit 1; }
	@rm -rf .venv; $(PYTHON) -m venv .venv >/dev/null 2>&1 \
	|| { $(PYTHON) -m venv --clear --without-pip .venv && $(PYTHON) -m pip --quiet --python $@ install pip; } >/dev/null 2>&1 \
	|| { [ "$$(id -u)" = 0 ] && apt-get -qq update && apt-get -qq install -y python3-venv \
	&& $(PYTHON) -m venv --clear .venv; } >/dev/null 2>&1 \
	|| { rm -rf .venv; echo "Python cannot make .venv: run 'apt-get install python3-venv' as root, then make again." >&2; exit 1; }

$(RUN): | $(BIN)/python
	@echo "Installing what the site needs"
	@rm -f .venv/.run-* .venv/.dev-*
	@$(PIP) install --require-hashes -r requirements.txt || { echo "$(NO_PACKAGES)" >&2; exit 1; }
	@touch $@

$(DEV): | $(BIN)/python
	@echo "Installing what the tests need"
	@rm -f .venv/.run-* .venv/.dev-*
	@$(PIP) install --require-hashes -r requirements-dev.txt || { echo "$(NO_PACKAGES)" >&2; exit 1; }
	@touch $(RUN) $@

$(STATIC): $(RUN) $(shell find static -type f 2>/dev/null)
	@$(ENV) $(BIN)/python manage.py collectstatic --no-input --verbosity 0

%.mo: %.po $(RUN)
	@$(BABEL) compile --input-file $< --output-file $@
