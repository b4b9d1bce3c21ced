"""Hostile files and functions meet the auditor: a sentence, never a traceback, and never a proof that nobody has."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from rulewright.assessment.audit import report
from rulewright.errors import InputError
from rulewright.mechanisms import auction
from rulewright.mechanisms.audit.audit import audit
from rulewright.mechanisms.audit.audited import BOUNDED, CONTINUUM, PROVED, Certified
from rulewright.mechanisms.audit.load import Foreign, load
from rulewright.mechanisms.itemwise import myerson_uniform

HERE = auction(2, 2)
NET = {
    "allocation.0.weight": np.zeros((6, 4)),
    "allocation.0.bias": np.zeros(6),
    "payments.0.weight": np.zeros((2, 4)),
    "payments.0.bias": np.zeros(2),
}


class Runs:
    def __reduce__(self):
        return (pytest.fail, ("code of a file was run",))


def written(path, **changes):
    np.savez(path, **(NET | changes))


@pytest.mark.parametrize(
    "make",
    [
        lambda path: written(path, **{"allocation.0.weight": np.full((6, 4), "a")}),
        lambda path: written(path, **{"allocation.0.weight": np.ones((6, 4)) * 1j}),
        lambda path: written(path, evil=np.array([Runs()], object)),
        lambda path: path.write_bytes(pickle.dumps(Runs())),
        lambda path: np.save(path.with_suffix(".npy"), np.zeros(3)) or path.with_suffix(".npy").rename(path),
        lambda path: path.write_bytes(b""),
    ],
)
def test_arrays_that_are_none_are_told_and_never_run(tmp_path, make):
    path = tmp_path / "net.npz"
    make(path)
    with pytest.raises(InputError, match="needed"):
        load(str(path), HERE)


class Breaks:
    def __array__(self, *_, **__):
        raise RuntimeError("no")

    def detach(self):
        raise KeyError("no")


@pytest.mark.parametrize("answer", [Breaks(), 1j * np.ones((4, 2, 2))])
def test_answers_that_are_no_numbers_are_told(answer):
    with pytest.raises(InputError, match="real numbers"):
        Foreign(HERE, lambda reports: (answer, np.zeros((4, 2)))).outcome(HERE.profiles(4, 0))


def test_a_mechanism_that_remembers_is_caught_at_the_end():
    exact, asked = myerson_uniform(HERE), [0]

    def remembers(reports):
        asked[0] += 1
        found = exact.outcome(reports)
        return found.decision, found.payments * (1 if asked[0] < 75 else 1.001)

    found = audit(Foreign(HERE, remembers), profiles=100, attacked=2, suspects=0)
    assert [fault.name for fault in found.faults] == ["not repeatable"] and not found.sound


def test_only_a_bound_of_nothing_for_all_types_is_a_proof_of_truth():
    found = audit(myerson_uniform(HERE), profiles=50, attacked=2, suspects=0)
    for bound, passes in (
        (Certified(0.0, CONTINUUM, "how", PROVED), True),
        (Certified(0.2, CONTINUUM, "how", PROVED), False),
        (Certified(0.0, "three types", "how", PROVED), False),
        (Certified(0.2, "random profiles", "how", BOUNDED), False),
    ):
        made = report(replace(found, certified=bound, grade=bound.grade), HERE, "x.npz", "uniform")
        check = made.sections[0].checks[0]
        assert (check.verdict == "pass") is passes and (check.grade == "proved") is passes
