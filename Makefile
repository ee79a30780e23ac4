# Two commands do everything for a newcomer: `make demo` and `make test`.
PYTHON ?= python3
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
RUN := $(UV) run --frozen --no-sync
PYTEST := $(RUN) pytest

.PHONY: help demo test check format translations faults calibrate bench clean setup
.DEFAULT_GOAL := help

help:  ## what can be done here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | sort

demo: setup  ## a whole evaluation of a sample county, then http://127.0.0.1:8000 (ARGS="--no-serve")
	@GONGPING_DATA_DIR="$${GONGPING_DATA_DIR:-$(CURDIR)/gongping-data}" $(RUN) gongping demo $(ARGS)

# Four runs: what forks processes, what drives a browser, what breaks servers, and all the rest do
# not mix in one. The first waits for servers most of the time, so it runs beside the largest; whole
# fault harnesses order themselves.
MARKS := $(if $(SLOW),,-m "not slow")
test: setup  ## all fast tests, journeys in Chromium included (SLOW=1: the slow ones too)
ifdef ARGS
	$(PYTEST) $(MARKS) $(ARGS)
else
	@$(PYTEST) $(MARKS) tests/surveys/database >build/database.log 2>&1 & beside=$$!; \
	$(PYTEST) -n 2 --dist worksteal $(MARKS) --ignore=tests/journeys --ignore=tests/surveys/database --ignore=tests/faults; \
	found=$$?; wait $$beside || found=$$?; tail -n 40 build/database.log; exit $$found
	$(PYTEST) -n 2 --dist loadfile -m "not slow" tests/faults
	$(PYTEST) -n 2 $(MARKS) tests/journeys
	$(if $(SLOW),$(RUN) python -m tests.faults)
endif

check: setup  ## format, lint, types, layers
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports

format: setup  ## put the code in order
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

translations: setup  ## collect the words of code and pages into the Chinese catalogue
	@mkdir -p build
	$(RUN) pybabel -q extract --no-location --sort-output -F webapp/translations/babel.cfg -k lazy_gettext -k lazy_ngettext:1,2 -o build/messages.pot webapp
	$(RUN) pybabel -q update -w 100 --no-fuzzy-matching --ignore-obsolete -l zh -i build/messages.pot -d webapp/translations

faults: setup  ## break everything: kills, power cuts, full disks, races, attackers (root for some; ARGS="--only load")
	$(RUN) python -m tests.faults $(ARGS)

calibrate: setup  ## false alarms and power on simulated campaigns (ARGS="--clean public2k:300")
	$(RUN) python -m benchmarks.calibrate $(ARGS)

bench: setup  ## how fast it casts, prints and scores, a minute each (ARGS="cast --envelopes 2000000")
	$(RUN) gongping bench $(or $(ARGS),cast)

clean:  ## throw away what can be made again
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache htmlcov .coverage

setup: .venv/.ready

.venv/.ready: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --frozen --quiet
	@mkdir -p build
	@touch $@

.uv/bin/uv:
	@$(PYTHON) -m venv .uv
	@.uv/bin/pip install --quiet --disable-pip-version-check uv
