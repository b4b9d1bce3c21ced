"""Rewards in Python that are random, twice the same or endless; loopholes against all policies of small worlds."""

from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest

from rulewright.assessment.reward import python as reading
from rulewright.cli import main
from rulewright.errors import InputError
from rulewright.numerics import decision
from rulewright.numerics.rational import filled
from rulewright.welfare.rewards import attributes
from rulewright.welfare.rewards.loopholes import loopholes
from rulewright.welfare.rewards.reward import Case, Term
from rulewright.welfare.rewards.world import exact_world

STEPS = "TRAJECTORIES = {'a': [('x', 'go', 'y')], 'b': [('x', 'stay', 'x')], 'c': [('y', 'stay', 'y')]}\n"
PAID = "def reward(s, a, t): return 1\n"


def case(tmp_path, text):
    file = tmp_path / "r.py"
    file.write_text(text)
    return reading.read(str(file))[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import random\ndef reward(s, a, t): return random.random()", "whenever it is asked"),
        ("n = [0]\ndef reward(s, a, t):\n    n[0] += 1\n    return n[0]", "whenever it is asked"),
        ("def reward(s, a, t): return 10**400", "at most"),
        ("import sys\ndef reward(s, a, t): sys.exit(3)", "SystemExit"),
        (f"{PAID}TERMS = 5", "TERMS"),
        (f"{PAID}TERMS = ['reward', 'reward']", "differ"),
        (f"{PAID}SHAPING = 5", "SHAPING"),
        (f"{PAID}TERMINATES = 5", "TERMINATES"),
        (f"{PAID}PREFERENCES = [('a', 'a')]", "different"),
        (f"{PAID}PREFERENCES = [('a', 'b', 5)]", "share"),
        (f"{PAID}PREFERENCES = [('a', 'b', 0.5, 0.5)]", "better, worse"),
        (f"{PAID}REFERENCE = {{'idle': 'b', 'success': 'a', 'failure': 'a'}}", "three different"),
        (f"{PAID}CHANGED = [{{'on': 'x', 'what': 'y', 'after_viewing': 'no'}}]", "True or False"),
        (f"{PAID}MDP = {{'start': 'z', 'goal': ['y'], 'moves': {{'x': {{'go': 'y'}}}}}}", "moves leave"),
        (f"{PAID}MDP = {{'start': 'x', 'goal': 'y', 'moves': {{'x': {{'go': 'y'}}}}}}", "list of states"),
        (f"{PAID}MDP = {{'start': 'x', 'goal': ['y'], 'moves': {{'x': {{'go': {{'y': 1/3, 'x': 2/3}}}}}}}}", "1/3"),
    ],
)
def test_what_is_wrong_is_told(tmp_path, text, words):
    with pytest.raises(InputError, match=words):
        case(tmp_path, f"{STEPS}{text}\n")


def test_a_reward_that_does_not_end(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "SLOWEST", 0.1)
    with pytest.raises(InputError, match=r"within 0\.1 seconds"):
        case(tmp_path, f"{STEPS}def reward(s, a, t):\n    while True: pass\n")


def test_a_reward_that_changes_states_changes_its_own_only(tmp_path):
    text = (
        "S = {'n': 0}\nTRAJECTORIES = {'a': [(S, 'go', S)]}\ndef reward(s, a, t):\n    t['n'] += 1\n    return t['n']\n"
    )
    found = case(tmp_path, text)
    assert found.value(found.trajectory("a")) == 1


def test_what_a_reward_prints_is_no_part_of_json(tmp_path, capsys):
    file = tmp_path / "r.py"
    file.write_text(f"{STEPS}print('loaded')\ndef reward(s, a, t):\n    print('asked')\n    return 1\n")
    main(["check-reward", str(file), "--json"])
    said = capsys.readouterr()
    assert said.out.startswith("{") and "asked" in said.err and "asked" not in said.out


def world(moves, pays, goal, states):
    names = tuple(f"s{k}" for k in range(states))
    made = exact_world(names, moves, filled((len(moves), 1), [F(x) for x in pays]), 0, frozenset(goal))
    return Case((Term("r"),), discount=F(1), world=made)


def test_a_lap_for_nothing_through_several_states_is_a_way_to_idle():
    """Ending costs 2; going to and fro between two states costs nothing, for ever: best, and never at the goal."""
    moves = [(0, "to", 1, F(1)), (1, "fro", 0, F(1)), (0, "end", 2, F(1))]
    found = loopholes(world(moves, (0, 0, -2), {2}, 3))
    assert found.verdict == "fail" and "is 0," in found.says


def test_a_lap_that_nobody_reaches_is_no_loophole():
    moves = [(0, "end", 1, F(1)), (2, "lap", 2, F(1))]
    assert loopholes(world(moves, (1, 1), {1}, 3)).verdict == "pass"


def _by_all_policies(acts, ends, goal):
    """Whether some best policy never reaches the goal; acts {state: [[(next, chance, reward), …], …]}, γ = 1/2."""
    live, rows = sorted(acts), []
    for choice in product(*(range(len(acts[s])) for s in live)):
        law = {s: acts[s][k] for s, k in zip(live, choice, strict=True)}
        n = len(acts) + len(ends)
        chain, gain = np.full((n, n), F(0), object), np.full(n, F(0), object)
        for s, to in law.items():
            for t, p, r in to:
                chain[s, t] += p
                gain[s] += p * r
        seen, todo = {0}, [0]
        while todo:
            new = {t for t, _, _ in law.get(todo.pop(), [])} - seen
            seen |= new
            todo += new
        rows.append((decision.evaluated(gain, chain, F(1, 2))[0], bool(seen & goal)))
    top = max(v for v, _ in rows)
    return any(v == top and not hit for v, hit in rows)


def test_loopholes_are_those_of_all_policies():
    draw, verdicts = np.random.default_rng(5), []
    for _ in range(60):
        n = int(draw.integers(2, 5))
        ends = {s for s in range(1, n) if draw.random() < 0.35}
        acts = {
            s: [
                [(int(t), F(1, k), int(draw.integers(-2, 2))) for t in draw.choice(n, k, replace=False)]
                for k in draw.integers(1, 3, size=draw.integers(1, 3))
            ]
            for s in range(n)
            if s not in ends
        }
        goal = {int(draw.integers(n))}
        moves = [(s, f"a{a}", t, p) for s, all_ in acts.items() for a, to in enumerate(all_) for t, p, _ in to]
        pays = [r for all_ in acts.values() for to in all_ for *_, r in to]
        made = world(moves, pays, goal, n)
        found = loopholes(Case(made.terms, discount=F(1, 2), world=made.world)).verdict
        verdicts.append(found)
        assert found == ("fail" if _by_all_policies(acts, ends, goal) else "pass")
    assert set(verdicts) == {"pass", "fail"}


def test_terms_that_nothing_tells_apart_are_not_said_to_differ():
    changes, steps = np.zeros((2, 4), object), np.array([[1, 1, 0], [2, 2, 0]], object)
    assert attributes.untold(changes, steps) == (0, 1)
    assert attributes.untold(changes, np.array([[1, 1, 0], [2, 0, 0]], object)) is None
    assert attributes.untold(np.array([[1, 0], [0, 0]], object), steps) is None
