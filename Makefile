# `make` alone says what there is. Needs git, npm, make and any Node from 18 on: the runtimes the
# project runs on (Bun and Node 24) come from npm with everything else.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

INSTALLED := node_modules/.installed
NODE := node scripts/runtime.js node
BUN := node scripts/runtime.js bun
OXLINT := $(NODE) node_modules/oxlint/bin/oxlint
PRETTIER := $(NODE) node_modules/prettier/bin/prettier.cjs --log-level warn
TSC := $(NODE) node_modules/typescript/bin/tsc
VENV := .venv-vectors
VENV_PYTHON := .venv-python
VENV_DEPLOY := .venv-deploy

.PHONY: help
help: ## Say what the commands are
	@echo 'FeatureFlags: make <command>'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: install
install: $(INSTALLED) ## Install the packages of package-lock.json, if they have changed

$(INSTALLED): package-lock.json .npmrc
	@echo 'Installing packages…'
	@npm ci --loglevel=error
	@touch $@

.PHONY: start
start: install ## Start the server on Bun, with a SQLite database in data/
	@mkdir -p data
	@$(BUN) server/bin/featureflags.js

.PHONY: test
test: install ## Run all tests: units, HTTP and stores, the SDKs, end to end (SUITES='Python Rust')
	@$(NODE) scripts/test.ts $(SUITES)

.PHONY: check
check: format lint types boundaries sizes duplicates unused versions workflows sdks ## Check everything but the tests
	@echo 'All checks passed.'

.PHONY: format
format: install ## Check the formatting (make fix repairs it)
	@echo 'Formatting: prettier'
	@$(PRETTIER) --check .

.PHONY: lint
lint: install ## Check for mistakes and style, with types
	@echo 'Mistakes and style: oxlint'
	@$(OXLINT) --type-aware --deny-warnings

.PHONY: types
types: install ## Check the types; core without those of Node and of the web
	@echo 'Types: tsc'
	@$(TSC) --project core/tsconfig.json
	@$(TSC) --project tsconfig.json

.PHONY: boundaries
boundaries: install ## Check which way things point, over the real import graph
	@echo 'Boundaries: scripts/check-boundaries.ts'
	@$(NODE) scripts/check-boundaries.ts

.PHONY: sizes
sizes: install ## List what grows too long: warns well before lint fails
	@echo 'Sizes: files from 200 lines, functions from 30'
	@$(OXLINT) --config sizes.oxlintrc.json --format unix

.PHONY: duplicates
duplicates: install ## Check for copied code
	@echo 'Copied code: scripts/check-duplicates.ts'
	@$(NODE) scripts/check-duplicates.ts

.PHONY: unused
unused: install ## Check for unused files, exports and dependencies
	@echo 'Unused files, exports and dependencies: knip'
	@$(NODE) node_modules/knip/bin/knip.js --no-progress

.PHONY: versions
versions: install ## Check that all parts have one version, and that changesets can be released
	@echo 'Versions and changesets: scripts/check-versions.ts'
	@$(NODE) scripts/check-versions.ts

.PHONY: workflows
workflows: install ## Check the workflows of GitHub Actions
	@echo 'Workflows: actionlint and scripts/check-workflows.ts'
	@$(NODE) scripts/check-workflows.ts

.PHONY: version
version: install ## Make the next version: packages, lock files, CHANGELOG.md
	@$(NODE) scripts/release/version.ts

.PHONY: release-dry-run
release-dry-run: install ## Do all that a release does, but upload
	@$(NODE) scripts/release/dry-run.ts

.PHONY: build
build: install ## Build the npm package of the TypeScript SDK, in sdks/typescript/dist
	@$(NODE) sdks/typescript/build/build.ts

.PHONY: packages
packages: install ## Build, lint, install and use every package, as npm, PyPI and Cargo get it
	@$(NODE) scripts/packages/packages.ts

.PHONY: binaries
binaries: install ## Make the single binary for each system, in dist/binaries, and run those that run here
	@$(NODE) scripts/binaries/make.ts
	@$(NODE) scripts/binaries/check.ts

.PHONY: image
image: install ## Build the images for both architectures, and archives of them in dist/image
	@$(NODE) scripts/image/make.ts

.PHONY: image-test
image-test: install ## Build the images, run them in every way that the docs name, and measure them
	@$(NODE) scripts/image/check.ts

.PHONY: two-minutes
two-minutes: install ## Time each way from nothing to the first answer, on fresh Debian roots
	@$(NODE) scripts/two-minutes/main.ts

.PHONY: sdks
sdks: install ## Check style and types of the Python and Rust SDKs, where their toolchains are
	@$(NODE) scripts/check-sdks.ts

.PHONY: python
python: $(VENV_PYTHON)/.installed ## Make the environment of the Python SDK's tests

$(VENV_PYTHON)/.installed: sdks/python/requirements-dev.txt sdks/python/pyproject.toml
	@echo 'Installing the Python packages of the SDK and its tests…'
	@python3 -m venv $(VENV_PYTHON)
	@$(VENV_PYTHON)/bin/pip install --quiet --disable-pip-version-check -r $< -e sdks/python
	@touch $@

.PHONY: deploy-check
deploy-check: install ## Judge deploy/ by the tools of Compose and Kubernetes, where Go and Python are
	@$(NODE) scripts/check-deploy.ts

.PHONY: deploy-tools
deploy-tools: $(VENV_DEPLOY)/.installed ## Make the environment of deploy-check

$(VENV_DEPLOY)/.installed: scripts/deploy/requirements.txt
	@echo 'Installing the Python packages that judge deploy/…'
	@python3 -m venv $(VENV_DEPLOY)
	@$(VENV_DEPLOY)/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.PHONY: fix
fix: install ## Repair formatting and what the linter can repair by itself
	@$(OXLINT) --type-aware --fix || true
	@$(PRETTIER) --write .

.PHONY: bench
bench: install ## Measure speed against the limits, on Bun and on Node
	@missed=0; for file in bench/src/*.bench.ts; do \
	  echo "$$file on Bun"; $(BUN) "$$file" || missed=1; \
	  echo "$$file on Node"; $(NODE) "$$file" || missed=1; \
	done; \
	$(NODE) scripts/bench-sdks.ts || missed=1; \
	exit $$missed

.PHONY: vectors
vectors: $(VENV)/.installed ## Check that spec/vectors is what its generator writes
	@echo 'Vectors: scripts/vectors/generate.py --check'
	@$(VENV)/bin/python scripts/vectors/generate.py --check

$(VENV)/.installed: scripts/vectors/requirements.txt
	@echo 'Installing the Python packages of the generator…'
	@python3 -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.PHONY: clean
clean: ## Remove what was installed or made (data/ and flags/ stay)
	rm -rf node_modules coverage dist $(VENV) $(VENV_PYTHON) $(VENV_DEPLOY) sdks/rust/target
