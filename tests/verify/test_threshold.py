"""Rationality thresholds: what is proved is never violated by a logit equilibrium, and nothing altered passes."""

from __future__ import annotations

import copy
import math
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour import quantal
from rulewright.behaviour.threshold import Threshold, rational_share, seen, threshold
from rulewright.errors import InputError, TooLarge, Unsolved
from rulewright.game.lower import core
from rulewright.game.play import Play, interim, marginal
from rulewright.report.page import render
from rulewright.scenario.load import parse
from rulewright.verify import certificate, checker, claims, logit_checker
from rulewright.verify.prover import prove

Q = Fraction


def about(play: Play) -> dict[str, Any]:
    exact = play.game.exact
    strategies = [np.vectorize(lambda x: Q(int(x)), otypes=[object])(s) for s in play.strategies or ()]
    return certificate.statement(exact, {"name": "no rule", "moves": []}, Play.of(exact, strategies))


def claimed(found: Threshold) -> dict[str, Any]:
    return claims.logit(found.kind, found.lam, found.at_least, found.of, found.ranges)


NINE = Q(9, 10)


def proved(play: Play, q: Any = NINE, **more: Any) -> Threshold | None:
    """The threshold, after the checker has agreed."""
    found = threshold(play, q, **more)
    if found is not None:
        assert found.ranges[-1].up_to is None and found.at_least == Q(q)
        said = prove(claimed(found), about(play))
        assert said.holds, said.says
    return found


def responses(game: rw.Game, lam: float, strategies: list[np.ndarray], damp: float) -> list[np.ndarray]:
    """Responses written out anew, mixed with what was played before."""
    found = []
    for i in range(game.n):
        worth = lam * interim(game, strategies, i) / marginal(game, i)[:, None]
        power = np.exp(worth - worth.max(axis=1, keepdims=True))
        found.append(damp * power / power.sum(axis=1, keepdims=True) + (1 - damp) * strategies[i])
    return found


def equilibria(game: rw.Game, lam: float, seed: int, starts: int = 6) -> list[list[np.ndarray]]:
    """Logit equilibria from the path and from random starts; those that did not settle are left out."""
    rng, inner, found = np.random.default_rng(seed), core(game.floats), []
    begun = [[rng.dirichlet(np.full(a, 0.3), t) for t, a in zip(inner.type_counts, inner.action_counts, strict=True)]
             for _ in range(starts)]  # fmt: skip
    branch = quantal.path(game, lam) if lam > 0 else None
    begun += [list(branch.points[-1])] if branch else []
    for play in begun:
        for step in range(400):
            moved = responses(inner, lam, play, 1 / (1 + 0.02 * step))
            off = max(float(np.abs(x - y).max()) for x, y in zip(play, moved, strict=True))
            play = moved
            if off < 1e-10:
                break
        exact = responses(inner, lam, play, 1.0)
        if max(float(np.abs(x - y).max()) for x, y in zip(play, exact, strict=True)) < 1e-7:
            found.append(play)
    return found


def chances(play: Play, strategies: list[np.ndarray]) -> float:
    """The least probability that a possible type does what is asked."""
    inner, asked = core(play.game.floats), [(play.strategies or ())[i].argmax(axis=1) for i in play.game.active]
    return min(
        strategies[i][t, asked[i][t]]
        for i in range(inner.n)
        for t in range(inner.type_counts[i])
        if marginal(inner, i)[t] > 0
    )


# ── exp ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.fractions(0, 64, max_denominator=10**9))
@settings(max_examples=200, deadline=None)
def test_exp_is_bracketed_closely(x: Fraction):
    low, high = (Q(logit_checker.exp(x, up), logit_checker.ONE) for up in (0, 1))
    assert low <= high <= low * (1 + Q(1, 2**70))
    terms, total, k = Q(1), Q(0), 0  # the series in plain fractions: a bound from below, and with its tail from above
    near = Q(int(x * 2**20), 2**20)
    while k < 240:
        total, k = total + terms, k + 1
        terms = Q(int(terms * near / k * 2**200), 2**200)
    assert total * (1 - Q(1, 2**60)) <= high
    assert math.isclose(float(low), math.exp(x), rel_tol=1e-12)


@given(st.fractions(0, 3, max_denominator=50))
@settings(max_examples=60, deadline=None)
def test_exp_brackets_the_true_value(x: Fraction):
    """Against the series summed in fractions without any rounding, and its remainder."""
    total, term = Q(0), Q(1)
    for k in range(1, 60):
        total, term = total + term, term * x / k
    low, high = (Q(logit_checker.exp(x, up), logit_checker.ONE) for up in (0, 1))
    assert low <= total + 2 * term and total <= high


def test_exp_beyond_what_it_serves_is_only_a_lower_bound():
    assert logit_checker.exp(Q(10**6)) == logit_checker.exp(Q(logit_checker.FAR))


# ── known answers ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("margin", "q"), [(Q(1), Q(9, 10)), (Q(1, 7), Q(3, 4)), (Q(5), Q(99, 100))])
def test_one_agent_needs_the_log_odds_over_its_margin(margin: Fraction, q: Fraction):
    game = rw.Game.normal(np.array([[margin, Q(0)]], dtype=object))
    exact = math.log(q / (1 - q)) / margin
    for kind in ("every", "stays"):
        found = proved(Play.pure(game, [0]), q, kind=kind)
        assert exact <= found.lam <= exact * 1.012
        below = {**claimed(found), "lambda": str(Q(exact) * Q(999, 1000))}
        assert not prove(below, about(Play.pure(game, [0]))).holds


def test_a_dominant_action_in_a_dilemma():
    """Betrayal is worth 1 more against betrayal and 2 more against trust: its threshold lies between."""
    play = Play.pure(rw.library.prisoners(), [1, 1])
    found = proved(play)
    branch = seen(play)
    assert math.log(9) / 2 < branch <= found.lam <= branch * 1.02


def test_where_the_wanted_play_is_no_equilibrium_nothing_is_proved():
    play = Play.pure(rw.library.prisoners(), [0, 0])
    assert threshold(play) is None and threshold(play, kind="stays") is None
    assert rational_share(play) is None and seen(play) is None


def test_a_stag_hunt_stays_but_not_every_equilibrium_is_near():
    hunt = rw.library.stag_hunt()
    stag, hare = Play.pure(hunt, [0, 0]), Play.pure(hunt, [1, 1])
    assert threshold(stag) is None and threshold(hare) is None
    for play in (stag, hare):
        found = proved(play, kind="stays")
        assert not prove({**claimed(found), "kind": "every"}, about(play)).holds
    assert seen(stag) is None  # the branch goes to hare
    assert seen(hare) == pytest.approx(float(proved(hare, kind="stays").lam), rel=0.01)


def test_a_branch_that_turns_back_counts_where_it_was():
    """With 11 claims the branch goes up with high claims, turns back at a fold, and comes up again with low ones."""
    play = Play.pure(rw.library.travelers_dilemma(12), [0, 0])
    branch = quantal.path(play.game, 15.0)
    done = np.array([chances(play, list(point)) for point in branch.points])
    assert (np.diff(branch.lambdas) < 0).any() and done[-1] > 0.9
    assert seen(play, to=15.0) >= branch.lambdas[done < 0.9].max() > branch.lambdas[done >= 0.9].min() + 1


def test_shares_of_rational_players_are_those_of_risk_dominance():
    hunt = rw.library.stag_hunt()
    for action, share in ((0, Q(3, 4)), (1, Q(1, 4))):
        play = Play.pure(hunt, [action, action])
        found = rational_share(play)
        assert found.candidates[0] == share
        assert prove(claims.share(share), about(play)).holds
        assert not prove(claims.share(share - Q(1, 10**9)), about(play)).holds
    assert rational_share(Play.pure(hunt, [0, 0]), others="uniform").candidates[0] == Q(1, 2)


def test_dominance_by_a_mixture_only():
    """Down is worse than half Up, half Middle, and than neither alone; without it, Left and then Up is all that is left."""
    rows = [[Q(4), Q(0)], [Q(0), Q(4)], [Q(1), Q(1)]]
    columns = [[Q(1), Q(0)], [Q(1), Q(0)], [Q(0), Q(1)]]
    play = Play.pure(rw.Game.normal(np.array([rows, columns], dtype=object)), [0, 0])
    found = proved(play)
    assert any(step.better for r in found.ranges for step in r.steps)
    bare = copy.deepcopy(claimed(found))
    for each in bare["ranges"]:
        for step in each["steps"]:
            step["better"] = {}
    assert not prove(bare, about(play)).holds


# ── nothing that is proved is violated ───────────────────────────────────────────────────────────────────────────────


def solvable(seed: int, shape: tuple[int, ...], types: int = 1) -> Play:
    """A random game in which the last actions get a bonus, so that they tend to be all that is left."""
    rng, n = np.random.default_rng(seed), len(shape)
    kinds = (types,) * n
    payoff = rng.integers(0, 5, (n, *kinds, *shape)).astype(float)
    for i in range(n):
        bonus = np.zeros(shape[i])
        bonus[-1] = rng.integers(2, 6)
        payoff[i] += bonus.reshape([-1 if d == n + i else 1 for d in range(2 * n)])
    prior = rng.integers(1, 4, kinds).astype(float)
    game = rw.Game.bayesian(payoff, prior / prior.sum()).exact.floats
    return Play.pure(game, [[a - 1] * types for a in shape])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    ("shape", "types"), [((2, 2), 1), ((3, 2), 1), ((3, 3), 1), ((2, 2, 2), 1), ((2, 2), 2), ((2, 2, 2), 2)]
)
def test_no_logit_equilibrium_violates_what_is_proved(seed: int, shape: tuple[int, ...], types: int):
    play = solvable(seed, shape, types)
    found, near = proved(play, Q(4, 5)), proved(play, Q(4, 5), kind="stays")
    if found is None:
        return
    assert near is not None and near.lam <= found.lam * Q(103, 100)
    for factor in (1.0, 1.02, 1.2, 2.0, 7.0):
        lam = float(found.lam) * factor
        all_of_them = equilibria(play.game, lam, seed)
        assert all_of_them and all(chances(play, each) >= 0.8 - 1e-6 for each in all_of_them)


def test_enough_of_the_random_games_are_solved():
    solved = [threshold(solvable(seed, (3, 3))) is not None for seed in range(8)]
    assert sum(solved) >= 3


@pytest.mark.parametrize("seed", range(12))
def test_what_starts_in_the_boxes_stays(seed: int):
    rng = np.random.default_rng(seed)
    shape = [(2, 2), (3, 3), (2, 3, 2)][seed % 3]
    game = rw.Game.normal(rng.integers(0, 9, (len(shape), *shape)))
    play = Play.pure(game, [int(a) for a in rng.integers(0, 2, len(shape))])
    found = proved(play, Q(3, 4), kind="stays")
    strict = play.slack is not None and play.slack > 0
    assert (found is not None) == strict
    if found is None:
        return
    boxes = boxed(play, found)
    inner, lam = core(game.floats), float(found.lam)
    top = found.ranges[0].up_to
    for factor in (1.0, 1.1, 3.0):
        if top is not None and lam * factor > top:
            continue
        for _ in range(30):
            inside = [drawn(rng, low, high) for low, high in boxes]
            after = responses(inner, lam * factor, [row[None] for row in inside], 1.0)
            for (low, high), row in zip(boxes, after, strict=True):
                assert (row[0] >= low - 1e-9).all() and (row[0] <= high + 1e-9).all()


def boxed(play: Play, found: Threshold) -> list[tuple[np.ndarray, np.ndarray]]:
    boxes = []
    for player, labels in zip(play.game.players, play.game.actions, strict=True):
        step = next(s for s in found.ranges[0].steps if s.player == player)
        low = np.array([float(step.at_least.get(a, 0)) for a in labels])
        boxes.append((low, np.array([float(step.at_most.get(a, 1)) for a in labels])))
    return boxes


def drawn(rng: np.random.Generator, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """A probability in the box, often in a corner of it."""
    row, free = low.copy(), 1 - low.sum()
    for a in rng.permutation(len(low)):
        add = min(high[a] - low[a], free * (1.0 if rng.random() < 0.7 else rng.random()))
        row[a], free = row[a] + add, free - add
    for a in range(len(low)):
        add = min(high[a] - row[a], free)
        row[a], free = row[a] + add, free - add
    return row


@pytest.mark.parametrize("seed", range(6))
def test_shares_against_every_pure_mistake(seed: int):
    """With two others, each at any share from s on: all pure mistakes, and uniform ones, leave the asked action best."""
    rng = np.random.default_rng(seed)
    payoff = rng.integers(0, 6, (3, 2, 2, 2)).astype(float)
    for i in range(3):
        payoff[i].swapaxes(0, i)[0] += 3
    play = Play.pure(rw.Game.normal(payoff), [0, 0, 0])
    for others in ("anything", "uniform"):
        found = rational_share(play, others=others)
        if found is None:
            assert play.slack < 0
            continue
        assert any(prove(claims.share(s, others), about(play)).holds for s in found.candidates)
        s = float(found.candidates[1])
        for i in range(3):
            gain = np.diff(payoff[i].swapaxes(0, i), axis=0)[0] * -1  # [action of one, of the other]
            for x, y in [(s, s), (s, 1.0), (1.0, s), ((1 + s) / 2, s)]:
                for wrong in np.ndindex(2, 2):
                    rows = [np.array([share, 0.0]) for share in (x, y)]
                    for row, w, share in zip(rows, wrong, (x, y), strict=True):
                        row += (1 - share) * (np.eye(2)[w] if others == "anything" else 0.5)
                    assert rows[0] @ gain @ rows[1] >= -1e-9
        if found.found > 1e-6:
            assert not prove(claims.share(found.candidates[0] - Q(1, 10**6), others), about(play)).holds


# ── the checker is not to be persuaded ───────────────────────────────────────────────────────────────────────────────


def long_proof() -> tuple[Play, dict[str, Any]]:
    play = Play.pure(rw.library.travelers_dilemma(5), [0, 0])
    return play, claimed(proved(play))


def test_a_smaller_λ_is_rejected():
    play, claim = long_proof()
    for factor in (Q(9, 10), Q(1, 2), Q(0), Q(-1)):
        assert not prove({**claim, "lambda": str(Q(claim["lambda"]) * factor)}, about(play)).holds


def test_more_probability_than_shown_is_rejected():
    play, claim = long_proof()
    assert not prove({**claim, "at_least": "999999/1000000"}, about(play)).holds
    assert not prove({**claim, "at_least": "2"}, about(play)).holds


def test_every_bound_that_is_tightened_is_rejected():
    play, claim = long_proof()
    said, tried = about(play), 0
    for r, each in enumerate(claim["ranges"]):
        for s, step in enumerate(each["steps"]):
            for side in ("at_least", "at_most"):
                for a, bound in list(step[side].items())[:1]:
                    number = Q(bound) + Q(1, 100) if side == "at_least" else Q(bound) / 100
                    altered = copy.deepcopy(claim)
                    altered["ranges"][r]["steps"][s][side][a] = str(number)
                    assert not prove(altered, said).holds, (r, s, side, a)
                    tried += 1
    assert tried > 5


def test_steps_left_out_are_missed():
    play, claim = long_proof()
    altered = copy.deepcopy(claim)
    del altered["ranges"][-1]["steps"][0]
    assert not prove(altered, about(play)).holds
    assert not prove({**claim, "ranges": []}, about(play)).holds


def test_ranges_reach_to_infinity_and_in_order():
    play = Play.pure(rw.library.prisoners(), [1, 1])
    claim = claimed(proved(play))
    assert len(claim["ranges"]) > 1
    for ranges in (claim["ranges"][:-1], claim["ranges"][::-1], claim["ranges"][1:]):
        assert not prove({**claim, "ranges": ranges}, about(play)).holds
    first = {**claim["ranges"][0], "up_to": claim["lambda"]}
    assert not prove({**claim, "ranges": [first, *claim["ranges"][1:]]}, about(play)).holds


def test_an_action_is_not_better_than_itself():
    play = Play.pure(rw.library.prisoners(), [0, 0])
    mix = {"cooperate": {"cooperate": "1"}, "defect": {"defect": "1"}}
    steps = [
        {"player": p, "type": "·", "at_least": {"cooperate": "1/2"}, "at_most": {"defect": "1/2"}, "better": mix}
        for p in play.game.players
    ]
    claim = {"claim": "rationality", "kind": "every", "lambda": "1", "at_least": "1/2", "of": "each", "grade": "proved",
             "ranges": [{"up_to": None, "steps": steps}]}  # fmt: skip
    assert not prove(claim, about(play)).holds


def test_boxes_that_are_empty_prove_nothing():
    play = Play.pure(rw.library.prisoners(), [0, 0])
    steps = [
        {"player": p, "type": "·", "at_least": {}, "at_most": {"defect": "0", "cooperate": "0"}, "better": {}}
        for p in play.game.players
    ]
    for kind in ("every", "stays"):
        claim = {"claim": "rationality", "kind": kind, "lambda": "1", "at_least": "0", "of": "each", "grade": "proved",
                 "ranges": [{"up_to": None, "steps": steps}]}  # fmt: skip
        assert not prove(claim, about(play)).holds


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "ever"), ("lambda", "x"), ("ranges", None), ("of", "some"), ("ranges", [{"up_to": None}]), ("lambda", 1)],
)
def test_what_is_malformed_is_no_certificate(field: str, value: Any):
    play, claim = long_proof()
    with pytest.raises(checker.NotACertificate):
        checker.evaluate(about(play), {**claim, field: value})


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_random_bounds_pass_only_where_they_hold(data: st.DataObject):
    """Boxes drawn at random, claimed for “every”: where the checker agrees, an equilibrium at λ is in them."""
    play, lam = Play.pure(rw.library.stag_hunt(), [1, 1]), data.draw(st.fractions(0, 2, max_denominator=10))
    assume(lam > 0)
    steps = []
    for p in play.game.players:
        low, high = (data.draw(st.fractions(0, 1, max_denominator=20)) for _ in range(2))
        steps.append(
            {"player": p, "type": "·", "at_least": {"hare": str(low)}, "at_most": {"hare": str(high)}, "better": {}}
        )
    claim = {"claim": "rationality", "kind": "every", "lambda": str(lam), "at_least": "0", "of": "each", "grade": "proved",
             "ranges": [{"up_to": None, "steps": steps}]}  # fmt: skip
    if prove(claim, about(play)).holds:
        for strategies in equilibria(play.game, float(lam), 0):
            for step, row in zip(steps, strategies, strict=True):
                assert (
                    Q(step["at_least"]["hare"]) - Q(1, 10**6) <= row[0, 1] <= Q(step["at_most"]["hare"]) + Q(1, 10**6)
                )


def test_without_the_file_beside_it_the_claim_is_not_checked(tmp_path: Path):
    play, claim = long_proof()
    whole = certificate.sealed(about(play), [claim, claims.share(1)])
    (tmp_path / "c.json").write_text(certificate.written(whole), encoding="utf-8")
    here = Path(checker.__file__).parent
    shutil.copy(here / "checker.py", tmp_path)
    command = [sys.executable, "-I", "-W", "error", str(tmp_path / "checker.py"), str(tmp_path / "c.json")]
    alone = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=240)
    assert alone.returncode == 1 and alone.stderr == ""
    assert [line.split()[0] for line in alone.stdout.splitlines()] == ["FAILS", "FAILS"]
    assert alone.stdout.count("not checked: needs logit_checker.py beside") == 2
    shutil.copy(here / "logit_checker.py", tmp_path)
    both = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=240)
    assert both.returncode == 0 and [line.split()[0] for line in both.stdout.splitlines()] == ["holds", "holds"]


# ── options, and wrong input ─────────────────────────────────────────────────────────────────────────────────────────


def test_joint_play_is_harder_than_each():
    play = Play.pure(rw.library.prisoners(), [1, 1])
    assert proved(play, of="joint").lam > proved(play).lam
    branch = seen(play, of="joint")
    assert branch <= proved(play, of="joint").lam <= branch * 1.03


def test_what_is_asked_wrongly_is_refused():
    play = Play.pure(rw.library.prisoners(), [1, 1])
    for wrong in ({"kind": "all"}, {"of": "both"}, {"at_least": 1}, {"at_least": -1}):
        with pytest.raises(InputError):
            threshold(play, **wrong)
    with pytest.raises(InputError):
        rational_share(play, others="nothing")
    pennies = rw.library.matching_pennies()
    even = Play.of(pennies, [np.full((1, 2), Q(1, 2), dtype=object)] * 2)
    with pytest.raises(InputError):
        threshold(even)
    assert not prove(claims.share(1), certificate.statement(pennies, {"name": "", "moves": []}, even)).holds
    with pytest.raises(TooLarge):
        threshold(Play.pure(rw.library.travelers_dilemma(400), [0, 0]))


SCENARIO = """
title = "Two keep a promise"
[players]
ann = { actions = ["keep", "break"] }
bob = { actions = ["keep", "break"] }
[payoff]
ann = "3 * (bob == 'keep') + 2 * (ann == 'break')"
bob = "3 * (ann == 'keep') + 2 * (bob == 'break')"
[people]
goal = "total"
[rules]
pay = [{ to = "everyone", on = "own action", between = [-4, 0] }]
margin = 1
[behaviours]
predict = ["pure"]
draws = 10
lambdas = 5
threshold = THRESHOLD
"""


def assessed(threshold: str) -> Any:
    return rw.assess(parse(SCENARIO.replace("THRESHOLD", threshold), name="promise", origin="promise.toml"))


@pytest.mark.parametrize("asked", ["0.9", '{ at_least = "9/10", of = "joint", others = "uniform" }'])
def test_a_scenario_asks_for_it(asked: str):
    found = assessed(asked)
    row = found.report.rationality
    each = 0.9 if asked == "0.9" else math.sqrt(0.9)
    assert row.seen == pytest.approx(math.log(each / (1 - each)), rel=1e-3)  # the margin is 1, whatever the other does
    assert row.seen <= row.every <= row.seen * 1.02 and row.share == 0
    assert {"rationality, every", "rationality, share"} <= {c.claim for c in found.report.claims if c.holds}
    assert all(v.holds for v in rw.check(found.certificate))
    assert "If agents make mistakes" in render(found.report)


def test_a_scenario_that_asks_for_certainty_is_told_where():
    with pytest.raises(InputError, match=r"promise.toml, line 18, behaviours.threshold: needed a probability"):
        assessed("1")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ('{ at_least = 0.9, of = "both" }', r"threshold.of: needed 'each' or 'joint', found 'both'\.$"),
        ('{ at_least = 0.9, off = "joint" }', r"threshold.off: needed a known key, found 'off'. Did you mean 'of'\?"),
        ('{ of = "joint" }', "needed the key 'at_least'"),
        ("[0.9]", r"needed a number or a formula, found \[Decimal\('0.9'\)\]\.$"),
    ],
)
def test_a_wrong_table_is_told_what_is_wrong_in_it(asked: str, says: str):
    with pytest.raises(InputError, match=says):
        assessed(asked)


def test_what_is_too_near_to_certain_is_not_called_no_equilibrium():
    """The play is strictly dominant: that six decimals do not show it is no fault of the play."""
    found = assessed("0.999999999")
    notes = " ".join(found.report.notes)
    assert found.report.rationality.every is None and found.report.rationality.seen is None
    assert "bounds have six decimals" in notes and "no strict equilibrium" not in notes
    with pytest.raises(Unsolved):
        seen(Play.pure(rw.library.prisoners(), [1, 1]), "0.999999999")
    near = seen(Play.pure(rw.Game.normal([[2.0, 0.0]]), [0]), "0.9999999")
    assert near == pytest.approx(math.log(10**7 - 1) / 2, rel=1e-6)


# ── no denial of service ─────────────────────────────────────────────────────────────────────────────────────────────


def boxed_at(step: dict[str, Any], **more: Any) -> dict[str, Any]:
    steps = [{"player": p, "type": "·", "at_least": {}, "at_most": {}, "better": {}, **s}
             for p, s in (("row", step), ("column", {"at_least": {"defect": "9/10"}}))]  # fmt: skip
    return {"claim": "rationality", "kind": "every", "lambda": "3", "at_least": "9/10", "of": "each", "grade": "proved",
            "ranges": [{"up_to": None, "steps": steps}], **more}  # fmt: skip


ENORMOUS = "1" + "0" * 4000


@pytest.mark.parametrize("kind", ["every", "stays"])
@pytest.mark.parametrize(
    "step",
    [
        {"at_least": {"defect": ENORMOUS}},
        {"at_least": {"defect": "9/10"}, "at_most": {"cooperate": "-" + ENORMOUS}},
        {"at_least": {"defect": f"1/{ENORMOUS}"}},
        {"at_least": {"defect": "9/10"}, "better": {"cooperate": {"defect": ENORMOUS}}},
    ],
)
def test_enormous_bounds_are_refused_in_a_sentence(kind: str, step: dict[str, Any]):
    said = prove(boxed_at(step, kind=kind), about(Play.pure(rw.library.prisoners(), [1, 1])))
    assert not said.holds and len(said.says) < 300


@pytest.mark.parametrize("lam", [ENORMOUS, f"1/{ENORMOUS}"])
def test_numbers_that_are_too_long_are_not_checked(lam: str):
    play = Play.pure(rw.library.prisoners(), [1, 1])
    found = proved(play)
    assert "too long" in prove({**claimed(found), "lambda": lam}, about(play)).says
    assert "too long" in prove({**claims.share(1), "share": f"1/{ENORMOUS}"}, about(play)).says


def test_long_denominators_are_not_multiplied_out():
    """Four hundred of them took the checker half a minute; it stops at the first few."""
    play = Play.pure(rw.library.prisoners(), [1, 1])
    claim = claimed(proved(play))
    step = claim["ranges"][0]["steps"][0]
    many = [{**step, "at_least": dict.fromkeys(step["at_least"], f"1/{10**4000 + k}")} for k in range(200)]
    claim["ranges"][0]["steps"] = many
    assert "too long" in prove(claim, about(play)).says
    numbers = iter(range(1, 1000))
    table = np.array([[[Q(1, 10**300 + next(numbers)) for _ in range(6)] for _ in range(6)] for _ in range(2)])
    game = rw.Game.normal(table)
    claim = {**claim, "ranges": [{"up_to": None, "steps": []}]}
    assert "too long" in prove(claim, about(Play.pure(game, [0, 0]))).says
