"""Models by name where nobody opens and closes: behaviours `llm:NAME` in files, which ask a few questions now and then.

Each call has connections of its own and closes them, so that nothing is left open in a loop of events that has ended; what is
learnt of a server is kept. A local server that is started for it lives as long as the process.
"""

from __future__ import annotations

import atexit
import functools
from dataclasses import dataclass, replace

from ...agents.behaviour import set_opener
from ...agents.models import Patient
from ...agents.request import Model, Reply, Request
from .endpoint import Endpoint
from .open import Local, named_model


@dataclass
class Brief:
    """An endpoint whose connections last for one call."""

    endpoint: Endpoint

    @property
    def name(self) -> str:
        return self.endpoint.name

    async def complete(self, request: Request) -> Reply:
        one = replace(self.endpoint)
        try:
            return await one.complete(request)
        finally:
            self.endpoint.manner = one.manner
            await one.close()


@functools.cache
def patient_model(spec: str) -> Model:
    """The model of a text, asked with patience. Raises as `named_model`."""
    bare = named_model(spec)
    if isinstance(bare, Local):
        atexit.register(bare.server.close)
        bare = bare.endpoint
    return Patient(Brief(bare) if isinstance(bare, Endpoint) else bare)


set_opener(patient_model)
