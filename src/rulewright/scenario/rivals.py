"""A market of AIs: people decide, AIs who know more tell them what they like; AIs enter, leave, merge or share a bias.

A file is one of this kind if it has a table [rivals]. Formulas give a utility for every state, type and action at once: `state`,
`action` and `type` stand for labels (or for numbers, where all are numbers); in formulas of AIs `people` is people's utility.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from pydantic import Field

from ..competition.rivals.setting import Rivals
from ..errors import InputError
from ..game.game import SINGLE
from ..numerics import rational
from ..numerics.rational import Array
from .rule import along, values
from .schema import Expression, Headed, Label, Part, Table
from .written import Written, cells

USES = ("all at once", "best AI")


class Wanted(Part):
    """What people want."""

    utility: Expression | Table = Field(description="a formula of state, type and action, or a table over these")


class Market(Part):
    """What the AIs know, what people may do, and what each AI wants."""

    states: dict[str, Expression] = Field(description="{state = probability}: what all AIs know and people do not")
    types: dict[str, Expression] | None = Field(None, description="{type = probability}: what people alone know")
    prior: Expression | Table | None = Field(None, description="joint law of state and type; default: independent")
    actions: list[Label] = Field(description="what people may do")
    ais: dict[str, Expression | Table] = Field(description="{AI = utility}: those on the market today")
    candidates: dict[str, Expression | Table] = Field(
        default_factory=dict, description="{AI = utility}: those that may enter"
    )
    use: str = Field(
        "all at once",
        description='how people use them today: "all at once", "best AI" (the best in an evaluation), or the name of the only one',
    )


class Change(Part):
    """The market after somebody enters, leaves, merges or changes."""

    name: str
    about: str = ""
    admit: list[str] = Field(default_factory=list, description="candidates that enter")
    remove: list[str] = Field(default_factory=list, description="AIs that leave")
    merge: list[list[str]] = Field(
        default_factory=list, description="groups that act as one, for the sum of their utilities"
    )
    set: dict[str, Expression] = Field(
        default_factory=dict, description="parameters after the change: a bias that is shared"
    )
    use: str = Field("", description="how people use the AIs then; default: as today")


class Trials(Part):
    """What the market is stressed with."""

    lambdas: list[Expression] = Field(default_factory=list, description="λ of people who choose with mistakes (logit)")
    noise: list[Expression] = Field(default_factory=list, description="errors of every utility of the AIs")
    draws: int = Field(100, ge=10, le=100_000)
    seed: int = Field(0, ge=0)


class RivalsFile(Headed):
    """A whole market of AIs."""

    people: Wanted
    rivals: Market
    changes: list[Change] = Field(default_factory=list)
    stress: Trials = Trials()


@dataclass(frozen=True)
class Situation:
    """A market at one moment: who is there, and how people use them."""

    name: str
    about: str
    rivals: Rivals
    use: str
    """One of `USES`, or the name of the only AI."""


@dataclass(frozen=True)
class RivalsScenario(Written):
    """A market of AIs that was read from a scenario file."""

    file: RivalsFile = field(repr=False)

    def check(self) -> None:
        _ = self.today, self.changes, self.lambdas, self.errors

    # ── the setting ─────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _labels(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        said = self.file.rivals
        with self.at("rivals", "actions"):
            if len(said.actions) < 2 or len(set(said.actions)) != len(said.actions):
                raise InputError(needed="at least two actions, all different", found=", ".join(said.actions) or "none")
        return tuple(said.states), tuple(said.types) if said.types else SINGLE, tuple(said.actions)

    @cached_property
    def prior(self) -> Array:
        """p[s, t], exact."""
        said, (states, types, _) = self.file.rivals, self._labels
        if said.prior is None:
            told = self.law(said.states, "rivals", "states")
            own = self.law(said.types, "rivals", "types") if said.types else rational.exact(np.array([1]))
            return np.multiply.outer(told, own)
        with self.at("rivals", "prior"):
            names = {**self.parameters, "state": along(values(states), 0, 2), "type": along(values(types), 1, 2)}
            return cells(said.prior, names, (len(states), len(types)), ("states", "types"))

    def _utility(self, said: str | list, *path: str | int, people: Array | None = None) -> Array:
        """[s, t, a], exact."""
        labels = self._labels
        axes = {
            name: along(values(x), k, 3)
            for k, (name, x) in enumerate(zip(("state", "type", "action"), labels, strict=True))
        }
        if people is not None:
            axes["people"] = people
        with self.at(*path):
            clash = sorted(set(axes) & set(self.parameters))
            if clash:
                raise InputError(needed="names that no parameter has", found=repr(clash[0]))
            return cells(said, {**self.parameters, **axes}, [len(x) for x in labels], ("states", "types", "actions"))

    @cached_property
    def everybody(self) -> Rivals:
        """All AIs on the market, then all candidates, exact."""
        said = self.file.rivals
        u = self._utility(self.file.people.utility, "people", "utility")
        both = sorted(set(said.ais) & set(said.candidates))
        with self.at("rivals", "candidates"):
            if both:
                raise InputError(needed="candidates that are not on the market", found=repr(both[0]))
        with self.at("rivals", "ais"):
            if not said.ais:
                raise InputError(needed="at least one AI", found="none")
        rows = [
            self._utility(text, "rivals", key, name, people=u)
            for key, part in (("ais", said.ais), ("candidates", said.candidates))
            for name, text in part.items()
        ]
        states, types, actions = self._labels
        with self.at("rivals"):
            return Rivals.of(
                self.prior,
                u,
                np.stack(rows),
                names=[*said.ais, *said.candidates],
                states=states,
                types=types,
                actions=actions,
            )

    # ── today and changes ───────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def today(self) -> Situation:
        """The market as it is."""
        market = self.everybody.only(range(len(self.file.rivals.ais)))
        with self.at("rivals", "use"):
            return Situation("today", "", market, self._use(self.file.rivals.use, market))

    def _use(self, said: str, market: Rivals) -> str:
        return self.known(said, (*USES, *market.names), "a way to use AIs, or an AI,")

    @property
    def candidates(self) -> tuple[str, ...]:
        """AIs that are not on the market and may enter."""
        return tuple(self.file.rivals.candidates)

    def entered(self, name: str) -> Situation:
        """Today's market with one candidate more."""
        market = self.everybody.only([*range(self.today.rivals.k), self.everybody.names.index(name)])
        return Situation(f"{name} enters", "", market, self.today.use)

    @cached_property
    def changes(self) -> list[Situation]:
        """The market after each change that the file names."""
        found: list[Situation] = []
        for k, change in enumerate(self.file.changes):
            if change.name in ("today", *(f.name for f in found)):
                with self.at("changes", k, "name"):
                    raise InputError(needed="a name that no other market has", found=repr(change.name))
            here = self._set(change, k) if change.set else self
            found.append(here._changed(change, k))
        return found

    def _set(self, change: Change, k: int) -> RivalsScenario:
        for name in change.set:
            with self.at("changes", k, "set"):
                self.known(name, list(self.file.parameters), "a parameter")
        try:
            return self.having(**change.set)
        except InputError as error:  # names the parameter, as for one that is set on the command line
            with self.at("changes", k, "set"):
                raise InputError(needed=error.needed, found=error.found, remedy=error.remedy) from None

    def _changed(self, change: Change, k: int) -> Situation:
        everybody, names = self.everybody, list(self.today.rivals.names)
        with self.at("changes", k, "admit"):
            names += [self.known(n, self.candidates, "a candidate") for n in change.admit]
        with self.at("changes", k, "remove"):
            gone = [self.known(n, names, "an AI") for n in change.remove]
        names = [n for n in dict.fromkeys(names) if n not in gone]
        groups: list[list[str]] = [[n] for n in names]
        with self.at("changes", k, "merge"):
            for together in change.merge:
                members = [self.known(n, names, "an AI that is there") for n in together]
                if len(set(members)) < 2 or any(len(g) > 1 and set(g) & set(members) for g in groups):
                    raise InputError(needed="groups of at least two, nobody in two of them", found=", ".join(together))
                groups = [g for g in groups if g[0] not in members] + [list(dict.fromkeys(members))]
        with self.at("changes", k):
            market = merged(everybody, groups)
            if not (change.admit or change.remove or change.merge or change.set or change.use):
                raise InputError(needed="something that changes: admit, remove, merge, set or use", found="nothing")
        with self.at("changes", k, "use"):
            use = self._use(change.use or self.file.rivals.use, market) if change.use else self._kept(market)
        return Situation(change.name, change.about, market, use)

    def _kept(self, market: Rivals) -> str:
        """As today, unless the only AI that people use is no longer there."""
        use = self.file.rivals.use
        if use in USES or use in market.names:
            return use
        merged_into = [n for n in market.names if use in n.split(" + ")]
        if merged_into:
            return merged_into[0]
        raise InputError(needed=f"how people use the AIs after {use} has left", found="nothing", remedy="Say `use`.")

    # ── trials ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _positive(self, said: Sequence[str], what: str, key: str) -> list[float]:
        found = [self.number(x, "stress", key) for x in said]
        with self.at("stress", key):
            if any(x < 0 for x in found):
                raise InputError(needed=f"{what} of at least 0", found=rational.decimal(min(found), 6))
        return [float(x) for x in found]

    @property
    def lambdas(self) -> list[float]:
        return self._positive(self.file.stress.lambdas, "λ", "lambdas")

    @property
    def errors(self) -> list[float]:
        return self._positive(self.file.stress.noise, "errors", "noise")


def merged(everybody: Rivals, groups: Sequence[Sequence[str]]) -> Rivals:
    """One AI for each group of names, which wants the sum of what its members want. Raises InputError where none is left."""
    if not groups:
        raise InputError(needed="at least one AI that stays", found="none")
    rows = [sum(everybody.bobs[everybody.names.index(n)] for n in group) for group in groups]
    return replace(everybody, bobs=np.stack(rows), names=tuple(" + ".join(group) for group in groups))
