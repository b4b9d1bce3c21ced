"""Every provider of inspect_ai as a `Model`: `Provider("anthropic/NAME")`, `Provider("mockllm/model")`, and so on.

inspect_ai finds keys in the environment by itself. Its own retries are off: patience, record and budget are ours, around it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...agents.models.tokens import schema_text
from ...agents.models.trouble import Trouble, trouble
from ...agents.request import Reply, Request, Usage
from ...errors import InputError, RulewrightError
from ..needs import needs
from .key import scrubbed
from .manner import draw_seed
from .wire import paired

FINISHES = {"max_tokens": "length", "model_length": "length", "content_filter": "filter"}


LONG = 16
"""Characters of a secret that is struck out of answers; shorter ones may be ordinary words."""


def provider_name(model: str, options: Mapping[str, Any]) -> str:
    """What requests are recorded under: the options that are plain values are part of it, but for keys."""
    plain = {name: value for name, value in options.items() if isinstance(value, (str, int, float, bool))}
    said = json.dumps({name: value for name, value in plain.items() if "key" not in name.lower()}, sort_keys=True)
    return f"inspect:{model}" + (f" {said}" if said != "{}" else "")


@dataclass
class Provider:
    """`model` is "provider/model" as inspect_ai names it. `schemas`: whether the provider is given the schema, or the prompt is."""

    model: str
    schemas: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)
    """Further keyword arguments of `inspect_ai.model.get_model`; part of the name."""
    name: str = ""

    def __post_init__(self) -> None:
        library = needs("inspect_ai.model", "a provider of inspect_ai", "inspect")
        if "/" not in self.model:
            raise InputError(where="inspect", needed="provider/model, as inspect_ai names it", found=repr(self.model))
        try:
            self._model = library.get_model(self.model, memoize=False, **self.options)
        except Exception as found:
            raise InputError(
                where=f"inspect:{self.model}",
                needed="a provider that is installed and has its key",
                found=_words(found),
                remedy="See the page of this provider in inspect_ai's documentation.",
            ) from None
        self.name = self.name or provider_name(self.model, self.options)

    async def complete(self, request: Request) -> Reply:
        """Raises Trouble; `passing` is what inspect_ai would ask again."""
        try:
            output = await self._model.generate(self._messages(request), config=self._config(request))
        except RulewrightError:
            raise
        except Exception as found:
            raise self._trouble(found) from None
        if getattr(output, "error", None):
            raise trouble(self.name, "an answer", scrubbed(str(output.error))[:300], passing=True, paid=True)
        if not output.choices:
            raise trouble(self.name, "an answer", "none", passing=True, paid=True)
        used = output.usage
        # what was read from or written to the provider's own cache is asked as well
        cached = (used.input_tokens_cache_read or 0) + (used.input_tokens_cache_write or 0) if used else 0
        usage = Usage(used.input_tokens + cached, used.output_tokens) if used else Usage()
        content = output.choices[0].message.content
        parts = [] if isinstance(content, str) else content
        reasoning = "\n".join(part.reasoning for part in parts if getattr(part, "type", "") == "reasoning")
        finish = FINISHES.get(output.stop_reason, "stop")
        return Reply(
            paired(scrubbed(output.completion, shortest=LONG)),
            paired(scrubbed(reasoning, shortest=LONG)),
            usage,
            finish,
        )

    async def close(self) -> None:
        """Ends its connections."""
        await self._model.__aexit__(None, None, None)

    def _messages(self, request: Request) -> list[Any]:
        library = needs("inspect_ai.model", "a provider of inspect_ai", "inspect")
        kinds = {
            "system": library.ChatMessageSystem,
            "user": library.ChatMessageUser,
            "assistant": library.ChatMessageAssistant,
        }
        wrong = [message.role for message in request.messages if message.role not in kinds]
        if wrong:
            raise InputError(where="a message", needed=f"a role of {', '.join(kinds)}", found=repr(wrong[0]))
        found = [kinds[message.role](content=message.content) for message in request.messages]
        if request.schema is not None and not self.schemas:
            asked = f"Answer with one JSON object that meets this JSON Schema, and nothing else: {schema_text(request)}"
            found.append(library.ChatMessageUser(content=asked))
        return found

    def _config(self, request: Request) -> Any:
        library = needs("inspect_ai.model", "a provider of inspect_ai", "inspect")
        settings: dict[str, Any] = {
            "max_tokens": request.limit,
            "temperature": request.temperature,
            "seed": draw_seed(request),
            "max_retries": 0,
        }
        if request.schema is not None and self.schemas:
            schema = needs("inspect_ai.util", "a provider of inspect_ai", "inspect").JSONSchema(**request.schema)
            settings["response_schema"] = library.ResponseSchema(name="answer", json_schema=schema)
        return library.GenerateConfig(**settings)

    def _trouble(self, found: Exception) -> Trouble:
        inner = getattr(found, "last_attempt", None)  # retries that ended are wrapped
        cause = inner.exception() if inner is not None else None
        found = cause if isinstance(cause, Exception) else found
        try:
            decision = self._model.api.should_retry(found)
        except Exception:
            decision = False
        again = bool(getattr(decision, "retry", decision))
        after = getattr(decision, "retry_after", None) or 0.0
        return trouble(self.name, "an answer", _words(found), passing=again, paid=again, after=float(after))


def _words(found: BaseException) -> str:
    text = scrubbed(" ".join(str(found).split()))
    return f"{type(found).__name__}: {text[:300]}" if text else type(found).__name__
