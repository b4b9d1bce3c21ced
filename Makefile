# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
OUT    ?= out/service_quality
# a test that stands still ends its process (pyproject: timeout); it is not tried again on the other
SHARED ?= -n 2 --dist loadfile --max-worker-restart=0

.PHONY: demo test check bench docs clean

demo: $(VENV)/.installed
	$(BIN)/rulewright assess service_quality --out $(OUT)

test: $(VENV)/.test
	$(BIN)/python -m pytest $(SHARED)

check: $(VENV)/.dev
	$(BIN)/ruff check src tests benchmarks papers
	$(BIN)/mypy
	$(BIN)/python -m pytest $(SHARED)

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks

docs: $(VENV)/.docs
	$(BIN)/sphinx-build -q -W -b html docs docs/_build/html

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "rulewright needs Python 3.11 or later, found %d.%d; use make PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[viz]'
	touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[viz,conic,test]'
	touch $@ $(VENV)/.installed

$(VENV)/.bench: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[viz,conic,test,bench]'
	touch $@ $(VENV)/.test $(VENV)/.installed

$(VENV)/.dev: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[viz,conic,test,dev]'
	touch $@

$(VENV)/.docs: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[viz,docs,learning,marl,inspect,langchain,openai-agents,autogen,web]'
	touch $@

clean:
	rm -rf $(VENV) out docs/_build
