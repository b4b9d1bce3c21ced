"""Formulas in scenario files: a small arithmetic language, read by a parser, evaluated exactly on arrays. No code.

    numbers 0.15 1/3 · "text" · names, also with a point (seller.type) · + - * / ** with whole powers
    comparisons (worth 1 or 0), chains a < b < c · and or not · `x if condition else y` · min max abs

Names stand for arrays that broadcast against each other: numbers (Fractions, dtype object) or labels (dtype str).
Results are exact. The grammar is Python's, the meaning is ours: nothing is ever handed to the interpreter.
"""

from __future__ import annotations

import ast
import difflib
import operator
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError
from .memory import FRACTION_BYTES, reserve
from .rational import Array, fraction

LONGEST = 10_000  # characters
DEEPEST = 100  # nested operations
HIGHEST_POWER = 64
LONGEST_NUMBER = 4096  # bits of a numerator or denominator that a power may produce

_BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}
_COMPARE = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS = ("min", "max", "abs")
_ONE, _ZERO = Fraction(1), Fraction(0)
INFINITY = float("inf")


class Formula:
    """A parsed formula. `names` are the variables that it uses; `value(variables)` is an exact array."""

    def __init__(self, source: str, where: str = "formula") -> None:
        self.source, self.where = source, where
        if len(source) > LONGEST:
            raise self._wrong(f"at most {LONGEST:,} characters", f"{len(source):,}")
        try:
            self._tree = ast.parse(" ".join(source.splitlines()).strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            at = f" at character {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
            raise self._wrong("an arithmetic formula", f"{source[:60]!r}, which cannot be read{at}") from None
        found: set[str] = set()
        self._survey(self._tree, found, 0)
        self.names = frozenset(found)

    def __repr__(self) -> str:
        return f"Formula({self.source!r})"

    def _wrong(self, needed: str, found: str, remedy: str = "") -> InputError:
        return InputError(where=self.where, needed=needed, found=found, remedy=remedy)

    def _survey(self, node: ast.AST, found: set[str], depth: int) -> None:
        """Refuse everything outside the language before anything is evaluated; collect names."""
        if depth > DEEPEST:
            raise self._wrong(f"at most {DEEPEST} nested operations", "more")
        if isinstance(node, (ast.Name, ast.Attribute)):
            found.add(self._name(node))
            return
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
            if called not in _FUNCTIONS or node.keywords:
                raise self._wrong(
                    f"one of the functions {', '.join(_FUNCTIONS)}",
                    f"a call of {called}()",
                    "Formulas are data: they call nothing else.",
                )
            if not node.args or (called == "abs" and len(node.args) != 1):
                raise self._wrong(f"arguments for {called}()", f"{len(node.args)}")
            children: list[ast.AST] = list(node.args)
        elif isinstance(node, ast.Constant):
            if not isinstance(node.value, (int, float, str)) or node.value in (INFINITY, -INFINITY):
                raise self._wrong("finite numbers or text", repr(node.value)[:60])
            return
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (*_BINARY, ast.Div, ast.Pow)):
            children = [node.left, node.right]
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd, ast.Not)):
            children = [node.operand]
        elif isinstance(node, ast.BoolOp):
            children = list(node.values)
        elif isinstance(node, ast.Compare) and all(type(op) in _COMPARE for op in node.ops):
            children = [node.left, *node.comparators]
        elif isinstance(node, ast.IfExp):
            children = [node.test, node.body, node.orelse]
        else:
            raise self._wrong("arithmetic, comparisons, and/or/not, if/else, min, max, abs", ast.unparse(node)[:60])
        for child in children:
            self._survey(child, found, depth + 1)

    def _name(self, node: ast.AST) -> str:
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            raise self._wrong("a name", ast.unparse(node)[:60])
        return ".".join([node.id, *reversed(parts)])

    def value(self, variables: Mapping[str, Any]) -> Array:
        """The exact value: an object array of Fractions in the broadcast shape of the variables that are used.

        Raises InputError for unknown names (with the nearest known one), text where numbers are needed, division by
        zero; TooLarge before a result that does not fit.
        """
        unknown = sorted(self.names - set(variables))
        if unknown:
            near = difflib.get_close_matches(unknown[0], list(variables), n=1)
            raise self._wrong(
                f"names among {', '.join(sorted(variables)) or 'none'}",
                f"{unknown[0]!r}",
                f"Did you mean {near[0]!r}?" if near else "",
            )
        shape = np.broadcast_shapes(*(np.shape(variables[name]) for name in self.names)) if self.names else ()
        reserve(shape, self.where, item_bytes=FRACTION_BYTES)
        result = np.asarray(self._at(self._tree, variables), dtype=object)
        if any(not isinstance(x, Fraction) for x in result.flat):
            raise self._wrong("a number", "text")
        return result

    def _at(self, node: ast.AST, v: Mapping[str, Any]) -> Any:
        match node:
            case ast.Constant(value=str() as label):
                return np.array(label)
            case ast.Constant(value=number):
                return np.array(fraction(int(number) if isinstance(number, bool) else number), dtype=object)
            case ast.Name() | ast.Attribute():
                return np.asarray(v[self._name(node)])
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(op, self._number(left, v), self._number(right, v))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return _truth(self._number(operand, v) == 0)
            case ast.UnaryOp(op=op, operand=operand):
                inner = self._number(operand, v)
                return np.asarray(-inner if isinstance(op, ast.USub) else inner, dtype=object)
            case ast.BoolOp(op=op, values=values):
                sides = [self._number(x, v) != 0 for x in values]
                join = np.logical_and if isinstance(op, ast.And) else np.logical_or
                total = sides[0]
                for side in sides[1:]:
                    total = join(total, side)
                return _truth(total)
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                return self._compare(left, ops, comparators, v)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                chosen = np.where(self._number(test, v) != 0, self._number(body, v), self._number(orelse, v))
                return np.asarray(chosen, dtype=object)
            case ast.Call(func=ast.Name(id=called), args=args):
                return self._call(called, [self._number(x, v) for x in args])
        raise AssertionError(f"not refused by _survey: {node}")

    def _number(self, node: ast.AST, v: Mapping[str, Any]) -> Array:
        result = np.asarray(self._at(node, v))
        if result.dtype != object:
            raise self._wrong(
                "a number", f"the label {ast.unparse(node)[:60]}", "Labels that are no numbers can only be compared."
            )
        return result

    def _binary(self, op: ast.operator, a: Array, b: Array) -> Array:
        if isinstance(op, ast.Div):
            if np.any(b == 0):
                raise self._wrong("a divisor other than 0", self.source)
            return np.asarray(a / b, dtype=object)
        if isinstance(op, ast.Pow):
            powers = [fraction(x) for x in b.flat]
            if any(x.denominator != 1 or abs(x) > HIGHEST_POWER for x in powers):
                raise self._wrong(f"whole powers of at most {HIGHEST_POWER}", self.source)
            if np.any((b < 0) & (a == 0)):
                raise self._wrong("a divisor other than 0", self.source)
            return np.asarray(np.frompyfunc(self._power, 2, 1)(a, b), dtype=object)
        return np.asarray(_BINARY[type(op)](a, b), dtype=object)

    def _power(self, base: Fraction, power: Fraction) -> Fraction:
        bits = max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(int(power))
        if bits > LONGEST_NUMBER:
            raise self._wrong(f"numbers of at most {LONGEST_NUMBER} bits", self.source[:60])
        return base ** int(power)

    def _compare(self, left: ast.AST, ops: list[ast.cmpop], comparators: list[ast.expr], v: Mapping[str, Any]) -> Array:
        sides = [np.asarray(self._at(node, v)) for node in (left, *comparators)]
        total: Any = True
        for a, op, b in zip(sides, ops, sides[1:], strict=False):
            a, b = self._same_kind(a, b), self._same_kind(b, a)
            if a.dtype != object and not isinstance(op, (ast.Eq, ast.NotEq)):
                raise self._wrong("numbers on both sides of <, ≤, >, ≥", self.source)
            total = np.logical_and(total, _COMPARE[type(op)](a, b))
        return _truth(total)

    def _same_kind(self, side: Array, other: Array) -> Array:
        """Text beside numbers is read as a number; text beside labels must be one of them."""
        if side.dtype != object and other.dtype == object:
            try:
                return np.array([fraction(str(x)) for x in side.flat], dtype=object).reshape(side.shape)
            except ValueError:
                raise self._wrong("a number to compare numbers with", f"the text {str(side.flat[0])!r}") from None
        if side.dtype != object and side.ndim == 0 and other.ndim and side not in other:
            known = [str(x) for x in np.unique(other)]
            near = difflib.get_close_matches(str(side), known, n=1)
            raise self._wrong(
                f"one of {', '.join(known)}", f"the text {str(side)!r}", f"Did you mean {near[0]!r}?" if near else ""
            )
        return side

    def _call(self, called: str, args: list[Array]) -> Array:
        if called == "abs":
            return np.asarray(abs(args[0]), dtype=object)
        choose = np.minimum if called == "min" else np.maximum
        total = args[0]
        for other in args[1:]:
            total = choose(total, other)
        return np.asarray(total, dtype=object)


def _truth(condition: Any) -> Array:
    return np.where(np.asarray(condition, dtype=bool), np.array(_ONE, dtype=object), np.array(_ZERO, dtype=object))
