"""A model that is none: answers by the schema it is asked to meet, on this machine, without a key.

    inspect eval rulewright/audits --model rulewright/random

`rulewright/default` takes the first option and the least number, `rulewright/random` draws evenly, by a hash of the conversation,
so that the same question has the same answer. It takes the place of a language model in tests and demonstrations, not in findings.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
from inspect_ai.model import GenerateConfig, ModelAPI, ModelOutput, ModelUsage, modelapi

NAMES = ("default", "random")
PER_TOKEN = 4  # characters, about


class ByTheSchema(ModelAPI):
    """Answers a request for JSON; without a schema it says so."""

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig = GenerateConfig(),  # noqa: B008  Inspect's own signature
        **model_args: Any,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config)
        if model_name not in NAMES:
            raise ValueError(f"rulewright/{model_name}: needed one of {', '.join(NAMES)}")

    async def generate(self, input: Any, tools: Any, tool_choice: Any, config: GenerateConfig) -> ModelOutput:
        asked = "\n".join(message.text for message in input)
        wanted = config.response_schema
        said = "no schema to answer by"
        if wanted is not None:
            entropy = hashlib.sha256(f"{config.seed or 0}\n{asked}".encode()).digest()
            rng = np.random.default_rng(list(entropy)) if self.model_name == "random" else None
            parts = wanted.json_schema.properties or {}
            said = json.dumps({name: _value(part, rng) for name, part in parts.items()})
        output = ModelOutput.from_content(self.model_name, said)
        sizes = len(asked) // PER_TOKEN, len(said) // PER_TOKEN
        output.usage = ModelUsage(input_tokens=sizes[0], output_tokens=sizes[1], total_tokens=sum(sizes))
        return output


def _value(part: Any, rng: np.random.Generator | None) -> Any:
    """Of one part of an answer."""
    if part.enum:
        return part.enum[0 if rng is None else int(rng.integers(len(part.enum)))]
    if part.type == "string":
        return "by chance" if rng is not None else "the first"
    low = 0 if part.minimum is None else part.minimum
    high = low + 1 if part.maximum is None else part.maximum
    if rng is None:
        return low
    return int(rng.integers(low, high + 1)) if part.type == "integer" else float(rng.uniform(low, high))


@modelapi(name="rulewright")
def rulewright() -> type[ModelAPI]:
    """Models named rulewright/…"""
    return ByTheSchema
