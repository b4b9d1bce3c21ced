"""Sweeps: what agents do under one rule at every point of a grid of parameters. No design: diagnosis, many times over.

Points go through `Behaviour.many` in chunks. With a folder, each finished chunk is kept at once in `points.jsonl`, so that an
interrupted sweep goes on where it was; chunks begin at fixed places, so that it ends with the same bytes as one that was not.

`on` hands the chunks out as jobs (`rulewright.jobs`), to processes here or to a cluster: the same numbers and bytes. They are
written in order of the grid; with a folder, chunks that are ahead of their turn wait in a store of jobs there (`run`), and are
not done again.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from ..behaviour import Behaviour, named
from ..errors import InputError, TooLarge, Unsolved
from ..game.game import Game
from ..game.games import Games
from ..jobs import Job, each
from ..jobs.run import Place
from ..numerics import rational
from ..numerics.formula import Formula
from ..numerics.rational import Array
from ..scenario.kinds import game
from ..scenario.scenario import Scenario, label
from ..scenario.written import Written
from ..welfare.goals import kept

CHUNK = 32  # points; an interrupted sweep does at most so many again
MOST_POINTS = 1_000_000
TODAY = "today"
KEPT = "points.jsonl"
STORE = "run"
VERSION = "1"  # of what a chunk comes to: a store of another one is not believed
Tell = Callable[[str], None]
Pair = tuple[float | None, float | None]
Chunks = Generator[list[list[float | None]], None, None]


@dataclass(frozen=True, eq=False)
class Sweep:
    """Worst and best goal of each behaviour at each point. Goal units; NaN where a behaviour has no answer."""

    scenario: str
    rule: str
    over: tuple[tuple[str, tuple[Fraction, ...]], ...]
    """Parameters and their values, in the order of the axes."""
    behaviours: tuple[str, ...]
    worst: Array = field(repr=False)
    """[behaviour, *parameters]."""
    best: Array = field(repr=False)

    def __len__(self) -> int:
        return math.prod(len(values) for _, values in self.over)

    def rows(self) -> list[tuple[Any, ...]]:
        """One row per point: values of the parameters as text, then worst and best of each behaviour; the last one moves first."""
        at = itertools.product(*[values for _, values in self.over])
        flat = np.stack([self.worst, self.best], axis=1).reshape(2 * len(self.behaviours), -1).T
        return [(*map(label, point), *map(_number, row)) for point, row in zip(at, flat, strict=True)]

    def heads(self) -> list[str]:
        spans = [f"{name} {end}" for name in self.behaviours for end in ("worst", "best")]
        return [*[name for name, _ in self.over], *spans]

    def csv(self) -> str:
        """A table with a header, one line per point; empty where there is no number."""
        lines = [",".join(_quoted(h) for h in self.heads())]
        lines += [",".join("" if v is None else str(v) for v in row) for row in self.rows()]
        return "\n".join(lines) + "\n"

    def json(self) -> str:
        """The same as JSON."""
        text = {
            "scenario": self.scenario,
            "rule": self.rule,
            "over": {name: list(map(label, values)) for name, values in self.over},
            "behaviours": list(self.behaviours),
            "columns": self.heads(),
            "rows": self.rows(),
        }
        return json.dumps(text, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def sweep(
    source: Written,
    over: Mapping[str, str | Sequence[Any]],
    behaviours: Sequence[str | Behaviour] | None = None,
    *,
    rule: str = TODAY,
    out: Path | str | None = None,
    on: Place = "inline",
    tell: Tell = lambda _: None,
) -> Sweep:
    """Predict play at every point of the grid of `over` ({parameter: "from:to:step", "a,b,c" or values}), under one rule.

    rule: "today", or the name of a [[compare]]. behaviours: names; those of the scenario if None. out: a folder for points.jsonl,
    sweep.csv and sweep.json; a sweep that was interrupted there goes on. on: where the work is done, "inline", "local:4",
    "ray://…" (see `rulewright.jobs`). Raises InputError for what is no game, and for parameters, values, rules or a folder that do
    not fit, TooLarge for grids of more than a million points.
    """
    scenario = game(source, "a sweep")
    axes = axes_of(scenario, over)
    chosen = [b if isinstance(b, Behaviour) else named(b) for b in behaviours or scenario.behaviours]
    repeated = sorted({b.name for b in chosen if [c.name for c in chosen].count(b.name) > 1})
    if repeated:
        raise InputError(where="behaviours", needed="each of them once", found=f"{repeated[0]} twice")
    k = _position(scenario, rule, [name for name, _ in axes])
    grid = [dict(zip([n for n, _ in axes], point, strict=True)) for point in itertools.product(*[v for _, v in axes])]
    judged(scenario, grid[0], k)
    file = None if out is None else _Kept(Path(out), _digest(scenario, axes, chosen, rule))
    rows = [] if file is None else file.begun(len(grid))
    starts = range(len(rows), len(grid), CHUNK)
    if on == "inline":
        chunks = _here(scenario, grid, starts, chosen, k, tell)
    else:
        store = None if out is None else Path(out) / STORE
        chunks = _there(_jobs(scenario, grid, starts, chosen, k), on, store, tell)
    with closing(chunks):
        for new in chunks:
            rows += new
            if file is not None:
                file.add(new)
    shape = (len(chosen), 2, *[len(values) for _, values in axes])
    table = np.array([[np.nan if v is None else v for v in row] for row in rows], dtype=float).T.reshape(shape)
    found = Sweep(scenario.name, rule, tuple(axes), tuple(b.name for b in chosen), table[:, 0], table[:, 1])
    if file is not None:
        file.finish(found)
    return found


def _here(
    scenario: Scenario,
    grid: Sequence[Mapping[str, Fraction]],
    starts: Sequence[int],
    chosen: Sequence[Behaviour],
    compared: int | None,
    tell: Tell,
) -> Chunks:
    """The chunks, one after another."""
    for start in starts:
        tell(f"{start:,} of {len(grid):,} points")
        said = f"{start:,} of {len(grid):,} points: "
        yield _rows(scenario, grid[start : start + CHUNK], chosen, compared, partial(_tell, tell, said))


def _rows(
    scenario: Scenario,
    settings: Sequence[Mapping[str, Fraction]],
    chosen: Sequence[Behaviour],
    compared: int | None,
    tell: Tell,
) -> list[list[float | None]]:
    """[point]: worst and best of each behaviour."""
    games = [judged(scenario, setting, compared) for setting in settings]
    columns = []
    for behaviour in chosen:
        tell(behaviour.name)
        columns.append(spans(behaviour, games))
    return [[_number(v) for pair in row for v in pair] for row in zip(*columns, strict=True)]


def _jobs(
    scenario: Scenario,
    grid: Sequence[Mapping[str, Fraction]],
    starts: Sequence[int],
    chosen: Sequence[Behaviour],
    compared: int | None,
) -> list[Job]:
    """The chunks as jobs. Raises InputError for what cannot be said in text."""
    for behaviour in chosen:
        if not _named(behaviour):
            raise InputError(
                where="behaviours",
                needed="names, where a sweep is done elsewhere",
                found=f"one of your own, {behaviour.name}",
                remedy='Do it here: on="inline".',
            )
    if not scenario.text:
        raise InputError(
            where="a sweep that is done elsewhere", needed="a scenario read from a file", found="one made in Python"
        )
    said: dict[str, Any] = {
        "text": scenario.text,
        "name": scenario.name,
        "folder": str(scenario.folder.absolute()),
        "overrides": {name: str(value) for name, value in scenario.overrides.items()},
        "behaviours": [behaviour.name for behaviour in chosen],
        "compared": compared,
    }
    names = list(grid[0])
    return [
        Job.of(
            points,
            version=VERSION,
            names=names,
            values=[[str(v) for v in setting.values()] for setting in grid[start : start + CHUNK]],
            **said,
        )
        for start in starts
    ]


def _named(behaviour: Behaviour) -> bool:
    """Whether its name is enough to make it again."""
    try:
        known = named(behaviour.name)
    except InputError:
        return False
    return type(known) is type(behaviour) and _said(known) == _said(behaviour)


def points(
    text: str,
    name: str,
    folder: str,
    overrides: dict[str, str],
    behaviours: list[str],
    compared: int | None,
    names: list[str],
    values: list[list[str]],
) -> list[list[float | None]]:
    """A chunk as a job: worst and best of each behaviour at each of the points."""
    scenario = _read(text, name, folder, tuple(overrides.items()))
    settings = [dict(zip(names, map(Fraction, point), strict=True)) for point in values]
    return _rows(scenario, settings, [named(b) for b in behaviours], compared, lambda _: None)


@lru_cache(maxsize=4)
def _read(text: str, name: str, folder: str, overrides: tuple[tuple[str, str], ...]) -> Scenario:
    from ..scenario.load import parse

    return game(parse(text, name=name, origin=name, folder=Path(folder)), "a sweep").having(**dict(overrides))


def _there(jobs: Sequence[Job], on: Place, store: Path | None, tell: Tell) -> Chunks:
    """The chunks in order, done wherever there is room. Raises what a chunk raised."""
    early: dict[str, list[list[float | None]]] = {}
    turn = iter(jobs)
    awaited = next(turn, None)
    with closing(each(jobs, on=on, store=store, tell=lambda p: tell(f"{p} (of {CHUNK} points)"))) as outcomes:
        for outcome in outcomes:
            if "rulewright.errors." in outcome.error:
                outcome.job()  # raises it here, as a sweep without jobs does
            early[outcome.job.key] = outcome.value
            while awaited is not None and awaited.key in early:
                yield early.pop(awaited.key)
                awaited = next(turn, None)


def _tell(tell: Tell, said: str, name: str) -> None:
    tell(said + name)


def judged(scenario: Scenario, setting: Mapping[str, Fraction], compared: int | None = None) -> Game:
    """The game under today's rule, or the k-th one compared, at other parameters; its goal is what people are left with."""
    there = scenario.having(**setting)
    if compared is None:
        rule, place = there.today, ("today",)
    else:
        there, rule = next(itertools.islice(there.compared(), compared, None))
        place = ("compare", compared)  # type: ignore[assignment]
    game, money = there.induced(rule, *place), there.rules.money_weight
    return game.with_goal(kept(game, money)) if money else game


def spans(behaviour: Behaviour, games: Sequence[Game]) -> list[Pair]:
    """(worst, best) of the goal in each game: in one call for games of one shape; None where the behaviour has no answer."""
    found: list[Pair] = [(None, None)] * len(games)
    shapes = [(game.type_counts, game.action_counts) for game in games]
    for shape in dict.fromkeys(shapes):
        where = [k for k, other in enumerate(shapes) if other == shape]
        same = [games[k] for k in where]
        try:
            many = behaviour.many(Games.of(same))
            pairs: list[Pair] = list(zip(many.worst.tolist(), many.best.tolist(), strict=True))
        except (TooLarge, Unsolved):
            pairs = [_alone(behaviour, game) for game in same]
        for k, pair in zip(where, pairs, strict=True):
            found[k] = (_number(pair[0]), _number(pair[1]))
    return found


def _alone(behaviour: Behaviour, game: Game) -> Pair:
    try:
        span = behaviour(game).span(game.goal)
    except (TooLarge, Unsolved):
        return None, None
    return span.worst, span.best


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(float(value), 12) + 0.0


def _quoted(text: str) -> str:
    return f'"{text}"' if "," in text else text


def axes_of(scenario: Written, over: Mapping[str, str | Sequence[Any]]) -> list[tuple[str, tuple[Fraction, ...]]]:
    if not over:
        raise InputError(where="sweep", needed="at least one parameter to sweep over", found="none")
    axes = []
    for name, said in over.items():
        where = f"sweep over {name}"
        try:
            if isinstance(said, str) and ":" in said:
                values = scenario.range(said)
            else:
                listed = said.split(",") if isinstance(said, str) else [str(v) for v in said]
                values = [rational.fraction(Formula(text, "value").value(scenario.parameters)[()]) for text in listed]
        except InputError as error:
            raise error.at(where) from None
        if not values or len(set(values)) != len(values):
            raise InputError(where=where, needed="at least one value, all different", found=f"{len(values)} values")
        scenario.having(**{name: values[0]})
        axes.append((name, tuple(values)))
    total = math.prod(len(values) for _, values in axes)
    if total > MOST_POINTS:
        raise TooLarge(
            where="sweep", needed=f"at most {MOST_POINTS:,} points", found=f"{total:,}", remedy="Take larger steps."
        )
    return axes


def _position(scenario: Scenario, rule: str, swept: Sequence[str]) -> int | None:
    """None for today's rule, else the position of the rule among those compared."""
    names = [r.name for r in scenario.file.compare]
    if rule in names:
        k = names.index(rule)
        fixed = sorted(set(swept) & set(scenario.file.compare[k].set))
        if fixed:
            raise InputError(
                where=f"sweep over {fixed[0]}",
                needed="a parameter that the rule leaves alone",
                found=f"one that the rule {rule!r} sets",
                remedy="Sweep over it under today's rule.",
            )
        return k
    if rule in (TODAY, scenario.file.today.name):
        return None
    raise InputError(
        where="rule",
        needed=f"{TODAY!r} or a rule of [[compare]]: {', '.join(map(repr, names)) or 'none here'}",
        found=repr(rule),
    )


def _digest(scenario: Scenario, axes: Any, chosen: Sequence[Behaviour], rule: str) -> str:
    """What a folder must have been made with to go on in it: the game itself, the grid, the behaviours, the rule."""
    parts = [
        scenario.text or repr(scenario.file),
        *[f"{name}={value}" for name, value in scenario.overrides.items()],
        *[f"{name}={','.join(map(str, values))}" for name, values in axes],
        *map(_said, chosen),
        rule,
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _said(behaviour: Behaviour) -> str:
    return repr(behaviour) + behaviour.name if hasattr(behaviour, "__dataclass_fields__") else behaviour.name


class _Kept:
    """The finished points of a sweep in a folder: a first line that says of which sweep, then one line per point."""

    def __init__(self, folder: Path, digest: str) -> None:
        self.path, self.head = folder / KEPT, json.dumps({"sweep": digest})
        self.rows: list[list[float | None]] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(where=f"--out {folder}", needed="a folder that can be written", found=str(error)) from None
        lines = text.split("\n")[:-1]  # a line that was cut short has no end
        if lines and lines[0] != self.head:
            raise InputError(
                where=f"--out {folder}",
                needed="an empty folder, or one of the same sweep: scenario, grid, behaviours and rule",
                found="points of another sweep",
                remedy=f"Take another folder, or remove {self.path}.",
            )
        try:
            self.rows = [json.loads(line) for line in lines[1:]]
        except ValueError as error:
            raise InputError(
                where=str(self.path), needed="one list of numbers per line", found=str(error), remedy="Remove it."
            ) from None

    def begun(self, total: int) -> list[list[float | None]]:
        """What is finished. A chunk that is not is dropped, so that what follows is as it would have been."""
        rows = self.rows[: len(self.rows) if len(self.rows) >= total else len(self.rows) // CHUNK * CHUNK]
        self._write(self.path, "\n".join([self.head, *map(json.dumps, rows)]) + "\n")
        return rows

    def add(self, rows: Sequence[Sequence[float | None]]) -> None:
        with open(self.path, "a", encoding="utf-8") as file:
            file.write("".join(f"{json.dumps(row)}\n" for row in rows))
            file.flush()

    def finish(self, found: Sweep) -> None:
        self._write(self.path.with_name("sweep.csv"), found.csv())
        self._write(self.path.with_name("sweep.json"), found.json())

    @staticmethod
    def _write(path: Path, text: str) -> None:
        draft = path.with_name(f".{path.name}.writing")
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)
