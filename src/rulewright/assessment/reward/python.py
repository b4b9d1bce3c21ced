"""A user's own reward, from a Python file: the functions and tables it may give, read into a case.

    reward(state, action, next_state) → number, or {term: number}     the only thing that must be there
    TERMS         names in their order, or {name: weight}             weights multiply what `reward` gives
    SHAPING       names of terms that only help to learn              POTENTIAL(state) → number: Φ of all of them together
    DISCOUNT, TIME_STEP, TERMINATES                                   what check 8 asks for
    TRAJECTORIES  {name: [(state, action, next_state), …]}, or {name: {"steps": […], "length": 10}}, or {name: {"total": 3}}
    PREFERENCES   [(better, worse), or (better, worse, share of people)]
    OUTCOMES      keys of states that should matter, or {name: f(state, action, next_state) → such a triple, with it changed}
    REFERENCE     {"idle": name, "success": name, "failure": name}    ACCEPTABLE = {"rate": …} or {"distance": …}; UNIT
    INTENDED      name of a trajectory
    STATES        {name: state}: names that trajectories and MDP may then use for states
    MDP           {"start": s, "goal": [s, …], "moves": {s: {action: s′, or {s′: chance}}}}
    ENV           something with reset() and step(action), or what makes one; ACTIONS, SUCCESS(state), HORIZON
    CHANGED       [{"on": "2026-03-01", "what": "…", "after_viewing": True}], or [] if nothing was

A float stands for the decimal that it prints as, and everything after it is exact.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ... import user_code
from ...errors import InputError, RulewrightError
from ...numerics import rational
from ...numerics.rational import Array
from ...welfare.rewards.reward import Case, Change, Played, Preference, Risk, Term, Trajectory
from ...welfare.rewards.search import Search, play
from ...welfare.rewards.world import World, exact_world

KNOWN = (
    *(
        "TERMS",
        "SHAPING",
        "POTENTIAL",
        "DISCOUNT",
        "TIME_STEP",
        "TERMINATES",
        "TRAJECTORIES",
        "PREFERENCES",
        "OUTCOMES",
    ),
    *(
        "REFERENCE",
        "ACCEPTABLE",
        "UNIT",
        "INTENDED",
        "MDP",
        "STATES",
        "ENV",
        "ACTIONS",
        "SUCCESS",
        "HORIZON",
        "CHANGED",
    ),
)
ONE = "reward"  # what the term of a reward without terms is called
SLOWEST = 5.0  # seconds of a call
AGAIN = 100  # steps that are asked again
LARGEST = Fraction(10**100)  # of a number: sums of such are still floats where they are drawn
Step = tuple[Any, Any, Any]


def read(said: str) -> tuple[Case, str]:
    """(case, title) of FILE.py, or FILE.py:name of the function. Raises InputError with the line where the file fails."""
    path, name = user_code.split(said)
    made = user_code.module(path)
    function = getattr(made, name or ONE, None)
    if not callable(function):
        raise InputError(
            where=str(path),
            needed=f"a function {name or ONE}(state, action, next_state)",
            found=", ".join(n for n, v in vars(made).items() if callable(v) and not n.startswith("_")) or "no function",
            remedy=f"Name it: {path}:NAME.",
        )
    title = next(iter((made.__doc__ or "").strip().splitlines()), "") or path.stem
    return _Reader(path, made, function).case(), title


class _Reader:
    def __init__(self, path: Path, made: ModuleType, function: Callable[..., Any]) -> None:
        self.path, self.made, self.function = path, made, function
        for name in vars(made):
            if name.isupper() and name not in KNOWN:
                near = [k for k in KNOWN if k.rstrip("S") == name.rstrip("S")]
                if near:
                    raise InputError(where=f"{path}, {name}", needed=near[0], found=name)

    def said(self, name: str, default: Any = None) -> Any:
        return getattr(self.made, name, default)

    @contextmanager
    def at(self, place: str, seconds: float = user_code.LOADING) -> Iterator[None]:
        """Whatever the user's code or tables raise inside is told with its place."""
        try:
            with user_code.limited(seconds):
                yield
        except RulewrightError as error:
            raise error if error.where.startswith(str(self.path)) else error.at(f"{self.path}, {place}") from None
        except user_code.TooSlow as late:
            if late.args != (seconds,):  # a wider limit was reached
                raise
            raise InputError(
                where=f"{self.path}, {place}", needed=f"an answer within {seconds:g} seconds", found="none"
            ) from None
        except (Exception, SystemExit) as error:
            raise InputError(
                where=f"{user_code.place(self.path, error)}, {place}",
                needed="something that can be used",
                found=user_code.told(error),
            ) from None

    def case(self) -> Case:
        steps = self._steps()
        self.names = self._names(steps)
        weights, shaping = self._weights(), self._shaping()
        discount = self.said("DISCOUNT")
        with self.at("DISCOUNT"):
            gamma = None if discount is None else _number(discount)
            if gamma is not None and not 0 <= gamma <= 1:
                raise InputError(needed="a number from 0 to 1", found=repr(discount))
        terms = tuple(Term(n, w, n in shaping) for n, w in zip(self.names, weights, strict=True))
        outcomes, changed = self.said("OUTCOMES"), self.said("CHANGED")
        with self.at("TERMINATES"):
            said = self.said("TERMINATES")
            ends = None if said is None else (said,) if isinstance(said, str) else tuple(map(str, said))
        self._steady([s for one in steps.values() for s in one["steps"]])
        trajectories = tuple(self._trajectory(name, said) for name, said in steps.items())
        time_step = self.said("TIME_STEP")
        case = Case(
            terms,
            trajectories,
            self._preferences(list(steps)),
            gamma,
            None if time_step is None else str(time_step),
            ends,
            None if outcomes is None else tuple(map(str, outcomes)),
            self._risk(list(steps)),
            self._known("INTENDED", self.said("INTENDED"), list(steps)),
            self._world(),
            None if changed is None else self._changes(changed),
            unit=str(self.said("UNIT", "")),
        )
        return case if self.said("ENV") is None else replace(case, play=self._play(case))

    def state(self, said: Any) -> Any:
        """The state that a name stands for, or what was said. Raises InputError for text that names no state."""
        named = self.said("STATES", {})
        if isinstance(said, Hashable) and said in named:
            return named[said]
        if isinstance(said, str) and named and not any(isinstance(s, str) for s in named.values()):
            near = get_close_matches(said, [n for n in named if isinstance(n, str)], n=1)
            remedy = f"Did you mean {near[0]!r}?" if near else ""
            raise InputError(needed=f"a state of STATES: {', '.join(map(str, named))}", found=repr(said), remedy=remedy)
        return said

    def _step(self, said: Step) -> Step:
        return self.state(said[0]), said[1], self.state(said[2])

    # ── terms ───────────────────────────────────────────────────────────────────────────────────────────────────

    def paid(self, step: Step) -> dict[str, Fraction]:
        """What `reward` says of a step, by term."""
        with self.at("reward", SLOWEST):
            found = self.function(*copy.deepcopy(step))  # what it changes in a state changes nothing else
        with self.at(f"reward{_words(step)}"):
            if isinstance(found, Mapping):
                return {str(n): _number(v) for n, v in found.items()}
            return {ONE: _number(found)}

    def _steady(self, steps: Sequence[Step]) -> None:
        """Raises InputError where the same step is paid in two ways: checks of a reward that is random would say nothing."""
        for step in steps[:AGAIN]:
            first, second = self.paid(step), self.paid(step)
            if first != second:
                told = " and ".join(
                    ", ".join(f"{n} {float(v):.6g}" if n != ONE else f"{float(v):.6g}" for n, v in one.items())
                    for one in (first, second)
                )
                raise InputError(
                    where=f"{self.path}, reward{_words(step)}",
                    needed="the same reward whenever it is asked",
                    found=told,
                    remedy="Fix its seed, or give its mean.",
                )

    def _names(self, steps: Mapping[str, Any]) -> list[str]:
        """Of terms: as TERMS has them, or as they come in steps and moves."""
        said = self.said("TERMS")
        seen = list(dict.fromkeys(n for one in steps.values() for s in one["steps"] for n in self.paid(s)))
        seen += [n for s, *_ in self._moves() for n in self.paid(self._step(s)) if n not in seen]
        if said is None:
            return list(dict.fromkeys(seen)) or [ONE]
        with self.at("TERMS"):
            names = [str(n) for n in said]
            if isinstance(said, str) or len(set(names)) < len(names):
                raise InputError(needed="a list of names that differ", found=user_code.shown(said))
        stray = next((n for n in seen if n not in names), None)
        if stray is not None:
            raise InputError(
                where=f"{self.path}, TERMS", needed="every term that `reward` gives", found=f"no {stray!r}"
            )
        return names

    def _weights(self) -> list[Fraction]:
        said = self.said("TERMS")
        with self.at("TERMS"):
            return [_number(said[n]) if isinstance(said, Mapping) else Fraction(1) for n in self.names]

    def _shaping(self) -> list[str]:
        said = self.said("SHAPING", ())
        with self.at("SHAPING"):
            names = [said] if isinstance(said, str) else list(said)
        for n in names:
            self._known("SHAPING", n, self.names)
        return names

    def _row(self, step: Step) -> list[Fraction]:
        found = self.paid(step)
        return [found.get(n, Fraction(0)) for n in self.names]

    def values(self, steps: Sequence[Step]) -> Array:
        """[step, term], exact."""
        return rational.filled((len(steps), len(self.names)), [x for s in steps for x in self._row(s)])

    # ── trajectories ────────────────────────────────────────────────────────────────────────────────────────────

    def _steps(self) -> dict[str, dict[str, Any]]:
        """{name: {"steps", "length", "total", "words"}}."""
        found = {}
        said = self.said("TRAJECTORIES", {})
        if not isinstance(said, Mapping):
            raise InputError(where=f"{self.path}, TRAJECTORIES", needed="{name: steps}", found=type(said).__name__)
        for name, one in said.items():
            with self.at(f"TRAJECTORIES[{name!r}]"):
                table = dict(one) if isinstance(one, Mapping) else {"steps": one}
                stray = set(table) - {"steps", "length", "total"}
                if stray:
                    raise InputError(needed="steps, length or total", found=repr(sorted(stray)[0]))
                if ("steps" in table) == ("total" in table):
                    raise InputError(needed="either steps or a total", found="both or neither")
                steps = [tuple(s) for s in table.get("steps", ())]
                if any(len(s) != 3 for s in steps) or ("steps" in table and not steps):
                    raise InputError(needed="steps (state, action, next_state)", found="something else, or none")
                words = tuple(f"{_short(s)} –{a}→ {_short(t)}" for s, a, t in steps)
                steps = [(self.state(s), a, self.state(t)) for s, a, t in steps]
                length = None if table.get("length") is None else _number(table["length"])
                if length is not None and length < 0:
                    raise InputError(where="length", needed="at least 0", found=str(length))
                total = None if table.get("total") is None else _number(table["total"])
                if str(name) in found:
                    raise InputError(needed="a name that no other has", found=repr(name))
                found[str(name)] = {"steps": steps, "length": length, "total": total, "words": words}
        return found

    def _trajectory(self, name: str, said: Mapping[str, Any]) -> Trajectory:
        steps = said["steps"]
        with self.at(f"TRAJECTORIES[{name!r}]"):
            phi = None
            potential = self.said("POTENTIAL")
            if potential is not None and steps:
                phi = rational.filled((len(steps), 2), [_number(potential(x)) for s, _, t in steps for x in (s, t)])
            return Trajectory(
                name,
                self.values(steps),
                (),
                said["length"],
                said["words"],
                said["total"],
                self._moved(steps) if steps else {},
                phi,
            )

    def _moved(self, steps: Sequence[Step]) -> dict[str, Array]:
        outcomes = self.said("OUTCOMES") or ()
        if isinstance(outcomes, Mapping):
            return {
                str(n): np.stack([self.values([tuple(f(*copy.deepcopy(s))) for s in steps])])
                for n, f in outcomes.items()
            }  # type: ignore[misc]
        found = {}
        for name in outcomes:
            if not all(isinstance(t, Mapping) and name in t for _, _, t in steps):
                raise InputError(
                    where=f"{self.path}, OUTCOMES",
                    needed=f"states that are tables with {name!r}, or {{name: function that changes a step}}",
                    found="a state without it",
                )
            variants = [[_changed(s, name, k) for s in steps] for k in range(3)]
            found[str(name)] = np.stack([self.values(v) for v in variants])
        return found

    # ── what people say ─────────────────────────────────────────────────────────────────────────────────────────

    def _known(self, place: str, name: Any, among: Sequence[str]) -> Any:
        if name is not None and name not in among:
            raise InputError(
                where=f"{self.path}, {place}", needed=f"one of {', '.join(among) or 'none'}", found=repr(name)
            )
        return name

    def _preferences(self, names: list[str]) -> tuple[Preference, ...]:
        found = []
        with self.at("PREFERENCES"):
            for pair in self.said("PREFERENCES", ()):
                if isinstance(pair, str) or len(pair) not in (2, 3):
                    raise InputError(needed="(better, worse) or (better, worse, share)", found=user_code.shown(pair))
                better, worse, *rest = pair
                for n in (better, worse):
                    self._known("PREFERENCES", n, names)
                if better == worse:
                    raise InputError(needed="two different trajectories", found=f"{better!r} twice")
                share = _number(rest[0]) if rest else None
                if share is not None and not 0 <= share <= 1:
                    raise InputError(needed="a share of people from 0 to 1", found=repr(rest[0]))
                found.append(Preference(better, worse, share))
        return tuple(found)

    def _risk(self, names: list[str]) -> Risk | None:
        said, limits = self.said("REFERENCE"), self.said("ACCEPTABLE", {})
        if said is None:
            return None
        with self.at("REFERENCE"):
            three = [self._known("REFERENCE", said[key], names) for key in ("idle", "success", "failure")]
            if len(set(three)) < 3:
                raise InputError(needed="three different trajectories", found=", ".join(map(str, three)))
        with self.at("ACCEPTABLE"):
            stray = sorted(set(limits) - {"rate", "distance"})
            if stray:
                raise InputError(needed="rate or distance", found=repr(stray[0]))
            rate, distance = (None if limits.get(k) is None else _number(limits[k]) for k in ("rate", "distance"))
            if (rate is not None and not 0 < rate < 1) or (distance is not None and distance <= 0):
                raise InputError(needed="a rate between 0 and 1, a distance above 0", found=repr(dict(limits)))
        idle, success, failure = three
        return Risk(idle, success, failure, rate, distance)

    def _changes(self, said: Any) -> tuple[Change, ...]:
        with self.at("CHANGED"):
            odd = next((c["after_viewing"] for c in said if not isinstance(c["after_viewing"], bool)), None)
            if odd is not None:
                raise InputError(where="after_viewing", needed="True or False", found=user_code.shown(odd))
            return tuple(Change(str(c["on"]), str(c["what"]), bool(c["after_viewing"])) for c in said)

    # ── worlds and environments ─────────────────────────────────────────────────────────────────────────────────

    def _moves(self) -> list[tuple[Step, Fraction]]:
        """((state, action, next), chance) of MDP."""
        said, found = self.said("MDP"), []
        if said is None:
            return []
        with self.at("MDP"):
            for s, acts in said["moves"].items():
                for a, to in acts.items():
                    law = to if isinstance(to, Mapping) else {to: 1}
                    found += [((s, a, t), _number(p)) for t, p in law.items()]
        return found

    def _world(self) -> World | None:
        said, moves = self.said("MDP"), self._moves()
        if said is None:
            return None
        with self.at("MDP"):
            states = list(dict.fromkeys([said["start"], *(x for (s, _, t), _ in moves for x in (s, t))]))
            at = {s: k for k, s in enumerate(states)}
            if said["start"] not in said["moves"]:
                raise InputError(where="start", needed="a state that moves leave", found=user_code.shown(said["start"]))
            stray = next((g for g in said.get("goal", ()) if g not in at), None)
            if isinstance(said.get("goal"), str) or stray is not None:
                raise InputError(where="goal", needed="a list of states", found=user_code.shown(said["goal"]))
            goal = frozenset(at[g] for g in said.get("goal", ()))
            rows = [(at[s], str(a), at[t], p) for (s, a, t), p in moves]
            world = exact_world(
                tuple(map(_short, states)),
                rows,
                self.values([self._step(s) for s, _ in moves]),
                at[said["start"]],
                goal,
            )
        potential = self.said("POTENTIAL")
        if potential is None:
            return world
        with self.at("POTENTIAL"):
            return replace(
                world, potential=rational.filled((len(states),), [_number(potential(self.state(s))) for s in states])
            )

    def _play(self, case: Case) -> Callable[[], list[Played]]:
        def played() -> list[Played]:
            made = self.said("ENV")
            with self.at("ENV"):
                env = made() if not hasattr(made, "step") or isinstance(made, type) else made
                space, actions = getattr(env, "action_space", None), self.said("ACTIONS")
                if actions is None:
                    actions = range(int(space.n)) if space is not None and hasattr(space, "n") else ()
                success = self.said("SUCCESS")
                if success is None:
                    raise InputError(
                        needed="SUCCESS(state), which says that what was intended has happened", found="none"
                    )
                how = Search(tuple(actions), int(self.said("HORIZON", 200)))
                weights = dict(zip(self.names, case.weights, strict=True))

                def reward(s: Any, a: Any, t: Any) -> Fraction:
                    return sum((weights.get(n, Fraction(1)) * v for n, v in self.paid((s, a, t)).items()), Fraction(0))

                return play(env, reward, success, case.gamma, how)

        return played


def _changed(step: Step, name: Any, k: int) -> Step:
    """The step with one key of its next state changed: a yes to a no, a number by 1 up, by 1 down, and to a large one."""
    s, a, t = copy.deepcopy(step)
    value = t[name]
    t[name] = (not value) if isinstance(value, (bool, np.bool_)) else (value + 1, value - 1, 2 * value + 100)[k]
    return s, a, t


def _number(value: Any) -> Fraction:
    """Exactly. Raises InputError for what is no finite number; a yes is 1."""
    try:
        found = Fraction(int(value)) if isinstance(value, (bool, np.bool_)) else rational.fraction(value)
    except ValueError:
        raise InputError(needed="a finite number", found=user_code.shown(value)) from None
    if abs(found) > LARGEST:
        raise InputError(needed=f"a number of at most {float(LARGEST):g}", found=user_code.shown(value))
    return found


def _short(state: Any) -> str:
    if isinstance(state, Mapping):
        return ", ".join(f"{n} {v}" for n, v in state.items())
    return str(state)


def _words(step: Step) -> str:
    return f"({', '.join(_short(x) for x in step)})"[:120]
