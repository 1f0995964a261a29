# Two commands matter: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
DEMO := instance/demo
WORKERS ?= 2
ON_POSTGRESQL = SURVEY_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope -m database
ON_BOTH := $(addprefix tests/survey_app/,queries test_db.py jobs \
	services/test_flushing.py services/test_instances.py services/test_responding.py web/test_border.py)
COMPILE = $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: stale help demo test test-postgres postgresql check simulate browser translations constraints bench faults clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

PIP := $(BIN)/python -m pip -qq --disable-pip-version-check

$(BIN)/survey-app: pyproject.toml constraints.txt
	@echo "1/2 virtual environment"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "2/2 packages (one to three minutes the first time)"
	@$(PIP) install --require-hashes --requirement constraints.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test-tools: $(BIN)/survey-app tests/constraints.txt
	@echo "test tools (one to two minutes the first time)"
	@$(PIP) install --require-hashes --requirement tests/constraints.txt
	@touch $@

demo: $(BIN)/survey-app ## build the demonstration once and serve it (PORT=, NO_SERVE=1, RESET=1)
	@$(if $(RESET),rm -rf $(DEMO))
	@SURVEY_INSTANCE=$(DEMO) $(BIN)/survey-app demo --port $(PORT) $(if $(NO_SERVE),--no-serve)

test: check browser postgresql ## everything a contributor must pass, a real browser included
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope
	$(ON_POSTGRESQL) $(ON_BOTH)

test-postgres: browser postgresql ## every test that works with a database, on a PostgreSQL server of its own (ten minutes)
	$(ON_POSTGRESQL) tests

check: $(VENV)/test-tools ## lint, types, contracts, translations (under a minute)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --check --lint --quiet survey_app/templates
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_translations.py tests/test_architecture.py

simulate: $(VENV)/test-tools ## try the statistics on known truths; writes docs/statistics/simulations.md (ten minutes)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.simulations.report

postgresql: ## make sure that there is a PostgreSQL server
	@sh .ci/postgresql

browser: $(VENV)/test-tools ## make sure that there is a Chromium
	@PYTHON=$(BIN)/python sh .ci/browser

translations: $(VENV)/test-tools ## bring the catalogues up to date with the code
	$(BIN)/pybabel -q extract -F pyproject.toml --no-location --sort-output --omit-header -o translations/messages.pot .
	$(BIN)/pybabel -q update -i translations/messages.pot -d translations --no-fuzzy-matching --ignore-obsolete --width 100
	rm translations/messages.pot

stale: $(BIN)/survey-app ## name the translations whose source has changed
	@$(BIN)/survey-app stale

constraints: $(VENV)/test-tools ## pin the newest fitting versions with their hashes
	$(PIP) install uv
	$(COMPILE) --extra build --output-file constraints.txt pyproject.toml
	$(COMPILE) --all-extras --output-file tests/constraints.txt pyproject.toml

bench: browser ## measure speed and memory, write docs/benchmarks.md and docs/benchmarks-answering.md (minutes)
	$(BIN)/python -m tests.benchmarks.report
	$(BIN)/python -m tests.benchmarks.answering

faults: browser postgresql ## kill, cut, fill and lie to a server, 10,000 answers long (up to an hour)
	SURVEY_FAULTS=long $(BIN)/python -m pytest tests/faults
	SURVEY_FAULTS=long SURVEY_TEST_DATABASE=postgresql $(BIN)/python -m pytest -m database tests/faults
	SURVEY_TEST_SWITCHES=10000 SURVEY_TEST_MANY=1000000 $(BIN)/python -m pytest tests/failure_modes/test_04* tests/failure_modes/test_08*

clean: ## remove the environment and the demonstration
	rm -rf $(VENV) $(DEMO)
