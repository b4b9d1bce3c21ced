"""A reader: a language model as a player. It is shown the view, answers by schema, and is told where its answer does not fit.

Invalid answers are handled by rule: the sentence that says what is wrong goes back to the model, up to `tries` answers in all; then
each choice's stated default stands, and `Answer.defaulted` says so. A model that gives no answer at all (`Unsolved`) ends the
episode: that is a failure of the line, not a move in the game.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import InputError
from ..request import Message, Model, Reply, Request, Usage
from ..view import Answer, Choice, View
from .memory import Entry, Full, Log, Memory
from .parse import read
from .personas import Persona, persona
from .prompt import again, prompt

TROUBLE = 400
"""Characters of an error that the model is told."""


@dataclass(frozen=True)
class Exchange:
    """One question that was put to the model, and what came back."""

    player: str
    round: int
    kind: str
    request: Request
    reply: Reply
    trouble: str = ""
    """Why the answer could not be used; empty where it could."""


@dataclass(eq=False)
class Reader:
    """A player that reads and writes. Its memory lasts as long as it does: `fresh` gives one that remembers nothing."""

    model: Model
    persona: str | Persona = "plain"
    temperature: float = 0.0
    memory: Memory = field(default_factory=Full)
    tries: int = 3
    """Answers that are asked for, at most, before the default stands."""
    limit: int = 512
    """Tokens of an answer."""
    seed: int = 0
    number: int = 0
    """Which of several independent draws (`Request.number`)."""
    structured: bool = True
    """Whether the JSON Schema is sent along, for providers that hold answers to it; the words ask for JSON in any case."""
    exchanges: list[Exchange] = field(default_factory=list, repr=False)
    _logs: dict[str, Log] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.persona = persona(self.persona)
        if not 0 <= self.temperature <= 10:
            raise InputError(where="reader", needed="a temperature of at least 0", found=f"{self.temperature}")
        if self.tries < 1 or self.limit < 1:
            raise InputError(
                where="reader", needed="at least 1 try and 1 token", found=f"{self.tries} tries, {self.limit} tokens"
            )

    @property
    def usage(self) -> Usage:
        """Tokens of everything asked so far, as the provider counts them."""
        return sum((exchange.reply.usage for exchange in self.exchanges), Usage())

    def fresh(self, **changes: Any) -> Reader:
        """The same reader with nothing behind it, changed as said."""
        return replace(self, exchanges=[], _logs={}, **changes)

    async def answer(self, view: View) -> Answer:
        """Raises InputError, before anything is asked, where a choice has no default that fits; Unsolved where the model fails."""
        fallback = defaults(view)
        log = self._logs.setdefault(view.player, Log())

        async def ask(messages: tuple[Message, ...], limit: int) -> str:
            request = self._request(messages, None, limit)
            reply = await self.model.complete(request)
            self.exchanges.append(Exchange(view.player, view.round, "notes", request, reply))
            return reply.text

        assert isinstance(self.persona, Persona)
        messages = prompt(view, await self.memory.told(log, ask), self.persona)
        answer = await self._tried(view, messages, fallback)
        log.entries.append(Entry(view.round, view.kind, view.news, answer))
        return answer

    async def _tried(self, view: View, messages: tuple[Message, ...], fallback: Mapping[str, Any]) -> Answer:
        raw = ""
        for number in range(1, self.tries + 1):
            request = self._request(messages, view.schema() if self.structured else None, self.limit)
            reply = await self.model.complete(request)
            raw = reply.text
            try:
                answer = read(raw, view)
            except InputError as error:
                trouble = told(error, reply, self.limit)
                self.exchanges.append(Exchange(view.player, view.round, view.kind, request, reply, trouble))
                messages = (*messages, *again(raw, trouble))
                continue
            self.exchanges.append(Exchange(view.player, view.round, view.kind, request, reply))
            return replace(answer, reason=answer.reason or reply.reasoning, tries=number)
        return Answer(fallback, f"no valid answer in {self.tries}", raw, self.tries, True)

    def _request(self, messages: tuple[Message, ...], schema: Mapping[str, Any] | None, limit: int) -> Request:
        return Request(messages, schema, self.temperature, limit, self.seed, self.number)


def told(error: InputError, reply: Reply, limit: int) -> str:
    """What the model is told of an answer that does not fit."""
    ended = {
        "length": f" It was cut off at {limit} tokens: be shorter.",
        "filter": " It was withheld by the provider's filter.",
    }
    return str(error)[:TROUBLE] + ended.get(reply.finish, "")


def defaults(view: View) -> dict[str, Any]:
    """The stated default of every choice. Raises InputError where one does not fit its choice; free text may be left empty."""
    return {choice.name: _default(choice, view) for choice in view.choices}


def _default(choice: Choice, view: View) -> Any:
    value = "" if choice.text and choice.default is None else choice.default
    try:
        return choice.checked(value)
    except InputError as error:
        where = f"the default of {choice.name} in the view of {view.player}"
        raise InputError(
            where=where,
            needed=error.needed,
            found=error.found,
            remedy="State Choice(default=…): it stands where no valid answer comes.",
        ) from None
