"""The HTTP service: a FastAPI application around one guard. Errors are JSON, {"error": a sentence}.

An agent's token acts, speaks, appeals and reads for that agent alone. What came of an act is reported by an operator: an agent
that reported its own outcomes would write the evidence that it is fined on. The header Idempotency-Key names a request, so
that it can be sent again without being booked twice.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from ...errors import InputError, RulewrightError
from ...guard import Act, Entry, Guard, Verdict
from ...guard.charter.files import as_data
from ..needs import needs
from .limits import Bounded, Buckets, Limits
from .tokens import Bearer, Tokens

needs("fastapi", "the guard's service", "web")

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request  # noqa: E402
from fastapi.exceptions import RequestValidationError  # noqa: E402
from fastapi.responses import JSONResponse  # noqa: E402
from fastapi.security import HTTPBearer  # noqa: E402
from starlette.exceptions import HTTPException as Answered  # noqa: E402

PAGE = 1000
"""Most lines in one answer."""
Start = Annotated[int, Query(ge=0, lt=1 << 62)]
Limit = Annotated[int, Query(ge=1, le=PAGE)]
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=200)]


class Wrong(BaseModel):
    """Why a request was not done."""

    error: str


class Body(BaseModel):
    """Requests take the keys that they name, and no others."""

    model_config = ConfigDict(extra="forbid")


class ActBody(Body):
    """An act; `agent` is for operators."""

    name: str = Field(max_length=10_000)
    arguments: dict[str, Any] = {}
    session: str = Field("", max_length=1000)
    agent: str = ""


class OutcomeBody(Body):
    """What came of an act, which is as `before` answered it."""

    act: ActBody
    outcome: dict[str, Any]


class MessageBody(Body):
    hearers: list[str]
    text: str
    agent: str = ""


class SettleBody(Body):
    payoffs: dict[str, float] = {}


class AppealBody(Body):
    entry: int
    grounds: str = Field(max_length=100_000)
    agent: str = ""


class DecideBody(Body):
    appeal: int
    upheld: bool
    reason: str = ""


class DigestBody(Body):
    digest: str


class NonceBody(Body):
    nonce: str = Field(max_length=1000)
    """In hex."""


def said(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON."""
    act = verdict.act
    return {
        "allowed": verdict.allowed,
        "act": {"agent": act.agent, "name": act.name, "arguments": dict(act.arguments), "session": act.session},
        "reason": verdict.reason,
        "owed": verdict.owed,
        "entry": verdict.entry,
    }


def line(entry: Entry) -> dict[str, Any]:
    """A line of the ledger as JSON."""
    return dict(vars(entry))


class _Desk:
    """Who is asking, and may it."""

    def __init__(self, tokens: Tokens, limits: Limits) -> None:
        self.tokens, self.buckets = tokens, Buckets(limits)

    def __call__(self, request: Request) -> Bearer:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        bearer = self.tokens.bearer(token.strip()) if kind.lower() == "bearer" else None
        host = request.client.host if request.client else ""
        wait = self.buckets.wait(f"{bearer.role} {bearer.name}" if bearer else f"host {host}")
        if wait:
            raise HTTPException(429, f"too many requests: wait {wait:.2f} s", {"Retry-After": str(max(1, round(wait)))})
        if bearer is None:
            raise HTTPException(401, "needed a bearer token of this service", {"WWW-Authenticate": "Bearer"})
        return bearer


def whose(bearer: Bearer, agent: str) -> str:
    """For whom a request is: an agent for itself, an operator for whom it names."""
    if bearer.role == "operator" and agent:
        return agent
    if bearer.role != "agent" or agent not in ("", bearer.name):
        raise HTTPException(403, f"{bearer.role} {bearer.name} may not act for {agent or 'an agent'}")
    return bearer.name


def only(bearer: Bearer, *roles: str) -> None:
    """Raise 403 for other roles."""
    if bearer.role not in roles:
        raise HTTPException(403, f"this is for {' and '.join(roles)}s, not for {bearer.role} {bearer.name}")


def service(guard: Guard, tokens: Tokens, *, limits: Limits | None = None) -> FastAPI:
    """The application; OpenAPI is at /openapi.json. Whoever runs it closes the guard."""
    limits = limits or Limits()
    app = FastAPI(
        title=f"rulewright guard: {guard.charter.name}",
        version="1",
        docs_url="/docs",
        redoc_url=None,
        dependencies=[Depends(HTTPBearer(auto_error=False))],  # for the description: `_Desk` is who looks
        responses={code: {"model": Wrong} for code in (401, 403, 413, 422, 429)},
    )
    asking = Annotated[Bearer, Depends(_Desk(tokens, limits))]
    _errors(app)
    _acts(app, guard, asking)
    _periods(app, guard, asking)
    _reading(app, guard, asking)
    app.add_middleware(Bounded, limit=limits.body)
    return app


def _errors(app: FastAPI) -> None:
    async def wrong(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 422)

    async def refused(request: Request, error: Any) -> JSONResponse:
        return JSONResponse({"error": str(error.detail)}, error.status_code, headers=error.headers)

    async def unread(request: Request, error: Any) -> JSONResponse:
        first = error.errors()[0]  # what was sent is not told back: it may be no JSON at all
        place = ".".join(str(x) for x in first["loc"])
        return JSONResponse({"error": f"{place}: {first['msg']}."}, 422)

    async def broken(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": "the guard could not answer; whether it was booked is in the ledger"}, 500)

    app.add_exception_handler(RulewrightError, wrong)
    app.add_exception_handler(Answered, refused)
    app.add_exception_handler(404, lambda r, e: JSONResponse({"error": "there is nothing at this address"}, 404))
    app.add_exception_handler(Exception, broken)
    app.add_exception_handler(RequestValidationError, unread)


def _acts(app: FastAPI, guard: Guard, asking: Any) -> None:
    def before(body: ActBody, bearer: Bearer, key: Key = "") -> dict[str, Any]:
        act = Act(whose(bearer, body.agent), body.name, body.arguments, body.session)
        return said(guard.before(act, key=key))

    def after(body: OutcomeBody, bearer: Bearer, key: Key = "") -> dict[str, Any]:
        only(bearer, "operator")
        one = body.act
        return said(guard.after(Act(one.agent, one.name, one.arguments, one.session), body.outcome, key=key))

    def message(body: MessageBody, bearer: Bearer, key: Key = "") -> dict[str, Any]:
        return said(guard.message(whose(bearer, body.agent), body.hearers, body.text, key=key))

    _posts(app, asking, before, after, message)


def _periods(app: FastAPI, guard: Guard, asking: Any) -> None:
    def settle(body: SettleBody, bearer: Bearer, key: Key = "") -> dict[str, float]:
        only(bearer, "operator")
        return dict(guard.settle(body.payoffs, key=key))

    def appeal(body: AppealBody, bearer: Bearer, key: Key = "") -> dict[str, int]:
        return {"entry": guard.appeal(whose(bearer, body.agent), body.entry, body.grounds, key=key)}

    def decide(body: DecideBody, bearer: Bearer, key: Key = "") -> dict[str, int]:
        only(bearer, "agent", "operator")
        judge = "operator" if bearer.role == "operator" else bearer.name
        return {"entry": guard.decide(judge, body.appeal, body.upheld, body.reason, key=key)}

    def contribute(body: DigestBody, bearer: Bearer) -> dict[str, int]:
        return {"entry": guard.contribute(whose(bearer, ""), body.digest)}

    def nonce(body: NonceBody, bearer: Bearer) -> dict[str, int]:
        try:
            shown = bytes.fromhex(body.nonce)
        except ValueError:
            raise InputError(where="nonce", needed="hex digits", found=body.nonce[:40]) from None
        return {"entry": guard.reveal_nonce(whose(bearer, ""), shown)}

    _posts(app, asking, settle, appeal, decide, contribute, nonce)


def _posts(app: FastAPI, asking: Any, *functions: Any) -> None:
    for function in functions:
        function.__annotations__["bearer"] = asking
        app.post(f"/v1/{function.__name__}")(function)


def _reading(app: FastAPI, guard: Guard, asking: Any) -> None:
    def view(bearer: Bearer, agent: str = "", start: Start = 0, limit: Limit = PAGE) -> Any:
        return [line(e) for e in guard.view(whose(bearer, agent), start, limit)]

    def ledger(bearer: Bearer, start: Start = 0, limit: Limit = PAGE) -> Any:
        only(bearer, "auditor", "operator")
        return [line(e) for e in guard.ledger.entries(start, limit)]

    def standing(bearer: Bearer, agent: str = "") -> Any:
        found = vars(guard.standing(whose(bearer, agent)))
        return {k: str(v) if isinstance(v, Fraction) else v for k, v in found.items()}

    def head(bearer: Bearer) -> Any:
        return dict(vars(guard.head()))

    def charter(bearer: Bearer) -> Any:
        return as_data(guard.charter)

    for function in (view, ledger, standing, head, charter):
        function.__annotations__["bearer"] = asking
        app.get(f"/v1/{function.__name__}")(function)
