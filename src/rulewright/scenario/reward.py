"""A reward scenario: a reward function as formulas of what a step is like, with trajectories, and what people say of them.

A file is one of this kind if it has a table [reward]; what it may say is in `reward_file.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from ..errors import InputError
from ..numerics import rational
from ..numerics.formula import Formula
from ..numerics.rational import Array
from ..welfare.rewards.reward import Case, Change, Preference, Risk, Term, Trajectory
from ..welfare.rewards.world import World, exact_world
from .reward_file import MoveSaid, RewardFile, RewardSaid
from .written import Written

ZERO = Fraction(0)


@dataclass(frozen=True)
class RewardScenario(Written):
    """A reward that was read from a file."""

    file: RewardFile = field(repr=False)

    def check(self) -> None:
        _ = self.case

    @property
    def said(self) -> RewardSaid:
        return self.file.reward

    @cached_property
    def case(self) -> Case:
        """The reward as it is checked. Raises InputError with its place."""
        said = self.said
        self._names()
        trajectories = tuple(self._trajectory(name) for name in said.trajectories)
        known = [t.name for t in trajectories]
        for k, pair in enumerate(said.preferences):
            for key in ("better", "worse"):
                with self.at("reward", "preferences", k, key):
                    self.known(getattr(pair, key), known, "a trajectory")
        for key in ("idle", "success", "failure") if said.risk else ():
            with self.at("reward", "risk", key):
                self.known(getattr(said.risk, key), known, "a trajectory")
        if said.intended is not None:
            with self.at("reward", "intended"):
                self.known(said.intended, known, "a trajectory")
        changes = (
            None if said.changed is None else tuple(Change(str(c.on), c.what, c.after_viewing) for c in said.changed)
        )
        return Case(
            terms=self.terms,
            trajectories=trajectories,
            preferences=tuple(
                Preference(p.better, p.worse, self._share(p.consensus, "reward", "preferences", k, "consensus"))
                for k, p in enumerate(said.preferences)
            ),
            discount=self._share(said.discount, "reward", "discount"),
            time_step=said.time_step,
            terminates=None if said.terminates is None else tuple(said.terminates),
            outcomes=None if said.outcomes is None else tuple(said.outcomes),
            risk=self._risk(),
            intended=said.intended,
            world=self._world,
            changes=changes,
            unit=said.unit,
        )

    # ── names ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _both(self) -> list[str]:
        """All that formulas of terms may name of a step."""
        return [*self.said.features, *(f"{when}.{x}" for when in ("before", "after") for x in self.said.state)]

    def _names(self) -> None:
        said = self.said
        for key, names in (("features", said.features), ("state", said.state)):
            twice = next((n for n in names if names.count(n) > 1 or n in self.parameters), None)
            if twice is not None:
                with self.at("reward", key):
                    raise InputError(needed="names that are there once, and that no parameter has", found=repr(twice))
        for name in said.outcomes or ():
            with self.at("reward", "outcomes"):
                self.known(name, self._both, "a feature")
        twice = next((t.name for t in said.terms if [u.name for u in said.terms].count(t.name) > 1), None)
        if twice is not None:
            with self.at("reward", "terms"):
                raise InputError(needed="a name for every term that no other has", found=repr(twice))
        for k, term in enumerate(said.terms):
            if term.potential is not None and not term.shaping:
                with self.at("reward", "terms", k, "potential"):
                    raise InputError(
                        needed="shaping = true, of what has a potential", found="a term of the true reward"
                    )

    def _share(self, text: str | None, *path: str | int) -> Fraction | None:
        if text is None:
            return None
        found = self.number(text, *path)
        with self.at(*path):
            if not 0 <= found <= 1:
                raise InputError(needed="a number from 0 to 1", found=rational.decimal(found, 6))
        return found

    def _risk(self) -> Risk | None:
        said = self.said.risk
        if said is None:
            return None
        with self.at("reward", "risk"):
            if len({said.idle, said.success, said.failure}) < 3:
                raise InputError(
                    needed="three different trajectories", found=f"{said.idle}, {said.success}, {said.failure}"
                )
        rate = self._share(said.rate, "reward", "risk", "rate")
        if rate is not None and not 0 < rate < 1:
            with self.at("reward", "risk", "rate"):
                raise InputError(needed="more than 0 and less than 1", found=rational.decimal(rate))
        distance = None if said.distance is None else self.number(said.distance, "reward", "risk", "distance")
        with self.at("reward", "risk", "distance"):
            if distance is not None and distance <= 0:
                raise InputError(needed="more than 0", found=rational.decimal(distance))
            crash = self.said.trajectories[said.failure].length if distance is not None else None
            if distance is not None and crash is not None and distance <= self.number(crash):
                raise InputError(needed="more than the length of a failed attempt", found=rational.decimal(distance))
        return Risk(said.idle, said.success, said.failure, rate, distance)

    # ── terms of steps ──────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """All, with their weights. Raises InputError with its place."""
        found = []
        for k, t in enumerate(self.said.terms):
            reads = self._formulas[k].names - set(self.parameters)
            weight = self.number(t.weight, "reward", "terms", k, "weight")
            found.append(Term(t.name, weight, t.shaping, frozenset(reads), t.formula))
        return tuple(found)

    @cached_property
    def _formulas(self) -> list[Formula]:
        found = []
        for k, t in enumerate(self.said.terms):
            with self.at("reward", "terms", k, "formula"):
                formula = Formula(t.formula, "formula")
                names = {name: np.array(ZERO, dtype=object) for name in self._both}
                unknown = formula.names - set(names) - set(self.parameters)
                if unknown:
                    self.known(sorted(unknown)[0], [*self._both, *self.parameters], "a feature or a parameter")
                found.append(formula)
        return found

    @cached_property
    def _potentials(self) -> list[tuple[Fraction, Formula]] | None:
        """(weight, Φ) of every shaping term, if each has one."""
        found = []
        for k, t in enumerate(self.said.terms):
            if t.shaping and t.potential is None:
                return None
            if t.shaping and t.potential is not None:
                with self.at("reward", "terms", k, "potential"):
                    formula = Formula(t.potential, "potential")
                    for name in sorted(formula.names - set(self.parameters)):
                        self.known(name, self.said.state, "a feature of a state")
                found.append((self.terms[k].weight, formula))
        return found or None

    def _values(self, steps: list[dict[str, Fraction]], *path: str | int) -> Array:
        """[step, term], exact."""
        columns = {name: rational.filled((len(steps),), [s[name] for s in steps]) for name in self._both}
        found = rational.filled((len(steps), len(self.said.terms)), [ZERO] * len(steps) * len(self.said.terms))
        for k, formula in enumerate(self._formulas):
            with self.at("reward", "terms", k, "formula"), _place(path):
                found[:, k] = np.broadcast_to(formula.value({**self.parameters, **columns}), (len(steps),))
        return found

    def _phi(self, states: list[dict[str, Fraction]]) -> Array | None:
        """[state]: Φ of all shaping together."""
        if self._potentials is None:
            return None
        columns = {name: rational.filled((len(states),), [s[name] for s in states]) for name in self.said.state}
        found = rational.filled((len(states),), [ZERO] * len(states))
        for weight, formula in self._potentials:
            found = found + weight * np.broadcast_to(formula.value({**self.parameters, **columns}), (len(states),))
        return found

    def _numbers(self, said: Mapping[str, str], names: list[str], *path: str | int) -> dict[str, Fraction]:
        """A number for every name, 0 where none is said."""
        for name in said:
            with self.at(*path, name):
                self.known(name, names, "a feature")
        return {name: self.number(said[name], *path, name) if name in said else ZERO for name in names}

    def _step(
        self, said: Mapping[str, str], before: dict[str, Fraction], after: dict[str, Fraction], *path: str | int
    ) -> dict[str, Fraction]:
        return {
            **self._numbers(said, self.said.features, *path),
            **{f"before.{x}": before[x] for x in self.said.state},
            **{f"after.{x}": after[x] for x in self.said.state},
        }

    # ── trajectories ────────────────────────────────────────────────────────────────────────────────────────────

    def _trajectory(self, name: str) -> Trajectory:
        said, path = self.said.trajectories[name], ("reward", "trajectories", name)
        length = None if said.length is None else self.number(said.length, *path, "length")
        with self.at(*path):
            if sum(part is not None for part in (said.steps, said.path, said.total)) != 1:
                raise InputError(needed="one of steps, path and total", found="none or several")
            if length is not None and length < 0:
                raise InputError(where="length", needed="at least 0", found=rational.decimal(length))
        if said.total is not None:
            none = rational.filled((0, len(self.said.terms)), [])
            return Trajectory(name, none, length=length, total=self.number(said.total, *path, "total"))
        steps, words, repeats = self._path(name) if said.path is not None else self._steps(name)
        states = [[{x: s[f"{when}.{x}"] for x in self.said.state} for s in steps] for when in ("before", "after")]
        phi = [self._phi(side) for side in states]
        pair = None if phi[0] is None or phi[1] is None else np.stack([phi[0], phi[1]], axis=1)
        values = self._values(steps, *path)
        moved = {f: np.stack([self._moved(v, values) for v in _variants(steps, f)]) for f in self._both}
        return Trajectory(name, values, repeats, length, words, None, moved, pair)

    def _moved(self, steps: list[dict[str, Fraction]], values: Array) -> Array:
        """[step, term] of changed steps; as they were, where a formula has no value there (a division by 0)."""
        try:
            return self._values(steps)
        except InputError:
            return values

    def _steps(self, name: str) -> tuple[list[dict[str, Fraction]], tuple[str, ...], tuple[int, ...]]:
        steps, words, repeats = [], [], []
        for k, s in enumerate(self.said.trajectories[name].steps or ()):
            path = ("reward", "trajectories", name, "steps", k)
            before = self._numbers(s.before, self.said.state, *path, "before")
            after = self._numbers(s.after, self.said.state, *path, "after")
            steps.append(self._step(s.features, before, after, *path))
            count = self.number(s.repeat, *path, "repeat")
            with self.at(*path):
                if count.denominator != 1 or count < 1:
                    raise InputError(
                        where="repeat", needed="a whole number of at least 1", found=rational.decimal(count)
                    )
            repeats.append(int(count))
            words.append(s.name or ", ".join(f"{n} {v}" for n, v in s.features.items()) or "nothing")
        with self.at("reward", "trajectories", name):
            if not steps:
                raise InputError(needed="at least one step", found="none")
        return steps, tuple(words), tuple(repeats)

    def _path(self, name: str) -> tuple[list[dict[str, Fraction]], tuple[str, ...], tuple[int, ...]]:
        said, steps, words = self.said.trajectories[name].path or [], [], []
        with self.at("reward", "trajectories", name, "path"):
            if self.said.world is None:
                raise InputError(needed="[reward.world], for a path through it", found="none")
            if len(said) < 3 or len(said) % 2 == 0:
                raise InputError(needed="state, act, state, …", found=f"{len(said)} words")
            for source, act, target in zip(said[::2], said[1::2], said[2::2], strict=False):
                for move, s, t, k in self._moves:
                    if (s, move.act, t) == (source, act, target):
                        steps.append(self._moving(move, s, t, k))
                        break
                else:
                    raise InputError(needed="moves of the world", found=f"{source} –{act}→ {target}")
                words.append(f"{source} –{act}→ {target}")
        return steps, tuple(words), (1,) * len(steps)

    # ── the world ───────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _states(self) -> dict[str, dict[str, Fraction]]:
        """{state: features}, in order of first mention."""
        said = self.said.world
        assert said is not None
        names = list(
            dict.fromkeys(
                [said.start, *said.states, *(s for _, s, _, _ in self._moves), *(t for _, _, t, _ in self._moves)]
            )
        )
        return {
            n: self._numbers(said.states.get(n, {}), self.said.state, "reward", "world", "states", n) for n in names
        }

    @cached_property
    def _moves(self) -> list[tuple[MoveSaid, str, str, int]]:
        """(move, from, to, number of the move) for every state it may lead to."""
        said = self.said.world
        found = []
        for k, move in enumerate(said.moves if said else ()):
            targets = [move.to] if isinstance(move.to, str) else list(move.to)
            found += [(move, move.at, t, k) for t in targets]
        return found

    def _moving(self, move: MoveSaid, s: str, t: str, k: int) -> dict[str, Fraction]:
        path = ("reward", "world", "moves", k)
        with self.at(*path, "then"):
            for name in move.then:
                self.known(name, [move.to] if isinstance(move.to, str) else list(move.to), "a state that it leads to")
        return self._step(
            {**move.features, **move.then.get(t, {})}, self._states[s], self._states[t], *path, "features"
        )

    @cached_property
    def _world(self) -> World | None:
        said = self.said.world
        if said is None:
            return None
        names = list(self._states)
        with self.at("reward", "world", "start"):
            self.known(said.start, [m.at for m in said.moves], "a state that moves leave")
        with self.at("reward", "world", "goal"):
            for name in said.goal:
                self.known(name, names, "a state")
        moves, steps = [], []
        for move, s, t, k in self._moves:
            path = ("reward", "world", "moves", k)
            chance = Fraction(1) if isinstance(move.to, str) else self.number(move.to[t], *path, "to", t)
            moves.append((names.index(s), move.act, names.index(t), chance))
            steps.append(self._moving(move, s, t, k))
        with self.at("reward", "world"):
            if len({(s, a, t) for s, a, t, _ in moves}) < len(moves):
                raise InputError(needed="each act of a state once", found="one twice")
            goal = frozenset(names.index(g) for g in said.goal)
            found = exact_world(
                tuple(names), moves, self._values(steps, "reward", "world"), names.index(said.start), goal
            )
        phi = self._phi(list(self._states.values()))
        return found if phi is None else replace(found, potential=phi)


@contextmanager
def _place(path: tuple[str | int, ...]) -> Iterator[None]:
    """A place in the file that a formula's failure also names."""
    try:
        yield
    except InputError as error:
        raise error.at(".".join(map(str, path))) from None


def _variants(steps: list[dict[str, Fraction]], feature: str) -> list[list[dict[str, Fraction]]]:
    """The steps with one feature changed: by 1 up, by 1 down, and to twice what it is and one more."""
    changes = (lambda x: x + 1, lambda x: x - 1, lambda x: 2 * x + 1 if x else Fraction(100))
    return [[{**s, feature: change(s[feature])} for s in steps] for change in changes]
