"""A player that is asked through a model, answers JSON by schema, is asked again with the mistake, and else stands by a default."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ...agents.request import Message, Model, Request, Usage
from ...agents.view import Answer, View
from ...errors import InputError


@dataclass
class Asked:
    """One participant of one episode; it remembers `memory` of its last rounds."""

    model: Model
    seed: int = 0
    tries: int = 2
    memory: int = 8
    usage: Usage = field(default_factory=Usage)
    past: list[tuple[str, str]] = field(default_factory=list)

    async def answer(self, view: View) -> Answer:
        """Of `model`; the default of each choice where `tries` answers do not fit."""
        asked = f"{view.news}\n{_question(view)}".strip()
        messages = [Message("system", view.rules)]
        for before, said in self.past[-self.memory :]:
            messages += [Message("user", before), Message("assistant", said)]
        messages.append(Message("user", asked))
        for number in range(1, self.tries + 1):
            reply = await self.model.complete(Request(tuple(messages), view.schema(), seed=self.seed))
            self.usage += reply.usage
            try:
                values, reason = parsed(reply.text, view)
            except InputError as error:
                messages += [Message("assistant", reply.text or "(nothing)"), Message("user", f"Not valid: {error}")]
                continue
            self.past.append((asked, reply.text))
            return Answer(values, reason, reply.text, number)
        values = {choice.name: choice.default for choice in view.choices}
        self.past.append((asked, json.dumps(values)))
        return Answer(values, "no valid answer came", reply.text, self.tries, True)


def _question(view: View) -> str:
    wanted = json.dumps(view.schema(), ensure_ascii=False)
    return f"Round {view.round}. Answer with one JSON object, nothing else, that meets this schema: {wanted}"


def parsed(text: str, view: View) -> tuple[dict[str, Any], str]:
    """({choice: value}, reason) of JSON, a fence around it allowed. Raises InputError: what was needed, what was found."""
    start, end = text.find("{"), text.rfind("}")
    try:
        said = json.loads(text[start : end + 1] if start >= 0 else text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise InputError(where="answer", needed="one JSON object", found=repr(text)[:80])
    missing = [choice.name for choice in view.choices if choice.name not in said]
    if missing:
        raise InputError(where="answer", needed=f"a value for {', '.join(missing)}", found="none")
    return {c.name: c.checked(said[c.name]) for c in view.choices}, str(said.get("reason", ""))
