"""What every kind of scenario has: a text with lines, parameters that can be set, formulas and tables over named axes."""

from __future__ import annotations

import difflib
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Self

import numpy as np

from ..errors import InputError, RulewrightError
from ..numerics import rational
from ..numerics.formula import Formula
from ..numerics.rational import Array
from .lines import line_of

MOST_VALUES = 100_000  # of a range


@dataclass(frozen=True)
class Written:
    """A scenario file that was read, with its parameters."""

    name: str
    file: Any = field(repr=False)
    """The part of its kind's schema that is a whole file: has `title`, `source`, `about`, `parameters`."""
    text: str = field(repr=False, default="")
    origin: str = ""
    """What messages call the file."""
    folder: pathlib.Path = pathlib.Path()
    overrides: Mapping[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """Make everything that a wrong file could break. Raises InputError with its place."""

    # ── places in messages ──────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Errors raised inside name the file, the line and the key."""
        try:
            yield
        except RulewrightError as error:
            if self.origin and error.where.startswith(self.origin):
                raise
            line = line_of(self.text, path)
            place = ", ".join([self.origin or self.name, *([f"line {line}"] if line else []), ".".join(map(str, path))])
            raise error.at(place) from None

    # ── parameters ──────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def parameters(self) -> dict[str, Array]:
        """Values in order of the file; a parameter may use those before it. Zero-dimensional exact arrays."""
        unknown = sorted(set(self.overrides) - set(self.file.parameters))
        if unknown:
            near = difflib.get_close_matches(unknown[0], list(self.file.parameters), n=1)
            raise InputError(
                where=f"{self.origin or self.name}, parameter {unknown[0]} = {self.overrides[unknown[0]]}",
                needed=f"a parameter of the scenario, one of {', '.join(self.file.parameters) or 'none'}",
                found=repr(unknown[0]),
                remedy=f"Did you mean {near[0]!r}?" if near else "",
            )
        found: dict[str, Array] = {}
        for name, text in self.file.parameters.items():
            if name in self.overrides:
                where = f"{self.origin or self.name}, parameter {name} = {self.overrides[name]}"
                found[name] = Formula(self.overrides[name], where).value(found)
                continue
            with self.at("parameters", name):
                found[name] = Formula(text, "formula").value(found)
        return found

    def number(self, text: str, *path: str | int) -> Fraction:
        """A formula of parameters as a number; without a path, whoever asks says where it stands."""
        if path:
            with self.at(*path):
                return self.number(text)
        return rational.fraction(Formula(text, "formula").value(self.parameters)[()])

    def range(self, text: str) -> list[Fraction]:
        """The numbers from:to:step, ends included."""
        parts = text.split(":")
        if len(parts) != 3:
            raise InputError(needed='a range "from:to:step", or a list of labels', found=repr(text))
        first, last, step = (Formula(p, "range").value(self.parameters)[()] for p in parts)
        if step <= 0 or last < first:
            raise InputError(needed="from ≤ to and a step above 0", found=repr(text))
        count = int((last - first) / step) + 1
        if count > MOST_VALUES:
            raise InputError(needed=f"at most {MOST_VALUES:,} values", found=f"{count:,}")
        return [first + k * step for k in range(count)]

    def having(self, **parameters: Any) -> Self:
        """The same scenario with other parameters (numbers or formulas)."""
        said = {name: str(value) for name, value in parameters.items()}
        changed = replace(self, overrides={**self.overrides, **said})
        _ = changed.parameters  # a wrong one is told here, not wherever it happens to be used first
        return changed

    # ── numbers over named axes ─────────────────────────────────────────────────────────────────────────────────

    def law(self, chances: Mapping[str, str], *path: str | int) -> Array:
        """[label]: exact probabilities of labels, which sum to one. Raises InputError."""
        found = rational.filled((len(chances),), [self.number(p, *path, label) for label, p in chances.items()])
        with self.at(*path):
            if not len(found):
                raise InputError(needed="at least one label with its probability", found="none")
            if found.sum() != 1 or (found < 0).any():
                raise InputError(
                    needed="probabilities of at least 0 that sum to 1",
                    found=f"{', '.join(rational.decimal(p, 6) for p in found)}, "
                    f"with a sum of {rational.decimal(found.sum(), 9)}",
                    remedy="Correct the entry that is off; nothing is rescaled silently.",
                )
        return found

    def known(self, name: str, among: Sequence[str], what: str) -> str:
        """`name`, if it is among those there are. Raises InputError with the nearest one."""
        if name not in among:
            near = difflib.get_close_matches(name, list(among), n=1)
            raise InputError(
                needed=f"{what} among {', '.join(among) or 'none'}",
                found=repr(name),
                remedy=f"Did you mean {near[0]!r}?" if near else "",
            )
        return name


def cells(said: str | list, variables: Mapping[str, Array], counts: Sequence[int], axes: Sequence[str]) -> Array:
    """[*counts], exact, from a formula or a nested table over the axes that are longer than one. Raises InputError."""
    if isinstance(said, str):
        return np.broadcast_to(Formula(said, "formula").value(variables), tuple(counts))
    long = [(count, axis) for count, axis in zip(counts, axes, strict=True) if count > 1]
    flat: list[Fraction] = []
    _read(said, long, 0, flat)
    return rational.filled(tuple(counts), flat)


def _read(part: Any, axes: list[tuple[int, str]], depth: int, flat: list[Fraction]) -> None:
    if depth == len(axes):
        if isinstance(part, list):
            raise InputError(where=f"table, depth {depth}", needed="a number", found=f"a list of {len(part)}")
        try:
            flat.append(rational.fraction(part))
        except ValueError:
            raise InputError(where="table", needed="finite numbers", found=repr(part)) from None
        return
    count, axis = axes[depth]
    if not isinstance(part, list) or len(part) != count:
        raise InputError(
            where=f"table, axis {depth + 1} ({axis})",
            needed=f"{count} entries",
            found=str(len(part)) if isinstance(part, list) else repr(part),
        )
    for inner in part:
        _read(inner, axes, depth + 1, flat)
