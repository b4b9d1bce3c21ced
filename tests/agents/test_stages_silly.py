"""Silly rules among players: the three signs of the reconstruction, and its equations against the society's."""

import numpy as np
import pytest

from rulewright.agents import play
from rulewright.agents.personalities import personality
from rulewright.agents.stages import SillyRules
from rulewright.agents.stages.silly import LATTICE, worths
from rulewright.errors import InputError
from rulewright.society.silly.stopping import policy


def run(seeds=3, **settings):
    """(members left, unpunished breaches suffered) on average; everybody stops as is best for itself."""
    stage = SillyRules(**{"members": 8, "slots": 40, **settings})
    runs = [play(stage, {p: personality("selfish", seed=s) for p in stage.players}, seed=s) for s in range(seeds)]
    left = [stage.members - len(r.events("leave")) for r in runs]
    return float(np.mean(left)), float(np.mean([len(r.events("harm")) for r in runs]))


def test_without_silly_rules_a_shocked_group_dissolves():
    assert run(rule="none")[0] == 0
    assert run(density=0.5)[0] > 6


def test_when_they_cost_much_silly_rules_keep_nobody():
    assert run(density=0.5, cost=0.02)[0] == 0


def test_a_truly_bad_group_is_left_sooner():
    bad = {"punishers": 0.3, "belief": (6.0, 3.0)}
    plain, dense = run(rule="none", **bad)[1], run(density=0.8, **bad)[1]
    assert dense < plain / 2


def test_enforcement_that_ends_is_found_out():
    kept, _ = run(density=0.75, belief=(8.0, 2.0), slots=30)
    ended, _ = run(density=0.75, belief=(8.0, 2.0), slots=30, change=(5.0, 0.1))
    assert kept == 8 and ended < 4


def test_enforcement_ends_at_the_same_moment_under_all_rules():
    """Slots have as many important events under each rule, so what was to be had is the same."""
    plain, dense = (SillyRules(rule=r, density=0.75, slots=30, change=(15, 0.1)) for r in ("none", "silly"))
    assert plain.best == pytest.approx(dense.best, rel=0.06) and plain.best < SillyRules(rule="none").best
    with pytest.raises(InputError, match="slot, share"):
        SillyRules(change=(3,))


@pytest.mark.parametrize(
    ("density", "cost", "belief"), [(0.0, 0.0005, (6.0, 3.0)), (0.5, 0.0005, (2.0, 8.0)), (0.75, 0.02, (2.0, 6.0))]
)
def test_worths_are_those_of_the_society(density, cost, belief):
    """An independent programme: where it stays and takes part, so do we."""
    part, wait, silly = worths(density, cost, *belief, 1.0, 1.0, 0.97)
    theirs = policy(density, cost, belief, observations=LATTICE)
    gamma = 0.97 ** (1 - density)
    for n in range(0, LATTICE, 9):
        k = np.arange(n + 1)
        taking = (1 - density) * part[n, : n + 1] + density * silly[n, : n + 1]
        waiting = density * silly[n, : n + 1] / (1 - (1 - density) * gamma)
        stays = np.maximum(taking, waiting) > 0
        assert (stays == (k >= theirs.stays[n])).all()
        # what is compared at an important event is the same comparison
        joins = stays & (taking >= waiting)
        assert (joins == (k >= theirs.joins[n])).all()
        assert (joins[stays] == (part[n, : n + 1] >= wait[n, : n + 1] - 1e-12)[stays]).all()


@pytest.mark.parametrize(
    "wrong", [{"density": 1.0}, {"rule": "sillier"}, {"belief": (0.0, 1.0)}, {"cost": -1}, {"slots": 0}]
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(InputError):
        SillyRules(**wrong)
