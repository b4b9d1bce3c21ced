"""Incentives as regression tests: what is claimed of a game under a rule, checked exactly, or who gains how much by what.

    assert_incentives(game, institution, claims=["equilibrium", "dominant"], play={"writer": "1", "reviewer": "1"})

The play that claims are about is the one that is named, or the one that a written rule asks for, or else what people want most:
the pure profile that is best for the goal (of those an equilibrium, if there is one). All claims go through the checker of
certificates, in rationals. A float counts as the decimal of 12 digits that it is nearest to, so that 0.1 + 0.2 is 0.3.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.files import read
from ..game.game import Game
from ..game.play import Play, interim, marginal
from ..institution.institution import NOTHING, Institution
from ..numerics import rational
from ..welfare.goals import BY_NAME, Goal, first_best
from .claimed import BASELINE, Finding, figured, findings

MOST_PROFILES = 20_000  # pure profiles among which the play that people want is looked for
SHOWN = 12  # rows of a table
DIGITS = 12  # of a float that are meant


@dataclass(frozen=True)
class Asked:
    """What a test asks: all of it, before any setting of parameters is known."""

    game: Any
    """A Game, a scenario, the name or path of one, an .nfg or .efg file, or a function that returns one of these."""
    institution: Any = None
    """None: what a scenario has today, or no rule; an Institution; the name of a rule that a scenario compares; a function of
    the game."""
    claims: Sequence[str] | Mapping[str, Any] = ()
    """Names, or names with their figures: {"equilibrium": margin, "goal": at least, "worst": at least, "budget": at most}."""
    goal: Any = None
    """What people want: "total", "worst-off", "nash", "gini", a player's name, a Goal or a table; None: the scenario's own."""
    play: Any = None
    """{player: action, or one for each type}, a Play, or a function of the induced game that returns either."""
    expect_gap: Any = None
    """At most so much, in units of the goal, is lost against the first best in every correlated equilibrium."""
    outside: Any = 0
    """What staying away is worth, for "voluntary"."""
    over: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """{parameter: values}: each combination is a test of its own."""
    baseline: bool = False
    """Compare with the snapshot beside the test."""

    def settings(self) -> list[dict[str, Any]]:
        """One for each combination of parameters, in order. Raises InputError for what is no list of values."""
        for name, values in self.over.items():
            if isinstance(values, str) or not isinstance(values, Sequence) or not len(values):
                raise InputError(where=f"over, {name}", needed="a list of values", found=repr(values))
        return [dict(zip(self.over, values, strict=True)) for values in itertools.product(*self.over.values())]


@dataclass(frozen=True)
class Lure:
    """What pays somebody more than what is asked."""

    who: str
    asked: str
    instead: str
    gets: Fraction
    """By what is asked, if all others do what is asked. In units of its payoff."""
    would: Fraction

    @property
    def gain(self) -> Fraction:
        return self.would - self.gets

    def data(self) -> dict[str, str]:
        """Plain data, for reports."""
        numbers = {"gets": self.gets, "would": self.would, "gain": self.gain}
        return {
            "who": self.who,
            "asked": self.asked,
            "instead": self.instead,
            **{k: str(v) for k, v in numbers.items()},
        }


@dataclass(frozen=True)
class Incentives:
    """What was found of one game under one rule."""

    title: str
    rule: str
    play: str
    certificate: dict[str, Any] = field(repr=False)
    """Sealed, with the claims that hold. The checker has agreed with every one of them."""
    findings: tuple[Finding, ...]
    lures: tuple[Lure, ...]
    """Those who gain, by how much, most first."""
    goal: Fraction | None
    """What people get if all play what is asked; None where nobody said what they want."""
    first_best: Fraction | None

    @property
    def holds(self) -> bool:
        return all(f.holds for f in self.findings)

    @property
    def broken(self) -> list[Finding]:
        return [f for f in self.findings if not f.holds]

    def headline(self) -> str:
        """The largest gain of all if somebody has one by itself, or the first claim that is broken."""
        if self.lures and self.broken:
            x = self.lures[0]
            return f"{x.who} gains {shown(x.gain)} by {x.instead} instead of {x.asked}"
        return f"{self.broken[0].claim}: {self.broken[0].says}" if self.broken else "all claims hold"

    def table(self) -> str:
        """What failed, and who gains by what, for a terminal."""
        lines = [f"{self.title}: {self.rule}; asked: {self.play}"]
        lines += [f"  {'holds ' if f.holds else 'BROKEN'}  {f.claim:<12} {f.says}" for f in self.findings]
        if self.lures and self.broken:
            rows: list[tuple[str, ...]] = [("who", "asked", "does instead", "gets", "would get", "gains")]
            rows += [(x.who, x.asked, x.instead, *map(shown, (x.gets, x.would, x.gain))) for x in self.lures[:SHOWN]]
            widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
            lines += [
                "",
                *("  " + "  ".join(x.ljust(w) for x, w in zip(row, widths, strict=True)).rstrip() for row in rows),
            ]
            more = len(self.lures) - SHOWN
            lines += [f"  … and {more} more"] if more > 0 else []
        return "\n".join(lines)

    def data(self) -> dict[str, Any]:
        """Plain data, for reports."""
        return {
            "title": self.title,
            "rule": self.rule,
            "play": self.play,
            "goal": None if self.goal is None else str(self.goal),
            "first_best": None if self.first_best is None else str(self.first_best),
            "claims": [f.data() for f in self.findings],
            "lures": [x.data() for x in self.lures[:SHOWN]],
        }


def shown(value: Fraction) -> str:
    """Exact where short."""
    text = str(value)
    return text if len(text) <= 8 else f"{float(value):.6g}"


class Broken(AssertionError):
    """A claim does not hold; `found` has all of it."""

    def __init__(self, found: Incentives) -> None:
        self.found = found
        super().__init__("\n" + found.table())


def assert_incentives(game: Any, institution: Any = None, **options: Any) -> Incentives:
    """Check claims about a game under a rule; returns what was found, with its certificate.

    `options` are those of `Asked`, less `over` and `baseline`. Raises AssertionError with a table of who gains how much by what.
    """
    found = incentives(Asked(game, institution, **options), {})
    if not found.holds:
        raise Broken(found)
    return found


def incentives(asked: Asked, setting: Mapping[str, Any]) -> Incentives:
    """All claims of a test at one setting of its parameters. Raises InputError for what cannot be read."""
    claims = asked.claims
    if isinstance(claims, str) or not all(isinstance(name, str) for name in claims):
        raise InputError(where="claims", needed='a list of names, or {"name": figure}', found=repr(claims))
    figures: dict[str, Any] = dict(claims) if isinstance(claims, Mapping) else dict.fromkeys(claims)
    if not figures and asked.expect_gap is None:
        needed = "at least one claim, or expect_gap"
        raise InputError(
            where="incentives", needed=needed, found="none", remedy='Say claims=["equilibrium"], for example.'
        )
    base, institution, wanted, title = _told(asked, setting)
    figured(figures, base)
    induced = institution(base)
    play = _play(asked.play, induced, wanted)
    ideal = rational.fraction(first_best(base)) if base.designer else None
    if asked.expect_gap is not None:
        if ideal is None:
            raise InputError(where="expect_gap", needed="a goal", found="none", remedy='Say goal="total", for example.')
        least = ideal - _fraction(asked.expect_gap, "expect_gap")
        figures["worst"] = (
            max(least, _fraction(figures["worst"], "worst")) if figures.get("worst") is not None else least
        )
    found, certificate = findings(base, institution, play, figures, title=title, outside=asked.outside)
    goal = rational.fraction(play.goal) if base.designer else None
    return Incentives(title, institution.describe(), _words(play), certificate, found, _lures(play), goal, ideal)


def baseline(asked: Asked) -> Asked:
    """The same, with all claims of the house where it names none: what holds of them is for the snapshot."""
    if asked.claims or asked.expect_gap is not None:
        return asked
    return replace(asked, claims=BASELINE)


def located(asked: Asked, folder: Path) -> Asked:
    """The same, with a file that is not found from here looked for beside the test."""
    if not isinstance(asked.game, (str, Path)) or Path(asked.game).exists() or not (folder / asked.game).is_file():
        return asked
    return replace(asked, game=str(folder / asked.game))


def test(game: Any, institution: Any = None, **options: Any) -> Callable[[Any], Any]:
    """Mark a test function: pytest checks the claims first, and gives `certificate` to those that ask for it.

    `options` are those of `Asked`. The plugin is `pytest_rulewright`.
    """
    import pytest

    asked = Asked(game, institution, **options)
    if not (asked.claims or asked.expect_gap is not None or asked.baseline):
        needed = "claims, expect_gap or baseline=True"
        raise InputError(where="rulewright.test", needed=needed, found="none of them")
    asked.settings()

    def marked(function: Any) -> Any:
        return pytest.mark.usefixtures("certificate")(pytest.mark.rulewright(asked)(function))

    return marked


test.__test__ = False  # type: ignore[attr-defined]  # pytest does not take it for one itself


def _fraction(value: Any, where: str) -> Fraction:
    """Floats as the decimals that they are meant to be. Raises InputError."""
    if isinstance(value, (float, np.floating)):
        if not math.isfinite(value):
            raise InputError(where=where, needed="a finite number", found=repr(value))
        return Fraction(f"{float(value):.{DIGITS}g}")
    try:
        return rational.fraction(value)
    except (TypeError, ValueError, ZeroDivisionError):
        raise InputError(where=where, needed="a number", found=repr(value)) from None


def exactly(game: Game) -> Game:
    """The game in rationals, floats at the decimals of 12 digits that they are nearest to; laws must still sum to 1."""
    if game.is_exact:
        return game
    payoff, transfer = ([_fraction(x, "payoffs") for x in part.ravel()] for part in (game.payoff, game.transfer))
    return replace(
        game.exact,
        payoff=rational.filled(game.payoff.shape, payoff),
        transfer=rational.filled(game.transfer.shape, transfer),
    )


def game_of(
    actions: Mapping[str, Sequence[Any]],
    reward: Callable[..., Mapping[str, Any]],
    goal: Callable[..., Any] | None = None,
) -> Game:
    """A game from reward code: {player: actions} and reward(player=action, …) → {player: number}; goal(…) → a number.

    Raises InputError where the code gives anything else.
    """
    names = list(actions)
    if not names or any(isinstance(a, str) or not len(a) for a in actions.values()):
        raise InputError(where="actions", needed="a list of actions for each player", found=repr(actions))
    shape = tuple(len(actions[name]) for name in names)
    table, wanted = [], []
    for profile in itertools.product(*actions.values()):
        told = dict(zip(names, profile, strict=True))
        got = reward(**told)
        if not isinstance(got, Mapping) or set(got) != set(names):
            raise InputError(
                where=f"reward at {told}", needed=f"a number for each of {', '.join(names)}", found=repr(got)
            )
        table.append([_fraction(got[name], f"reward of {name} at {told}") for name in names])
        wanted += [] if goal is None else [_fraction(goal(**told), f"goal at {told}")]
    payoff = [rational.filled(shape, [row[i] for row in table]) for i in range(len(names))]
    labels = [[str(a) for a in actions[name]] for name in names]
    made = Game.normal(np.stack(payoff), players=names, actions=labels)
    return made if goal is None else made.with_goal(rational.filled((*made.type_counts, *shape), wanted))


def _told(asked: Asked, setting: Mapping[str, Any]) -> tuple[Game, Institution, Any, str]:
    """(base game with its goal, institution, the play that a written rule asks for, or None, title)"""
    source, title = asked.game, ""
    if callable(source) and not isinstance(source, Game):
        title, source = getattr(source, "__name__", "game"), source(**setting)
        setting = {}
    if isinstance(source, (str, Path)):
        source = str(source)
        if source.endswith((".nfg", ".efg")) and asked.goal is not None:
            title, source = Path(source).stem, read(Path(source))
        else:
            from ..scenario.load import load

            source = load(source, {name: str(value) for name, value in setting.items()})
            setting = {}
    if setting:
        raise InputError(
            where="over", needed="a scenario, or a function with these parameters", found=", ".join(setting)
        )
    rule: Any = asked.institution
    if not isinstance(source, Game):
        title, source, rule, wanted = _scenario(source, rule)
    else:
        wanted = None
    base = exactly(source)
    if asked.goal is not None:
        base = _goal(asked.goal, base)
    if rule is not None and not isinstance(rule, Institution) and callable(rule):
        rule = rule(base)
    if rule is not None and not isinstance(rule, Institution):
        raise InputError(where="institution", needed="an institution, or a rule of the scenario", found=repr(rule))
    return base, rule or NOTHING, wanted, title or "game"


def _scenario(source: Any, rule: Any) -> tuple[str, Game, Any, Any]:
    from ..scenario.scenario import Scenario

    if not isinstance(source, Scenario):
        needed = "a game, or a scenario of a game"
        raise InputError(
            where="game", needed=needed, found=type(source).__name__, remedy="Other kinds: a .rule.toml file."
        )
    if rule is None or rule == "today":
        return source.name, source.game, source.today, source.today.play
    if isinstance(rule, str):
        for there, written in source.compared():
            if written.describe() == rule:
                return source.name, there.game, written, written.play
        known = ", ".join(repr(written.describe()) for _, written in source.compared())
        raise InputError(where="institution", needed=f"'today' or one of {known}", found=repr(rule))
    return source.name, source.game, rule, None


def _goal(said: Any, base: Game) -> Game:
    if isinstance(said, Goal):
        return said.on(base)
    if isinstance(said, str):
        return (BY_NAME[said]() if said in BY_NAME else Goal.of(said)).on(base)
    return Goal.given(said(base) if callable(said) else said).on(base)


def _play(said: Any, induced: Game, wanted: Any) -> Play:
    if callable(said):
        said = said(induced)
    if said is None and wanted is not None:
        said = wanted(induced)
    if isinstance(said, Play):
        if said.strategies is None:
            raise InputError(where="play", needed="what each player does by itself", found="a correlated play")
        return Play.of(induced, said.strategies)
    return _best(induced) if said is None else Play.pure(induced, said)


def _best(induced: Game) -> Play:
    """The pure profile that is best for the goal; of several, the first that is an equilibrium, else the first."""
    active = induced.active
    plans = [list(itertools.product(range(induced.action_counts[i]), repeat=induced.type_counts[i])) for i in active]
    count = math.prod(map(len, plans))
    if not induced.designer or count > MOST_PROFILES:
        found = "no goal" if not induced.designer else f"{count:,} pure profiles"
        raise InputError(
            where="play", needed="the play that claims are about", found=found, remedy="Say play={player: action}."
        )
    best: list[Play] = []
    top = None
    for profile in itertools.product(*plans):
        choices: list[Any] = [0] * induced.n
        for i, plan in zip(active, profile, strict=True):
            choices[i] = plan
        play = Play.pure(induced, [c if c else 0 for c in choices])
        worth = play.goal
        if top is None or worth > top:
            top, best = worth, []
        if worth == top:
            best.append(play)
    return next((play for play in best if play.regret <= 0), best[0])


def _words(play: Play) -> str:
    game, said = play.game, []
    for i in game.active:
        rows = [_does(game, i, row) for row in (play.strategies or ())[i]]
        same = len(set(rows)) == 1
        told = rows[0] if same else ", ".join(f"{row} if {t}" for row, t in zip(rows, game.types[i], strict=True))
        said.append(f"{game.players[i]} {told}")
    return "; ".join(said) or "nothing to choose"


def _does(game: Game, i: int, row: Any) -> str:
    return " or ".join(a for a, p in zip(game.actions[i], row, strict=True) if p)


def _lures(play: Play) -> tuple[Lure, ...]:
    """All single deviations that pay, most first."""
    game, found = play.game, []
    for i in game.active:
        worth, chance = interim(game, play.strategies or (), i), marginal(game, i)
        for t, (row, sigma, p) in enumerate(zip(worth, (play.strategies or ())[i], chance, strict=True)):
            if not p:
                continue
            here = (row * sigma).sum() / p
            who = game.players[i] if game.type_counts[i] == 1 else f"{game.players[i]} ({game.types[i][t]})"
            for a, value in enumerate(row):
                if value / p > here:
                    found.append(
                        Lure(who, _does(game, i, sigma), game.actions[i][a], Fraction(here), Fraction(value / p))
                    )
    return tuple(sorted(found, key=lambda x: -x.gain))
