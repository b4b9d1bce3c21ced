"""A guard around plain functions: a tool that an agent calls passes `before`, and what it returned passes `after`."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

from ..errors import InputError, RulewrightError
from .act import Act, Verdict
from .runtime import Guard

F = TypeVar("F", bound=Callable[..., Any])
PLAIN = (str, int, float, bool, type(None))


class Refused(RulewrightError):
    """The rules do not permit the act; `verdict` says why."""

    verdict: Verdict


def plain(result: Any) -> Mapping[str, Any]:
    """The outcome that is reported where nobody says how: {"result": …} for text, numbers and nothing, its type's name else."""
    return {"result": result} if isinstance(result, PLAIN) else {"type": type(result).__name__}


def guarded(
    guard: Guard,
    agent: str,
    *,
    name: str = "",
    session: str = "",
    outcome: Callable[[Any], Mapping[str, Any]] = plain,
    instead: Mapping[str, Callable[..., Any]] | None = None,
    tell: bool = False,
) -> Callable[[F], F]:
    """A decorator for a tool of `agent`, sync or async; its arguments, by name, have to be JSON.

    `outcome` reads signals off what it returned; an exception is the outcome {"error": name of its class}. `instead` are the
    functions of acts that rules may put in its place. A refusal raises `Refused`, or, with `tell`, its sentence is returned
    in place of a result: what language models read.
    """

    def decorate(function: F) -> F:
        called, signature = name or function.__name__, inspect.signature(function)
        others: dict[str, Callable[..., Any]] = {called: function, **(instead or {})}

        def asked(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Act:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            return Act(agent, called, _arguments(signature, bound), session)

        def permitted(verdict: Verdict, act: Act, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[[], Any]:
            if not verdict.allowed or verdict.act.name not in others:
                said = verdict.reason or f"{verdict.act.name} was to be done instead, and there is no such tool"
                refused = Refused(where=agent, needed="an act that the rules permit", found=called, remedy=f"{said}.")
                refused.verdict = verdict
                raise refused
            done = others[verdict.act.name]
            if verdict.act is act or (verdict.act.name == called and verdict.act.arguments == act.arguments):
                return lambda: done(*args, **kwargs)
            return lambda: done(**verdict.act.arguments)

        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def later(*args: Any, **kwargs: Any) -> Any:
                verdict = await asyncio.to_thread(guard.before, act := asked(args, kwargs))
                try:
                    work = permitted(verdict, act, args, kwargs)
                except Refused as refused:
                    if tell:
                        return str(refused)
                    raise
                try:
                    result = work()
                    result = await result if inspect.isawaitable(result) else result
                except Exception as error:
                    await asyncio.to_thread(guard.after, verdict.act, {"error": type(error).__name__})
                    raise
                await asyncio.to_thread(guard.after, verdict.act, outcome(result))
                return result

            return cast(F, later)

        @wraps(function)
        def now(*args: Any, **kwargs: Any) -> Any:
            verdict = guard.before(act := asked(args, kwargs))
            try:
                work = permitted(verdict, act, args, kwargs)
            except Refused as refused:
                if tell:
                    return str(refused)
                raise
            try:
                result = work()
            except Exception as error:
                guard.after(verdict.act, {"error": type(error).__name__})
                raise
            guard.after(verdict.act, outcome(result))
            return result

        return cast(F, now)

    return decorate


def _arguments(signature: inspect.Signature, bound: inspect.BoundArguments) -> dict[str, Any]:
    """By name; what came as **kwargs beside the others, what came as *args as a list."""
    found: dict[str, Any] = {}
    for name, value in bound.arguments.items():
        kind = signature.parameters[name].kind
        if kind is kind.VAR_KEYWORD and set(value) & set(bound.arguments):  # f(x, /, **more): the guard sees one x only
            raise InputError(where="tool", needed="one argument of a name", found=", ".join(map(repr, value)))
        found |= value if kind is kind.VAR_KEYWORD else {name: list(value) if kind is kind.VAR_POSITIONAL else value}
    return found
