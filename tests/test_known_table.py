"""Every published or closed-form answer, as one table; docs/known_answers.md shows it."""

import importlib
import pkgutil

import pytest

import known

IDEAS = sorted(module.name for module in pkgutil.iter_modules(known.__path__) if module.name != "answer")
TABLE = [row for idea in IDEAS for row in importlib.import_module(f"known.{idea}").KNOWN]


@pytest.mark.parametrize("row", TABLE, ids=[row.what for row in TABLE])
def test_known_answer(row):
    assert abs(row.ours() - row.published) <= row.tolerance
