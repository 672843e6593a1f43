# Two commands on a fresh machine: `make demo` and `make test`. Each makes .venv and installs by itself.
PYTHON ?= python3
# Some machines forbid it; then each of the processes that the tests start would compile everything anew.
export PYTHONDONTWRITEBYTECODE :=
BIN := .venv/bin
# The tests' folders lie in memory where there is room: each commit is synced, and nothing there outlives its test.
MEMORY := $(shell df -k /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 2000000 { print "TMPDIR=/dev/shm" }')

.PHONY: demo test torture bench run check format lock wheel deb sbom audit clean help

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: .venv/ready ## the main job on a small local web: corpus in, sources out, articles kept, changes shown
	@$(BIN)/python -m tests.newsroom.demo

test: .venv/ready .venv/judges/ready .venv/axe/ready ## all tests, on both databases
	$(MEMORY) $(BIN)/pytest -n 3 --dist worksteal

torture: .venv/ready ## kills, power cuts and failing disks, for hours: nothing acknowledged may be lost (docs/durability.md)
	@$(BIN)/python -m tests.torture

bench: .venv/ready ## what it costs, in relation to others, in one run; some minutes (docs/benchmarks.md)
	@$(BIN)/python -m benchmarks

run: .venv/ready ## the daemon on your own sources
	$(BIN)/monitor run

check: .venv/ready ## ruff, mypy --strict, import-linter, documentation, the exposure of the units
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.documentation
	$(BIN)/python -m tests.units

format: .venv/ready ## lay the code out
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

wheel: .venv/ready ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

deb: .venv/ready ## build the Debian package into dist/ (docs/service.md)
	packaging/deb/build dist

sbom: .venv/ready .venv/judges/ready ## write the bill of materials, CycloneDX, into dist/
	@$(BIN)/python -m tests.supply.sbom dist/monitor-archive.cdx.json

audit: .venv/judges/ready ## ask what is known against the pinned packages
	@$(BIN)/python -m tests.supply.audit

lock: ## pin and hash what development and CI install (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --group dev pyproject.toml -o requirements/dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  pyproject.toml -o requirements/run.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  requirements/judges.in -o requirements/judges.lock

clean: ## remove what was installed and built
	rm -rf .venv dist demo-data .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/ready: requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv  # beside what other rules have put there
	@echo "installing the pinned packages into .venv (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/judges/ready: requirements/judges.lock
	@test -x .venv/judges/bin/python || $(PYTHON) -m venv .venv/judges
	@echo "installing the readers that judge the evidence into .venv/judges (once)"
	@.venv/judges/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements/judges.lock
	@touch $@

# The judge of the pages comes from npm; where there is none, its tests say that they looked at no page.
.venv/axe/ready: tests/browser/package-lock.json
	@mkdir -p .venv/axe
	@cp tests/browser/package.json tests/browser/package-lock.json .venv/axe/
	@if command -v npm >/dev/null; then cd .venv/axe && npm ci --silent --no-audit --no-fund; fi
	@touch $@
