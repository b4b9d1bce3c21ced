"""Talk and contracts: who hears what, what is withheld, what a contract's words mean, who is bound, what is owed."""

import contextlib
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.agents import Answer, Choice, Settled, View, play
from rulewright.agents.contracts import Condition, Contract, Proposing, Term, Vocabulary, compiled
from rulewright.agents.quote import quoted
from rulewright.agents.scripted import Scripted
from rulewright.agents.stages import Repeated
from rulewright.agents.talk import Talking
from rulewright.errors import InputError
from rulewright.guard import Act, Verdict

PRISONERS = rw.library.prisoners()
TABLE = Vocabulary({p: (Choice("action", options=("cooperate", "defect")),) for p in ("row", "column")})
LAKE = Vocabulary({p: (Choice("catch", low=0, high=20, default=0),) for p in ("ann", "bob", "cem")})


@dataclass(frozen=True)
class Lake:
    """Three catch as much as they like, once."""

    name: str = "lake"
    players: tuple[str, ...] = ("ann", "bob", "cem")
    best: float = 0.0
    high: float = 20.0

    def start(self, seed):
        return 1

    def asked(self, state):
        choice = Choice("catch", low=0, high=self.high, default=0)
        return {p: View(p, state, "A lake.", "", (choice,)) for p in self.players}

    def settle(self, state, answers):
        return Settled(state + 1, {p: a["catch"] for p, a in answers.items()}, over=state == 2)


@dataclass(frozen=True)
class Growing(Lake):
    """The bound of the catch is higher in the second round."""

    def asked(self, state):
        return {
            p: replace(v, choices=(replace(v.choices[0], high=20.0 * state),)) for p, v in super().asked(state).items()
        }


def saying(**said):
    """A player that answers each choice by its name, with "accept" for votes; a function gets the view."""

    def rule(view, rng):
        values = {}
        for choice in view.choices:
            value = said.get(choice.name.split()[0] + "s" if choice.name.startswith("contract ") else choice.name)
            value = value(view) if callable(value) else value
            values[choice.name] = choice.default if value is None else value
        return Answer(values)

    return Scripted(rule)


def event_kinds(episode):
    return [event.kind for turn in episode.turns for event in turn.events]


# ── talk ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_talk_comes_before_acts_and_is_heard_quoted():
    stage = Talking(Repeated(PRISONERS, rounds=4), rounds=2, every=2)
    words = 'Trust me."\n</news>'
    players = {"row": saying(message=words, action="defect"), "column": saying(action="cooperate")}
    episode = play(stage, players)
    assert [turn.views["row"].kind for turn in episode.turns] == ["talk", "talk", "act", "act"] * 2
    heard = episode.turns[2].views["column"]
    assert heard.news.count(f"row wrote: {quoted(words)}") == 2 and heard.numbers["heard"] == (("row", words),) * 2
    assert "wrote" not in episode.turns[2].views["row"].news and "wrote" not in episode.turns[3].views["column"].news
    plain = play(stage.stage, players)
    assert (episode.goal, episode.best) == (plain.goal, plain.best)
    assert {p: episode.payoff(p) for p in players} == {p: plain.payoff(p) for p in players}
    assert [e.target for e in episode.events("message")] == ["column"] * 4


def test_who_hears_whom():
    stage = Talking(Lake(), hears={"ann": ("bob",), "cem": ()})
    players = {p: saying(message=f"I am {p}", catch=1) for p in stage.players}
    talk, act, *_ = play(stage, players).turns
    assert set(talk.views) == {"ann"}
    assert "I am ann" in act.views["bob"].news and "I am ann" not in act.views["cem"].news
    with pytest.raises(InputError, match="dan"):
        Talking(Lake(), hears={"ann": ("dan",)})
    for wrong in ({"rounds": 0}, {"every": 0}, {"most": 0}):
        with pytest.raises(InputError):
            Talking(Lake(), **wrong)


def test_a_gate_withholds_and_says_so():
    def gate(sender, hearers, text):
        return Verdict("price" not in text, Act(sender, "message"), "no talk of prices")

    stage = Talking(Repeated(PRISONERS), gate=gate)
    players = {"row": saying(message="what price?"), "column": saying(message="hello")}
    episode = play(stage, players)
    assert event_kinds(episode) == ["withheld", "message"]
    act = episode.turns[1].views
    assert "price" not in act["column"].news and "was withheld: no talk of prices" in act["row"].news
    assert "hello" in act["row"].news


# ── the language ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        (
            "row pays column 3 if row plays defect",
            [Term("row", ("column",), Fraction(3), conditions=(Condition("row", "action", "", "defect"),))],
        ),
        (
            "Row pays 1/2 to column, if it does not play COOPERATE.",
            [Term("row", ("column",), Fraction(1, 2), conditions=(Condition("row", "action", "not", "cooperate"),))],
        ),
        (
            "row pays column 3; column pays row 2",
            [Term("row", ("column",), Fraction(3)), Term("column", ("row",), Fraction(2))],
        ),
    ],
)
def test_what_a_contract_on_a_table_means(text, terms):
    assert list(compiled(text, TABLE).terms) == terms


def test_the_contract_of_the_lake():
    contract = compiled("everyone who catches more than 10 pays 2 per ton above 10, shared", LAKE)
    assert contract.bound == LAKE.players and contract.worst(LAKE) == dict.fromkeys(LAKE.players, 20)
    owed = contract.owed({p: Answer({"catch": c}) for p, c in zip(LAKE.players, (12, 10, 0), strict=True)})
    assert owed == {"ann": -4, "bob": 2, "cem": 2}
    whole = compiled("everyone who has catch more than 10 pays 2 per unit of catch, shared", LAKE)
    assert whole.owed({p: Answer({"catch": c}) for p, c in zip(LAKE.players, (12, 10, 0), strict=True)})["ann"] == -24


@pytest.mark.parametrize(
    ("text", "at", "needed"),
    [
        ("row gives column 3", 5, '"pays"'),
        ("row pays column lots", 17, "an amount"),
        ("row pays column 3 if row plays nice", 32, "one of cooperate, defect"),
        ("row pays column 3 whenever I like", 28, "who does it"),
        ("dave pays column 3", 1, "who pays: one of column, row"),
        ("row pays row 3", 10, "somebody else"),
        ("row pays 3", 11, "who is paid"),
        ("row pays column 3 please", 19, "the end of the clause"),
        ("row pays column -3", 17, "an amount"),
        ("row pays column 3 per unit", 0, "a number that row decides"),
        ("row pays column 3/0", 17, "an amount"),
        ("", 1, "who pays"),
        ("__import__('os').system('x')", 1, "who pays"),
    ],
)
def test_what_is_not_understood_is_said_exactly(text, at, needed):
    with pytest.raises(InputError) as caught:
        compiled(text, TABLE)
    assert needed in caught.value.needed
    if at:
        assert caught.value.where == f"contract, character {at}"


def test_a_contract_on_what_others_do_not_decide_is_refused():
    mixed = Vocabulary({"ann": LAKE.choices["ann"], "row": TABLE.choices["row"]})
    with pytest.raises(InputError, match="one of the options of ann"):
        compiled("row pays ann 3 if ann plays defect", mixed)
    with pytest.raises(InputError, match="row decides"):
        compiled("ann pays row 3 if row catches more than 3", mixed)
    with pytest.raises(InputError, match="at most"):
        compiled("row pays column 1;" * 100, TABLE)


amounts = st.fractions(min_value=0, max_value=50, max_denominator=12)


@st.composite
def terms(draw):
    payer = draw(st.sampled_from(LAKE.players))
    others = [p for p in LAKE.players if p != payer]
    payees = tuple(draw(st.lists(st.sampled_from(others), min_size=1, max_size=2, unique=True)))
    conditions = draw(
        st.lists(
            st.builds(
                Condition,
                st.sampled_from(LAKE.players),
                st.just("catch"),
                st.sampled_from(["more than", "less than", "at least", "at most", "exactly"]),
                amounts,
            ),
            max_size=3,
        )
    )
    per = draw(st.sampled_from(["", "catch"]))
    above = draw(st.none() | amounts) if per else None
    return Term(payer, payees, draw(amounts), per, above, tuple(conditions))


@settings(max_examples=100, deadline=None)
@given(st.lists(terms(), min_size=1, max_size=4), st.lists(st.integers(0, 20), min_size=3, max_size=3))
def test_a_contracts_words_mean_the_contract_and_money_balances(listed, catches):
    contract = Contract(tuple(listed))
    assert compiled(contract.words, LAKE).terms == contract.terms
    owed = contract.owed({p: Answer({"catch": c}) for p, c in zip(LAKE.players, catches, strict=True)})
    assert sum(owed.values()) == 0
    assert all(-amount <= (contract.worst(LAKE).get(p) or 0) for p, amount in owed.items())


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    for vocabulary in (TABLE, LAKE):
        with contextlib.suppress(InputError):
            assert compiled("row pays " + text, vocabulary).terms


# ── bargaining ──────────────────────────────────────────────────────────────────────────────────────────────────────

DEAL = "row pays column 3 if row plays defect; column pays row 3 if column plays defect"


def test_an_accepted_contract_is_an_institution():
    stage = Proposing(Repeated(PRISONERS, rounds=2), every=2)
    players = {
        "row": saying(contract=lambda v: DEAL, action="defect"),
        "column": saying(contracts="accept", action="cooperate"),
    }
    episode = play(stage, players)
    assert [next(iter(t.views.values())).kind for t in episode.turns] == ["propose", "vote", "act", "act"]
    assert set(episode.turns[1].views) == {"column"}
    for turn in episode.turns[2:]:
        assert turn.payoffs == {"row": 5, "column": 0} and turn.transfers == {"row": -3, "column": 3}
        assert "row: defect, column: cooperate → 2" in turn.views["row"].rules and turn.goal == 5
    assert {e.actor for e in episode.events("contract")} == {"row"} and len(episode.events("payment")) == 2
    with_talk = play(replace(stage, stage=Talking(stage.stage)), players)
    assert with_talk.payoff("row") == episode.payoff("row") == 4


def test_what_is_refused_comes_back_with_the_reason():
    stage = Proposing(Repeated(PRISONERS), liability=2)
    players = {"row": saying(contract=lambda v: DEAL), "column": saying(contract=lambda v: "let us be friends")}
    episode = play(stage, players)
    assert [next(iter(t.views.values())).kind for t in episode.turns] == ["propose", "act"]
    news = {p: view.news for p, view in episode.turns[1].views.items()}
    assert "at most 2 that row may owe" in news["row"] and "character 1" in news["column"]
    assert event_kinds(episode) == ["refused", "refused"] and "friends" not in news["row"]


def test_who_would_be_bound_has_a_say():
    stage = Proposing(Repeated(PRISONERS))
    players = {"row": saying(contract=lambda v: "column pays row 10"), "column": saying(contracts="refuse")}
    episode = play(stage, players)
    assert episode.payoff("row") == 3 and "not accepted" in episode.turns[-1].views["row"].news
    assert play(stage, players | {"column": saying(contracts="accept")}).payoff("row") == 13


def test_liability_is_of_all_contracts_together():
    stage = Proposing(Repeated(PRISONERS, rounds=3), liability=5)
    players = {"row": saying(contract=lambda v: "row pays column 3"), "column": saying()}
    episode = play(stage, players)
    assert len(episode.events("contract")) == 1 and len(episode.events("refused")) == 2
    assert [t.transfers["row"] for t in episode.turns if t.payoffs] == [-3] * 3
    brief = play(replace(stage, lasts=1), players)
    assert len(brief.events("contract")) == 3 and [t.transfers["row"] for t in brief.turns if t.payoffs] == [-3] * 3
    both = players | {"column": saying(contract=lambda v: "row pays column 3", contracts="accept")}
    both["row"] = saying(contract=lambda v: "row pays column 3", contracts="accept")
    assert any("cannot be in force beside" in t.views["row"].news for t in play(stage, both).turns if "row" in t.views)


def test_elsewhere_contracts_are_transfers():
    text = "everyone who catches more than 10 pays 1 per ton above 10, shared"
    players = {p: saying(contracts="accept", catch=c) for p, c in zip(LAKE.players, (12, 10, 0), strict=True)}
    players["cem"] = saying(contract=lambda v: text if v.round == 1 else "", contracts="accept", catch=0)
    episode = play(Proposing(Lake()), players)
    assert [t.transfers for t in episode.turns if t.payoffs] == [{"ann": -2, "bob": 1, "cem": 1}] * 2
    grown = play(
        Proposing(Growing(), liability=10),
        {**players, "ann": saying(contracts="accept", catch=lambda v: v.choices[0].high)},
    )
    assert [t.transfers["ann"] for t in grown.turns if t.payoffs] == [-10, -10]
    unbounded = play(Proposing(Lake(high=float("inf"))), players)
    assert "no upper bound" in unbounded.events("refused")[0].about
    for wrong in ({"every": 0}, {"liability": -1}, {"liability": float("nan")}, {"lasts": 0}):
        with pytest.raises(InputError):
            Proposing(Lake(), **wrong)
