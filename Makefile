# Thin on purpose: each target is what you would type. Needs Python 3.11+ and make, nothing else;
# what is installed once is remembered by stamp files, so that a second start takes seconds.

.DEFAULT_GOAL := help
.PHONY: help run test check bench messages screenshots static lock clean
.DELETE_ON_ERROR:

PY := .venv/bin/python
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check
COMPILE = UV_PYTHON_DOWNLOADS=never $(PY) -m uv pip compile --quiet --universal --generate-hashes \
	--python-version 3.11 --custom-compile-command "make lock" $(ARGS)
# The machine's own npm first; the one in .venv only where there is none.
NPM := PATH="$$PATH:$$PWD/.venv/bin" npm
STATIC_SOURCES := $(shell find citizen_diplomat/web/static 2>/dev/null)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 18

run: .venv/run .build/static/manifest.json $(CATALOGUES) ## the whole site on http://127.0.0.1:8000 (PORT= and HOST= change it)
	@exec $(PY) -m flask --app wsgi serve --prepare

test: .venv/test node_modules/.test .build/static/manifest.json $(CATALOGUES) ## all tests, on SQLite and PostgreSQL, browser journeys included (ARGS= for pytest)
	@$(PY) -m pytest -n logical --maxschedchunk 10 --durations=10 $(ARGS)

check: .venv/test ## format, lint, types, import contracts, templates, catalogues
	@$(PY) -m ruff format --check --quiet . || { echo "make: .venv/bin/ruff format . puts it right"; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy
	@$(PY) .venv/bin/lint-imports --no-logo --no-cache
	@$(PY) -m djlint --quiet --lint templates
	@$(PY) translations/catalogues.py check

bench: .venv/test .build/static/manifest.json $(CATALOGUES) ## how long pages take, as ratios against a bare Flask page
	@$(PY) -m tests.bench $(ARGS)

messages: .venv/test ## read the visible texts into translations/
	@$(PY) translations/catalogues.py update

screenshots: .venv/test node_modules/.test .build/static/manifest.json $(CATALOGUES) ## take the README's pictures again
	@$(PY) -m tests.screenshots $(ARGS)

static: .build/static/manifest.json ## build the static files

lock: .venv/bin/python ## pin exact versions again (ARGS=--upgrade for newer ones)
	@$(INSTALL) uv
	@$(COMPILE) pyproject.toml -o requirements/run.txt
	@$(COMPILE) --constraints requirements/run.txt --extra test --extra tools pyproject.toml -o requirements/test.txt
	@$(COMPILE) --group node -o requirements/node.txt
	@$(NPM) install --package-lock-only

clean: ## remove what make made; your data in instance/ stays
	@rm -rf .venv .build node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache $(CATALOGUES)

# --- what the targets need ---

.venv/bin/python:
	@python=$$(for name in python3.13 python3.12 python3.11 python3; do \
		$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done); \
	[ "$$python" ] || { echo "make: Citizen Diplomat needs Python 3.11 or newer; none was found"; exit 1; }; \
	$$python -m venv .venv || { rm -rf .venv; echo "make: $$python cannot make a venv; on Debian: apt-get install python3-venv"; exit 1; }

.venv/run: requirements/run.txt | .venv/bin/python
	@echo "Installing what the site needs ..."
	@$(INSTALL) --require-hashes -r $< && touch $@

.venv/test: requirements/test.txt | .venv/bin/python
	@echo "Installing what the tests need ..."
	@$(INSTALL) --require-hashes -r $< && touch .venv/run $@

.venv/npm: requirements/node.txt | .venv/bin/python
	@command -v npm >/dev/null || { echo "No npm here: installing one into .venv ..."; $(INSTALL) --require-hashes -r $<; }
	@touch $@

# A developer who has run the tests keeps their packages.
node_modules/.run: package-lock.json .npmrc | .venv/npm
	@if [ -e node_modules/.test ]; then $(MAKE) --no-print-directory node_modules/.test; else $(NPM) ci --omit=dev --loglevel=error; fi && touch $@

node_modules/.test: package-lock.json .npmrc | .venv/npm
	@$(NPM) ci --loglevel=error && touch node_modules/.run $@

# -P: the builder needs nothing of the application, and its neighbours must not hide the standard library.
.build/static/manifest.json: citizen_diplomat/web/assets.py $(STATIC_SOURCES) node_modules/.run | .venv/run
	@$(PY) -P citizen_diplomat/web/assets.py

translations/%/LC_MESSAGES/messages.mo: translations/%/LC_MESSAGES/messages.po | .venv/run
	@$(PY) translations/catalogues.py compile $<
