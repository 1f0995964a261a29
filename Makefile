# Two commands matter: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
DEMO := instance/demo
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test check browser translations clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(BIN)/survey-app: pyproject.toml constraints.txt
	@echo "1/3 virtual environment"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "2/3 packages (two to three minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/test-tools: $(BIN)/survey-app
	@echo "3/3 test tools"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@

demo: $(BIN)/survey-app ## build the demonstration once and serve it (PORT=, NO_SERVE=1, RESET=1)
	@$(if $(RESET),rm -rf $(DEMO))
	@SURVEY_INSTANCE=$(DEMO) $(BIN)/survey-app demo --port $(PORT) $(if $(NO_SERVE),--no-serve)

test: check browser ## everything a contributor must pass, a real browser included
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope

check: $(VENV)/test-tools ## lint, types, contracts, translations (under a minute)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --check --lint --quiet survey_app/templates
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_translations.py tests/test_architecture.py

browser: $(VENV)/test-tools ## make sure that there is a Chromium
	@PYTHON=$(BIN)/python sh .ci/browser

translations: $(VENV)/test-tools ## bring the catalogues up to date with the code
	$(BIN)/pybabel -q extract -F pyproject.toml --no-location --sort-output --omit-header -o translations/messages.pot .
	$(BIN)/pybabel -q update -i translations/messages.pot -d translations --no-fuzzy-matching --ignore-obsolete --width 100
	rm translations/messages.pot

clean: ## remove the environment and the demonstration
	rm -rf $(VENV) $(DEMO)
