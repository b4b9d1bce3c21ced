"""One call opens a language model with everything around it: patience, a budget, a record, a tally.

A model is named by a text:

    openai:NAME              OpenAI, with OPENAI_API_KEY
    http://HOST/v1#NAME      any OpenAI-compatible server (vLLM, llama.cpp, a hosted one); its key by the name of a variable
    ollama:NAME              Ollama on this machine
    inspect:provider/NAME    every provider of inspect_ai
    local:NAME               the deterministic local server, started here and closed again (local:selfish, local:noisy+429=0.1)
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ...agents.models import Budget, Budgeted, Counted, Patient, Price, Record, Recorded, Tally, priced
from ...agents.request import Model, Reply, Request, Usage
from ...errors import InputError
from .endpoint import OPENAI, Endpoint, recorded_name
from .key import named_key
from .providers import Provider, provider_name
from .server import MINDS, Server
from .server.faults import read_faults

OLLAMA = "http://127.0.0.1:11434/v1"


class Closing(Model, Protocol):
    """A model with connections."""

    async def close(self) -> None: ...


@dataclass
class Local:
    """A local server, and a model on it."""

    endpoint: Endpoint
    server: Server

    @property
    def name(self) -> str:
        return self.endpoint.name

    async def complete(self, request: Request) -> Reply:
        return await self.endpoint.complete(request)

    async def close(self) -> None:
        await self.endpoint.close()
        self.server.close()


def _openai(rest: str, key: str | None, settings: dict[str, Any]) -> Closing:
    return Endpoint(OPENAI, rest, key, **{"name": f"openai:{rest}", **settings})


def _ollama(rest: str, key: str | None, settings: dict[str, Any]) -> Closing:
    return Endpoint(OLLAMA, rest, key, **{"name": f"ollama:{rest}", **settings})


def _inspect(rest: str, key: str | None, settings: dict[str, Any]) -> Closing:
    if key is not None:
        raise InputError(where=f"inspect:{rest}", needed="no key=", found="one", remedy="inspect_ai reads its own.")
    return Provider(rest, **settings)


def _local(rest: str, key: str | None, settings: dict[str, Any]) -> Closing:
    kind, _, said = rest.partition("+")
    if kind not in MINDS:
        raise InputError(where=f"local:{rest}", needed=f"one of {', '.join(MINDS)}", found=repr(kind))
    read_faults(said)
    server = Server(**{name: settings.pop(name) for name in ("faults", "late", "slow", "after") if name in settings})
    try:
        # a fault changes how often one has to ask, not what is answered in the end: the record need not know
        return Local(Endpoint(server.url, rest, key, **{"name": f"local:{rest}", **settings}), server)
    except BaseException:
        server.close()
        raise


def _address(scheme: str) -> Callable[[str, str | None, dict[str, Any]], Closing]:
    def opened(rest: str, key: str | None, settings: dict[str, Any]) -> Closing:
        url, sharp, name = rest.rpartition("#")
        if not sharp:
            raise no_sharp(f"{scheme}:{rest}")
        return Endpoint(f"{scheme}:{url}", name, key, **settings)

    return opened


KINDS: dict[str, Callable[[str, str | None, dict[str, Any]], Closing]] = {
    "openai": _openai,
    "ollama": _ollama,
    "inspect": _inspect,
    "local": _local,
    "http": _address("http"),
    "https": _address("https"),
}


def not_named(spec: str) -> InputError:
    """What is said of a text that names no model; one without “:” may be a key, and is not repeated."""
    return InputError(
        where="a model",
        needed="openai:NAME, http://HOST/v1#NAME, ollama:NAME, inspect:provider/NAME or local:NAME",
        found=repr(spec)[:60] if ":" in spec else "something without “:”",
        remedy="Without a key or a server: local:selfish.",
    )


def no_sharp(spec: str) -> InputError:
    return InputError(
        where=spec if "@" not in spec else "a model",
        needed="an address, “#” and the name of a model, as http://127.0.0.1:8000/v1#NAME",
        found="no “#”",
    )


def _kind(spec: str) -> tuple[str, str]:
    kind, _, rest = spec.strip().partition(":")
    if kind not in KINDS or not rest:
        raise not_named(spec)
    return kind, rest


def named_model(spec: str, *, key: str | None = None, **settings: Any) -> Closing:
    """The bare model of a text; `settings` are those of `Endpoint` or `Provider`. Whoever opens it calls `close`.

    Raises InputError where the text names none, MissingExtra where its package is not installed.
    """
    kind, rest = _kind(spec)
    try:
        return KINDS[kind](rest, named_key(key), dict(settings))
    except TypeError as found:
        raise InputError(where=kind, needed="settings that it has", found=str(found).split(") ")[-1]) from None


@dataclass
class Opened:
    """An open model."""

    model: Counted
    budgeted: Budgeted
    patient: Patient
    record: Record | None
    bare: Closing

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def usage(self) -> Usage:
        """What was paid for since it was opened, tries that came to nothing included; recorded answers are not."""
        return self.budgeted.spent

    @property
    def money(self) -> float:
        """The price of `usage`; NaN without prices."""
        return self.budgeted.money

    @property
    def tally(self) -> Tally:
        """Calls that were answered: anew, and from the record."""
        return self.model.tally

    @property
    def retried(self) -> int:
        return self.patient.retried

    @property
    def notes(self) -> str:
        """What the server does without (temperature, seed, schemas), in words; empty where it takes everything."""
        bare = self.bare.endpoint if isinstance(self.bare, Local) else self.bare
        return getattr(bare, "notes", "")

    async def complete(self, request: Request) -> Reply:
        return await self.model.complete(request)


class _Absent:
    """Stands in for a provider that a replay does not need."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def complete(self, request: Request) -> Reply:
        raise InputError(where=self.name, needed="a provider", found="a replay without one")

    async def close(self) -> None:
        pass


def replayed_name(spec: str, **settings: Any) -> str:
    """The name under which the model of a text is recorded, without opening it; no key is needed."""
    text = spec.strip()
    if not text:
        raise not_named(spec)
    name, extra = settings.get("name", ""), settings.get("extra")
    url, _, model = text.rpartition("#")
    if text.startswith(("http://", "https://")):
        if not url:
            raise no_sharp(text)
        return recorded_name(url, model, name, extra)
    if text.startswith("inspect:"):
        return name or provider_name(text.removeprefix("inspect:"), settings.get("options", {}))
    if not name:
        _kind(text)
    return recorded_name("", "", name or text, extra)


@contextlib.asynccontextmanager
async def open_model(
    spec: str | Model,
    *,
    record: str | Path | None = None,
    mode: str = "record",
    concurrency: int = 8,
    budget: Budget | None = None,
    prices: Price | Mapping[str, Price] | None = None,
    seed: int = 0,
    key: str | None = None,
    tries: int = 6,
    patience: float = 300.0,
    first: float = 0.5,
    grace: float = 5.0,
    **settings: Any,
) -> AsyncIterator[Opened]:
    """`async with open_model("local:selfish", record="run.db") as model: …`; closed at the end, whatever happens.

    mode: "record", "replay" (no provider is touched, no key needed) or "refresh", as in `Recorded`. `patience`: seconds for a call;
    `first`: seconds of the first wait, at most; `grace`: seconds that calls under way are waited for at the end, being paid for.
    `seed` is that of the jitter. `settings` as in `named_model`; a `Model` of one's own may stand in the place of the text.
    """
    if mode == "replay" and record is None:
        raise InputError(where="replay", needed="a record to replay from", found="none")
    if mode == "replay" and record is not None and not Path(record).exists():
        raise InputError(where=str(record), needed="a record to replay from", found="nothing there")
    bare: Any
    if not isinstance(spec, str):
        bare = spec
    elif mode == "replay":
        bare = _Absent(replayed_name(spec, **settings))
    else:
        if not spec.startswith("inspect:"):
            settings.setdefault("connections", max(concurrency, 1))
        bare = named_model(spec, key=key, **settings)
    async with contextlib.AsyncExitStack() as stack:
        if hasattr(bare, "close"):
            stack.push_async_callback(bare.close)
        kept = stack.enter_context(Record(record)) if record is not None else None
        budgeted = Budgeted(bare, budget or Budget(), priced(prices, bare.name))
        patient = Patient(budgeted, concurrency, tries, patience, first, seed=seed)
        inner: Model = patient
        if kept is not None:
            inner = Recorded(patient, kept, mode)
            stack.push_async_exit(_ending(inner, grace))
        yield Opened(Counted(inner), budgeted, patient, kept, bare)


def _ending(recorded: Recorded, grace: float) -> Callable[..., Awaitable[None]]:
    """What is under way at the end is waited for, unless somebody interrupts."""

    async def end(kind: type[BaseException] | None, *_: object) -> None:
        await recorded.close(grace if kind is None or issubclass(kind, Exception) else 0.0)

    return end
