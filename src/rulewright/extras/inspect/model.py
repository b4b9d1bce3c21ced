"""An Inspect model where rulewright wants one: every call passes through Inspect, and so stands in its logs, limits and cache.

The only place where requests of `rulewright.agents` become Inspect's messages, and its outputs become replies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...agents.request import Reply, Request, Usage
from ...errors import Unsolved
from ..needs import needs

FINISH = {"stop": "stop", "max_tokens": "length", "model_length": "length", "content_filter": "filter"}
KEPT = ("type", "format", "description", "default", "enum", "required", "pattern", "minLength", "maxLength")
"""Of a schema, beside its parts; bounds of numbers as well."""
BOUNDS = ("minimum", "maximum", "additionalProperties")


@dataclass(frozen=True)
class InspectModel:
    """Goes on with a conversation through `inspect_ai.model.Model.generate`."""

    model: Any = field(repr=False)
    """Of `inspect_ai.model.get_model`."""
    own: bool = False
    """Whether temperature and length are the request's own; else Inspect's (its flags, its defaults), as in an evaluation."""

    @property
    def name(self) -> str:
        """Provider and model, as `inspect eval --model` takes them."""
        return str(self.model)

    async def complete(self, request: Request) -> Reply:
        """One call of the model. Raises Unsolved where the provider gives no answer after Inspect's own retries; limits of the
        evaluation pass as they are."""
        inspect = needs("inspect_ai.model", "a model of Inspect", "inspect")
        limits = needs("inspect_ai.util", "a model of Inspect", "inspect")
        roles = {
            "system": inspect.ChatMessageSystem,
            "user": inspect.ChatMessageUser,
            "assistant": inspect.ChatMessageAssistant,
        }
        messages = [roles[m.role](content=m.content) for m in request.messages]
        try:
            output = await self.model.generate(messages, config=self._config(inspect, request))
        except limits.LimitExceededError:
            raise
        except (RuntimeError, ValueError, OSError) as error:
            raise Unsolved(
                where=self.name, needed="an answer", found=str(error)[:300] or type(error).__name__
            ) from error
        if output.error:
            raise Unsolved(where=self.name, needed="an answer", found=output.error[:300])
        return reply(output)

    def _config(self, inspect: Any, request: Request) -> Any:
        said: dict[str, Any] = {}
        if self.own:
            said |= {"temperature": request.temperature, "max_tokens": request.limit}
        if request.seed:
            said["seed"] = request.seed
        if request.schema is not None:
            said["response_schema"] = inspect.ResponseSchema(name="answer", json_schema=schema(request.schema))
        return inspect.GenerateConfig(**said)


def schema(said: Mapping[str, Any]) -> Any:
    """A JSON Schema as Inspect's own type."""
    found = needs("inspect_ai.util", "a model of Inspect", "inspect").JSONSchema
    kept = {key: value for key, value in said.items() if key in (*KEPT, *BOUNDS)}
    if "properties" in said:
        kept["properties"] = {name: schema(part) for name, part in said["properties"].items()}
    if "items" in said:
        kept["items"] = schema(said["items"])
    return found(**kept)


def reply(output: Any) -> Reply:
    """Inspect's output as a reply; tokens that a cache of the provider served are counted as asked."""
    parts = [] if output.empty or isinstance(output.message.content, str) else output.message.content
    aloud = "\n".join(part.reasoning for part in parts if part.type == "reasoning")
    spent = output.usage
    usage = Usage()
    if spent is not None:
        cached = (spent.input_tokens_cache_read or 0) + (spent.input_tokens_cache_write or 0)
        usage = Usage(spent.input_tokens + cached, spent.output_tokens)
    finish = "stop" if output.empty else FINISH.get(str(output.stop_reason), "stop")
    return Reply(output.completion, aloud, usage, finish)
