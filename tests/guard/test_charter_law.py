"""What the induced game pays on a play, the guard settles on that play: on random games, under every word that it takes."""

import itertools
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

import rulewright as rw
from rulewright.assessment.assess import designed
from rulewright.errors import InputError
from rulewright.game.game import Game, Signal
from rulewright.guard import Act, Charter, Guard, rules
from rulewright.guard.charter.of import runtime
from rulewright.guard.state import Account, State
from rulewright.institution.institution import Moves
from rulewright.institution.moves import Care, Commit, Pay, Permit, Reveal, Speak
from rulewright.numerics import rational


def random_game(seed, sizes=(2, 3)):
    rng = np.random.default_rng(seed)
    payoff = rational.exact(rng.integers(-9, 10, (len(sizes), *sizes)))
    return Game.normal(payoff, actions=[[f"a{k}" for k in range(n)] for n in sizes]), rng


def table(rng, *shape):
    return rational.exact(rng.integers(-5, 6, shape)) / 3


def moved(game, induced, base, cell):
    """Transfers of the induced game at a play, as payoff differences."""
    there, here = (0,) * game.n + cell, (0,) * game.n + base
    return {p: induced.payoff[(k, *there)] - game.payoff[(k, *here)] for k, p in enumerate(game.players)}


@pytest.mark.parametrize("seed", range(3))
def test_pay_and_permit_on_every_play(seed, tmp_path):
    game, rng = random_game(seed)
    one, two = game.players
    institution = Moves.of(
        "test",
        [
            Pay(one, (f"action of {one}",), table(rng, 2)),
            Pay(two, (f"action of {two}", f"action of {one}"), table(rng, 3, 2)),
            Permit(two, ("a0", "a2")),
            Pay(one, (f"action of {two}",), table(rng, 2)),
        ],
    )
    induced = institution(game)
    guard = Guard.open(Charter.of(institution, game), tmp_path / "l")
    for cell in itertools.product(*(range(k) for k in induced.action_counts)):
        acts = [induced.actions[k][cell[k]] for k in range(2)]
        base = tuple(game.actions[k].index(a) for k, a in enumerate(acts))
        assert not guard.before(Act(two, "a1")).allowed
        assert all(guard.before(Act(p, a)).allowed for p, a in zip(game.players, acts, strict=True))
        assert not guard.before(Act(one, acts[0])).allowed, "one act a round"
        wanted = moved(game, induced, base, cell)
        assert guard.settle() == {p: float(x) for p, x in wanted.items()}
    guard.close()


@pytest.mark.parametrize("seed", range(3))
def test_messages_to_a_player_who_acts_after(seed, tmp_path):
    """The induced game has the hearer plan for every message; at runtime it acts on the one that it heard."""
    game, rng = random_game(seed, (2, 2))
    one, two = game.players
    done = rational.exact(np.broadcast_to(np.eye(2, dtype=int), (1, 1, 2, 2, 2)))
    game = replace(game, signals=(Signal("done", ("first", "second"), done),))
    before = [Pay(two, (f"action of {two}",), table(rng, 2)), Speak(one, ("m", "n"), two)]
    after = [Pay(one, (f"message of {one}", "done"), table(rng, 2, 2))]
    institution = Moves.of("test", before + after)
    induced = institution(game)
    guard = Guard.open(Charter.of(institution, game), tmp_path / "l")
    for cell in itertools.product(*(range(k) for k in induced.action_counts)):
        said, plan = (induced.actions[k][cell[k]] for k in range(2))
        message, act = said.removeprefix("say ").split("; ")
        reply = dict(part.split("→") for part in plan.split("; "))[message]
        assert guard.message(one, two, message).allowed and not guard.message(one, two, "x").allowed
        assert guard.before(Act(one, act)).allowed and guard.before(Act(two, reply)).allowed
        wanted = moved(game, induced, (game.actions[0].index(act), game.actions[1].index(reply)), cell)
        assert guard.settle() == {p: float(x) for p, x in wanted.items()}
    guard.close()


def settled(charter, acted, signals):
    state = State()
    state.charter, state.acted, state.signals = charter, acted, signals
    state.accounts = {a.name: Account() for a in charter.agents}
    return rules.settled(charter, state).transfers


@pytest.mark.parametrize("seed", range(4))
def test_chance_and_commitment_on_average(seed):
    """A noisy signal and a committed player: the mean over both of what is settled is what the induced game pays."""
    game, rng = random_game(seed, (3, 2))
    one, two = game.players
    weights = rational.exact(rng.integers(1, 5, (1, 1, 3, 2, 2)))
    law = weights / weights.sum(axis=-1, keepdims=True)
    game = replace(game, signals=(Signal("flag", ("up", "down"), law),))
    strategy = np.array([[F(1, 2), F(1, 3), F(1, 6)]])
    moves = [
        Pay(two, ("flag",), table(rng, 2)),
        Pay(two, (f"action of {one}", "flag"), table(rng, 3, 2)),
        Commit(one, (), strategy),
    ]
    institution = Moves.of("test", moves)
    induced, charter = institution(game), Charter.of(institution, game)
    for b in range(2):
        mean = F(0)
        for a, k in itertools.product(range(3), range(2)):
            acted = {one: game.actions[0][a], two: game.actions[1][b]}
            mean += strategy[0, a] * law[0, 0, a, b, k] * settled(charter, acted, {"flag": ("up", "down")[k]})[two]
        base = sum(strategy[0, a] * game.payoff[1, 0, 0, a, b] for a in range(3))
        assert mean == induced.payoff[1, 0, 0, 0, b] - base


def test_a_commitment_that_depends_on_what_another_did(tmp_path):
    game, _ = random_game(0, (2, 2))
    one, two = game.players
    strategy = np.array([[[F(1), F(0)], [F(1, 4), F(3, 4)]]])
    charter = Charter.of(Moves.of("test", [Commit(two, (f"action of {one}",), strategy)]), game)
    guard = Guard.open(charter, tmp_path / "l", seed=bytes(32))
    early = guard.before(Act(two, "a0"))
    assert not early.allowed and f"action of {one}" in early.reason
    drawn = []
    for play in range(100):
        guard.before(Act(one, f"a{play % 2}"))
        drawn.append(guard.before(Act(two, "a0")).act.name)
        guard.settle()
    assert set(drawn[::2]) == {"a0"}
    assert 26 <= drawn[1::2].count("a1") <= 47  # 37.5 expected of 50; the seed is fixed
    guard.close()


def test_what_has_no_meaning_at_runtime_is_refused_with_a_sentence():
    game, _ = random_game(0, (2, 2))
    one, two = game.players
    plan = Permit(two, ("m→a0; n→a0",))
    for moves, word in (
        ([Care(one, {two: F(1)})], "care"),
        ([Reveal((one,), (("x",),), rational.exact(np.ones((1, 1, 1))))], "reveal"),
        ([Speak(one, ("m", "n"), two), plan], "plan"),
        ([Speak(one, ("m", "n"), two), Pay(one, (f"action of {two}",), table(np.random.default_rng(0), 4))], "plans"),
        ([Commit(one, (), np.array([[F(1), F(0)]])), Permit(one, ("as committed",))], "permit of player 1"),
    ):
        with pytest.raises(InputError, match=word):
            Charter.of(Moves.of("test", moves), game)
    with pytest.raises(InputError, match="permitted act"):
        Charter.of(Moves.of("test", [Permit(one, ("a0",))]), game, instead={one: "a1"})


def test_instead(tmp_path):
    game, _ = random_game(0, (2, 2))
    one = game.players[0]
    charter = Charter.of(Moves.of("test", [Permit(one, ("a0",))]), game, instead={one: "a0"})
    guard = Guard.open(charter, tmp_path / "l")
    verdict = guard.before(Act(one, "a1"))
    assert verdict.allowed and verdict.act.name == "a0" and "a1 is not permitted" in verdict.reason
    guard.close()


def mean_transfers(charter, there, types, acts):
    """{agent: mean of what is settled} over draws of the committed and noise of signals, at these types and acts of the others."""
    known = {f"type of {p}": t for p, t in zip(there.players, types, strict=True)}
    drawn = [({}, F(1))]
    for commit in charter.commits:
        state = State()
        state.charter, state.acted, state.signals = charter, acts, known
        row = commit.law[tuple(rules.signal(charter, state, s) for s in commit.on)]
        drawn = [(d | {commit.agent: a}, q * p) for d, q in drawn for a, p in zip(commit.acts, row, strict=True) if p]
    shown = {s.signal for s in charter.shown}
    noisy = sorted({s for pay in charter.pays for s in pay.on} - shown - set(known))
    mean = dict.fromkeys(there.players, F(0))
    for extra, p in drawn:
        all_acts = acts | extra
        cell = tuple(labels.index(t) for labels, t in zip(there.types, types, strict=True))
        cell += tuple(labels.index(all_acts[q]) for q, labels in zip(there.players, there.actions, strict=True))
        laws = [there.signal(s).law[cell] for s in noisy]
        outcomes = [there.signal(s).outcomes for s in noisy]
        for seen in itertools.product(*(range(len(o)) for o in outcomes)):
            chance = p * np.prod([rational.fraction(law[k]) for law, k in zip(laws, seen, strict=True)], initial=F(1))
            if chance:
                told = known | {s: o[k] for s, o, k in zip(noisy, outcomes, seen, strict=True)}
                for agent, amount in settled(charter, all_acts, told).items():
                    mean[agent] += chance * amount
    return mean


@pytest.mark.parametrize(
    "name", ["hidden_effort", "oversight", "two_bidders", "used_car", "service_quality", "prisoners"]
)
def test_designed_rules_as_charters(name):
    """What a scenario's designed rule pays in its induced game, at random types and plays, its charter settles on average."""
    rule = designed(rw.load(name))
    charter = Charter.of(rule.institution, rule.base)
    there = runtime(rule.institution, rule.base)[0]
    rng = np.random.default_rng(0)
    for _ in range(25):
        cell = tuple(rng.integers(k) for k in rule.induced.payoff.shape[1:])
        n = rule.induced.n
        types = [labels[k] for labels, k in zip(rule.induced.types, cell[:n], strict=True)]
        acts = {p: rule.induced.actions[i][cell[n + i]] for i, p in enumerate(there.players)}
        acts = {p: a for p, a in acts.items() if p not in {c.agent for c in charter.commits}}
        found = mean_transfers(charter, there, types, acts)
        wanted = [float(x) for x in rule.induced.transfer[(slice(None), *cell)]]
        assert [float(found[p]) for p in there.players] == pytest.approx(wanted, abs=1e-12)
