"""Settings of a file that are of the wrong shape are told with their place, whatever the model."""

from fractions import Fraction

import numpy as np
import pytest

from rulewright.errors import InputError
from rulewright.scenario.load import parse
from rulewright.society.law.model import Law
from rulewright.society.model import Plan


@pytest.mark.parametrize(
    ("model", "said", "words"),
    [
        ("proxy", "mentioned = [1, [2]]", "mentioned: needed one value, found a list"),
        ("proxy", "start = { a = 1 }", "start: needed a list"),
        ("silly_rules", "acts = 3", "acts: needed a table"),
        ("silly_rules", "cost = { a = 1 }", "cost: needed numbers or text, found a table"),
        ("proxy", "every = 0", "every: needed a number above 0"),
        ("proxy", "steps = 0", "steps: needed a number above 0"),
        ("best_of_n", "most = 1", "most: needed 2 or more"),
        ("best_of_n", "proxy = [1, 2], true = [1, 2, 3]", "proxy: needed two lists of as many scores"),
    ],
)
def test_a_wrong_shape_has_a_place(model, said, words):
    from rulewright.assessment import assess

    with pytest.raises(InputError, match=rf"line 3, society.set, {words}"):
        assess(parse(f'title = "t"\n[society]\nset = {{ {said} }}\nmodel = "{model}"\n', name="t", origin="t.toml"))


def test_sellers_to_whom_honouring_costs_nothing_err_without_law_as_they_do_under_it():
    law = Law(honour=Fraction(0), error=Fraction(1, 5), logic=False)
    without = law.frequencies(False)
    assert without["wrongful"] == 0.2 and without["welfare"] == pytest.approx(2 * 0.8 * 2)
    course = law.simulate(Plan(30_000, 20, range(2))).measures
    for name, value in without.items():
        assert np.mean(course[name]) == pytest.approx(value, abs=0.02)


@pytest.mark.parametrize("change", [0, "1e-300"])
def test_a_world_that_hardly_ever_changes_is_reported(change):
    from rulewright.assessment import assess

    said = f'title = "t"\n[society]\nmodel = "culture"\nset = {{ change = "{change}" }}\n'
    assert assess(parse(said, name="t", origin="t.toml")).page
