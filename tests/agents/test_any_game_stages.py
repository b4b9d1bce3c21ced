"""Any game as a stage: nobody sees what it may not know, money is what the rule says, the goal is that of the base game."""

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.agents import Answer, play
from rulewright.agents.personalities import personality
from rulewright.agents.reader.reader import defaults
from rulewright.agents.scripted import Scripted
from rulewright.agents.stages import Bayesian, Markov, Repeated
from rulewright.agents.stages.bayesian import Dealt
from rulewright.agents.stages.induced import induce
from rulewright.assessment.assess import _designed
from rulewright.errors import InputError
from rulewright.game.game import Game, Signal
from rulewright.game.markov_games import ecological_public_good
from rulewright.institution.institution import Moves
from rulewright.institution.moves import Admit, Care, Commit, Pay, Permit, Reveal, Speak
from rulewright.scenario.load import load

PRISONERS = rw.library.prisoners()


def shown(view):
    """Everything that a player could see, as text."""
    return repr((view.rules, view.news, view.choices, {k: np.asarray(v).tolist() for k, v in view.numbers.items()}))


def two_types(seed=0, types=(2, 3), actions=(2, 2), floats=False):
    rng = np.random.default_rng(seed)
    prior = rng.integers(1, 5, types)
    payoff = rng.integers(-9, 10, (2, *types, *actions))
    game = Game.bayesian(
        payoff * Fraction(1),
        [[Fraction(int(k), int(prior.sum())) for k in row] for row in prior],
        players=("ann", "bob"),
    )
    law = rng.integers(1, 4, (*types, *actions, 2)).astype(object) * Fraction(1)
    seen = Signal("audit", ("clean", "dirty"), law / law.sum(-1, keepdims=True))
    return replace(game, signals=(seen,))


def table(*rows):
    """Exact."""
    numbers = np.array(rows, dtype=object)
    return np.vectorize(Fraction, otypes=[object])(numbers)


RULES = {
    "nothing": [],
    "fine": [Pay("ann", ("audit",), table(0, -3)), Pay("bob", ("audit", "action of ann"), table([1, 2], [3, 4]))],
    "reports": [Speak("ann", ("low", "high")), Pay("ann", ("message of ann",), table(0, -1))],
    "told": [Speak("ann", ("low", "high"), "bob"), Pay("bob", ("message of ann", "audit"), table([0, 1], [2, 3]))],
    "permit": [Permit("ann", ("a2",)), Pay("ann", (), np.array(Fraction(5)))],
    "commit": [Commit("bob", (), table([1, 0], [0, 1], [1, 0]))],
    "care": [Care("ann", {"bob": Fraction(1)}), Pay("bob", ("action of bob",), table(1, 2))],
}


def reveal(game):
    """Bob is told ann's type."""
    law = np.zeros((*game.type_counts, 2), dtype=object) * Fraction(1)
    for k in range(2):
        law[k, :, k] = Fraction(1)
    return Reveal(("bob",), (("first", "second"),), law)


def admit(game):
    shape = (*game.payoff.shape[1:], 2)
    own = np.arange(np.prod(shape)).reshape(shape) * Fraction(1)
    return Admit("cem", ("help", "wait"), own, np.stack([own, -own]))


def ruled(game, name):
    moves = [reveal(game)] if name == "reveal" else [admit(game)] if name == "admit" else RULES[name]
    return Moves.of(name, moves)


EVERY = [*RULES, "reveal", "admit"]


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("seed", [0, 1])
def test_no_view_leaks_what_a_player_may_not_know(name, seed):
    """A view of the first round is a function of the player's own type alone: others' types may be anything."""
    game = two_types(seed)
    stage = Bayesian(game, institution=ruled(game, name))
    for player in stage.players:
        i = stage.after.index(player)
        views = {}
        for types in itertools.product(*map(range, stage.after.type_counts)):
            views.setdefault(types[i], set()).add(shown(stage.view(player, Dealt(0, 1, types))))
        assert all(len(each) == 1 for each in views.values())
        assert len({text for each in views.values() for text in each}) == len(views)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["nothing", "reports", "commit"]))
def test_nor_does_the_second_round(seed, name):
    """With others' acts and the money held as they are, what their types were makes no difference to what one is told."""
    game = two_types(seed)
    stage = Bayesian(game, rounds=2, institution=ruled(game, name))
    start = stage.start(seed)
    seen = set()
    for t in range(3):
        state = replace(start, types=(start.types[0], t))
        answers = {p: Answer(defaults(view)) for p, view in stage.asked(state).items()}
        settled = stage.settle(state, answers)
        seen.add((settled.transfers["ann"], stage.asked(settled.state)["ann"].news))
    assert len({news for _, news in seen}) == len({money for money, _ in seen})


@pytest.mark.parametrize("name", EVERY)
def test_money_adds_up_to_what_the_rule_moves(name):
    game = two_types(3)
    found = induce(game, ruled(game, name))
    assert np.allclose(found.expected(), found.game.transfer, atol=1e-12)
    for player, form in enumerate(found.forms):
        assert form.size == len(found.game.actions[player])
        cells = itertools.product(*(options for _, options in form.parts))
        names = [part for part, _ in form.parts]
        assert [form.position(dict(zip(names, cell, strict=True))) for cell in cells] == list(range(form.size))
    if name != "care":
        assert np.allclose(found.base + found.expected(), found.game.payoff, atol=1e-12)


def test_what_is_said_and_done_is_asked_part_by_part():
    game = two_types()
    stage = Bayesian(game, institution=ruled(game, "told"))
    views = stage.asked(stage.start(0))
    assert [choice.name for choice in views["ann"].choices] == ["message to bob", "action"]
    assert [c.name for c in views["bob"].choices] == ["action, told low by ann", "action, told high by ann"]
    labels = stage.after.actions[stage.after.index("bob")]
    for reply in itertools.product(game.actions[1], repeat=2):
        names = [c.name for c in views["bob"].choices]
        at = stage.induced.forms[1].position(dict(zip(names, reply, strict=True)))
        assert labels[at] == f"low→{reply[0]}; high→{reply[1]}"


def test_a_noisy_fine_is_drawn_and_is_right_on_average():
    game = two_types(5)
    stage = Bayesian(game, rounds=400, institution=ruled(game, "fine"), tell=("audit",))
    first = Scripted(lambda view, rng: Answer(defaults(view)))
    episode = play(stage, {"ann": first, "bob": first}, seed=3)
    fines = [turn.transfers["ann"] for turn in episode.turns]
    assert set(fines) == {0.0, -3.0}
    told = [turn.views["ann"].news for turn in episode.turns[1:]]
    assert all(("audit is dirty" in news) == (fine == -3) for news, fine in zip(told, fines, strict=False))
    cells = stage.after.prior[..., None, None] * np.eye(1, 4)[0].reshape(2, 2)
    wanted = float((stage.after.transfer[0] * cells).sum())
    assert abs(np.mean(fines) - wanted) < 4 * 1.5 / 20  # four standard errors of a fine of 3


def test_the_goal_is_the_base_games_whatever_the_rule_pays():
    fined = Moves.of("fine", [Pay("row", ("action of row",), table(0, -3))])
    for stage in (Bayesian(PRISONERS, 2, fined), Repeated(PRISONERS, 2, fined)):
        always = Scripted(lambda view, rng: Answer({"action": "defect"}))
        episode = play(stage, dict.fromkeys(stage.players, always))
        assert (episode.goal, stage.best, episode.payoff("row")) == (4, 12, -4)
        assert "row: defect, column: cooperate → 2" in episode.turns[0].views["row"].rules
    wanted = np.array([[1.0, 0], [0, 0]]).reshape(1, 1, 2, 2)
    permitted = Bayesian(PRISONERS, institution=Moves.of("only", [Permit("row", ("defect",))]), goal=wanted)
    assert permitted.best == 1 and permitted.induced.goal.max() == 0
    with pytest.raises(InputError, match="goal"):
        Bayesian(PRISONERS, goal=np.zeros(7)).induced  # noqa: B018


SHIPPED = ("used_car", "two_bidders", "prosecutor", "oversight", "cake", "service_quality")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_are_played_under_todays_rule(name):
    scenario = load(name)
    stage = Bayesian(scenario.game, 2, scenario.today, about=scenario.file.title)
    players = {p: personality("noisy", seed=1) for p in stage.players}
    episode = play(stage, players, seed=4)
    assert np.isfinite(episode.goal) and episode.lines()
    again = play(stage, {p: personality("noisy", seed=1) for p in stage.players}, seed=4)
    assert repr(again.turns[-1].answers) == repr(episode.turns[-1].answers)
    outcome = scenario.today(scenario.game).floats if scenario.today else scenario.game.floats
    assert np.allclose(stage.induced.goal, outcome.payoff[0] - outcome.transfer[0])


@pytest.mark.parametrize("name", ["used_car", "two_bidders", "prosecutor"])
def test_a_designed_rule_is_played(name):
    """The rule that `assess` would print, before scripted players: what it promises is what honest and obedient players get."""
    scenario = load(name)
    designed = _designed(scenario, float("-inf"))
    stage = Bayesian(scenario.game, 300, designed.institution)
    assert np.allclose(stage.induced.goal, designed.induced.floats.payoff[0] - designed.induced.floats.transfer[0])
    assert np.allclose(stage.induced.expected(), designed.induced.floats.transfer, atol=1e-9)
    wanted = {stage.after.players[i]: np.asarray(designed.play.strategies[i], float) for i in stage.after.active}

    def obey(view, rng):
        game, i = stage.after, stage.after.index(view.player)
        action = int(wanted[view.player][game.types[i].index(view.numbers["type"])].argmax())
        return Answer(dict(_values(stage.induced.forms[i], action)))

    episode = play(stage, {p: Scripted(obey) for p in stage.players}, seed=1)
    law = np.asarray(designed.play.law, float) * stage.induced.goal
    spread = np.ptp(stage.induced.goal)
    assert abs(episode.goal / 300 - law.sum()) < 4 * spread / 2 / np.sqrt(300) + 1e-9


def _values(form, action):
    """The parts of an action, last changing fastest."""
    for name, options in reversed(form.parts):
        action, k = divmod(action, len(options))
        yield name, options[k]


# ── Markov games ────────────────────────────────────────────────────────────────────────────────────────────────────

WORLD = ecological_public_good()


def act(**by_player):
    return {p: Scripted(lambda view, rng, a=a: Answer({"action": a})) for p, a in by_player.items()}


def test_the_state_is_told_and_moves_on():
    stage = Markov(WORLD, rounds=30)
    episode = play(stage, act(p1="defect", p2="defect"), seed=2)
    states = [turn.views["p1"].numbers["state"] for turn in episode.turns]
    assert states[0] == 0 and 1 in states
    for turn, state in zip(episode.turns, states, strict=True):
        assert f"The state is {WORLD.states[state]}." in turn.views["p2"].news
    for turn, (before, after) in zip(episode.turns, itertools.pairwise(states), strict=False):
        assert WORLD.transition[before, 1, 1, after] > 0
        assert turn.payoffs["p1"] == float(WORLD.payoff[0, before, 1, 1]) and turn.goal == sum(turn.payoffs.values())
    assert "Last round, in prosperous: p1: defect, p2: defect." in episode.turns[1].views["p1"].news
    assert (
        "the next state is prosperous with probability 0.8, degraded with probability 0.2"
        in episode.turns[0].views["p1"].rules
    )


def test_the_best_is_that_of_every_plan():
    """Three rounds by brute force over all plans that look at round and state."""
    stage, rounds = Markov(WORLD, rounds=3), 3
    goal, move = np.asarray(stage.wanted, float), np.asarray(WORLD.floats.transition)
    cells = list(itertools.product(range(2), repeat=2))
    worth = []
    for plan in itertools.product(cells, repeat=2 * rounds):
        law, total = WORLD.floats.start, 0.0
        for t in range(rounds):
            chosen = [plan[2 * t + s] for s in range(2)]
            total += sum(law[s] * goal[(s, *chosen[s])] for s in range(2))
            law = sum(law[s] * move[(s, *chosen[s])] for s in range(2))
        worth.append(total)
    assert stage.best == pytest.approx(max(worth))


def test_a_fine_in_a_markov_game_is_money_and_no_goal():
    fine = Moves.of("fine", [Pay("p1", ("action of p1",), table(0, -2))])
    players = act(p1="defect", p2="cooperate")
    plain, fined = (play(Markov(WORLD, 5, rule), players, seed=1) for rule in (None, fine))
    assert fined.goal == plain.goal and fined.payoff("p1") == pytest.approx(plain.payoff("p1") - 10)
    assert "fine p1 2" in fined.turns[0].views["p2"].rules
    episode = play(Markov(WORLD, 6, fine), {p: personality("selfish") for p in WORLD.players})
    assert episode.turns[0].answers["p1"]["action"] == "cooperate"


def test_what_a_state_has_not_is_not_offered():
    available = ([[True, True], [True, False]], None)
    game = replace(WORLD, available=(np.array(available[0]), WORLD.available[1]))
    stage = Markov(game, rounds=2)
    state = replace(stage.start(0), state=1)
    assert set(stage.asked(state)) == {"p2"}
    settled = stage.settle(state, {"p2": Answer({"action": "cooperate"})})
    assert settled.payoffs["p1"] == float(game.payoff[0, 1, 0, 0])
    with pytest.raises(InputError):
        Markov(WORLD, rounds=0)
    with pytest.raises(InputError):
        Bayesian(PRISONERS, rounds=0)
