"""A market for tasks among agents, in one file of the standard library: copy it, or import it.

A task is worth V to whoever buys it if it is done well. Agent i has a private cost c_i and a private quality q_i, its chance of
success; it bids a price p_i and a claimed quality s_i. A rule picks a winner and says what is paid on success and on failure:

    terms(V, bids, standing, rank) → winner, payment if the outcome is seen as a success, payment if as a failure

    best ratio          max s/p                       pays p                        as agent frameworks ship it
    lowest price        min p among s ≥ bar           pays p
    second score        max s·V − p                   pays s·V − k                  k: the others' best score, or 0 (after Che 1993)
    reputation          max r·V − p                   pays p                        r ← λ·r + (1−λ)·outcome
    deposit             max s/p                       pays p, takes D on failure
    first come, lot     the first; by lot             pays p
    settled on outcome  max s·V − p                   pays V − k on success, −k on failure

The last one is truthful: by winning, an agent gets q·V − k − c, its true score less k, whatever it claimed, and k is not its to
move; so it wants to win exactly when its true score is above k (after Porter, Ronen, Shoham & Tennenholtz 2008: payments on what
was executed). Where a success is seen with chance t and a failure is taken for one with chance f < t, V·1[success] is replaced by
V·(1[seen] − f)/(t − f), whose mean is the same. The buyer keeps k with clear sight: never a loss. Amounts are exact rationals.
"""

import hashlib
import hmac
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

ZERO, ONE = Fraction(0), Fraction(1)
FORMAT = "rulewright task market 1"
LONGEST, GRAIN = 400, 10**300  # characters and exponents of a number, characters of a name; of sums that grow


class Refused(ValueError):
    """What was asked cannot be; the message says what would do."""


def exact(value: Any, name: str, least: Any = ZERO, most: Any = None, longest: int = LONGEST) -> Fraction:
    """A rational from an int, a Fraction, a decimal or "2/3"; a float counts as the decimal that it prints. Raises Refused."""
    try:
        said = "" if isinstance(value, (int, Fraction)) else repr(value) if isinstance(value, float) else str(value)
        large = len(said) > longest or abs(int(said.lower().partition("e")[2] or 0)) > LONGEST  # as "1e999999999"
        found = Fraction("" if large or isinstance(value, bool) else said or value)
        if max(abs(found.numerator), found.denominator) > 10**longest:
            raise ValueError
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        shown = said[:80] or type(value).__name__
        raise Refused(f"{name}: needed a finite number, not too long, found {shown}") from None
    if (least is not None and found < least) or (most is not None and found > most):
        raise Refused(f"{name}: needed a number from {least}{'' if most is None else f' to {most}'}, found {value!r}")
    return found


def kept(value: Fraction) -> Fraction:
    """A sum that goes on: exact, but rounded down to a GRAIN-th where it would grow without end."""
    return value if value.denominator <= GRAIN else Fraction(math.floor(value * GRAIN), GRAIN)


def named(value: Any, what: str) -> str:
    """A name that a lot can be drawn with. Raises Refused."""
    if not isinstance(value, str) or not value or len(value) > LONGEST or not value.isprintable():
        raise Refused(f"{what}: needed a printable name of at most {LONGEST} characters, found {repr(value)[:80]}")
    return value


@dataclass(frozen=True)
class Bid:
    """What an agent says of itself for one task."""

    agent: str
    price: Fraction
    """What it asks, in money; where truth is best: its cost."""
    quality: Fraction
    """The chance of success that it claims."""


@dataclass(frozen=True)
class Terms:
    """Who does the task, and what it is paid. Positions are of the list of bids; None: nobody."""

    winner: int | None
    on_success: Fraction = ZERO
    on_failure: Fraction = ZERO

    @property
    def deposit(self) -> Fraction:
        """The most that the winner may have to pay: what has to lie ready."""
        return max(ZERO, -self.on_success, -self.on_failure)


Standing = Mapping[str, Fraction]
NOBODY = Terms(None)


@dataclass(frozen=True)
class Rule:
    """How a task is awarded. `memory` and `start` are those of reputations; a rule that reads none may ignore them."""

    memory: Fraction = Fraction(9, 10)
    """λ: what is left of a reputation after the next outcome."""
    start: Fraction = Fraction(1, 2)
    """The reputation of a name that was never seen."""

    name = "rule"

    def __post_init__(self) -> None:
        for key, value in vars(self).items():
            if key != "cap" or value is not None:
                object.__setattr__(self, key, exact(value, f"{self.name}, {key}", most=ONE if key in SHARES else None))

    def scores(self, value: Fraction, bids: Sequence[Bid], standing: Standing) -> list[tuple[Fraction, ...] | None]:
        """Of each bid, compared from left to right; None: not to be had."""
        raise NotImplementedError

    def pays(self, value: Fraction, bid: Bid, others: Fraction) -> tuple[Fraction, Fraction]:
        """(on success, on failure), given the best score of the others, at least 0."""
        return bid.price, bid.price

    def terms(self, value: Fraction, bids: Sequence[Bid], standing: Standing, rank: Sequence[int]) -> Terms:
        """`rank`: of each bid in the lot that breaks ties; the smallest wins."""
        able = [(s, -rank[k], k) for k, s in enumerate(self.scores(value, bids, standing)) if s is not None]
        if not able:
            return NOBODY
        winner = max(able)[2]
        others = max([ZERO, *(score[0] for score, _, k in able if k != winner)])
        return Terms(winner, *self.pays(value, bids[winner], others))

    def exposure(self, value: Fraction, bid: Bid) -> Fraction:
        """The most that this bid can come to cost its agent if the outcome is bad."""
        return ZERO


SHARES = ("memory", "start", "bar", "sees", "mistakes")


def _ratio(bid: Bid) -> tuple[Fraction, ...]:
    """s/p, with p = 0 above all, by quality then; who claims nothing is below all."""
    return (ONE, bid.quality) if bid.quality and not bid.price else (ZERO, bid.quality / (bid.price or ONE))


def _sold(value: Fraction, bid: Bid) -> bool:
    """Whether the buyer would take the bid at its word."""
    return bid.quality * value >= bid.price


@dataclass(frozen=True)
class BestRatio(Rule):
    """The best ratio of claimed quality to price, at the price."""

    name = "best ratio"

    def scores(self, value: Fraction, bids: Sequence[Bid], standing: Standing) -> list[tuple[Fraction, ...] | None]:
        return [_ratio(bid) if _sold(value, bid) else None for bid in bids]


@dataclass(frozen=True)
class Deposit(BestRatio):
    """The same, and a fixed deposit is lost on failure."""

    amount: Fraction = Fraction(1, 4)
    name = "deposit"

    def pays(self, value: Fraction, bid: Bid, others: Fraction) -> tuple[Fraction, Fraction]:
        return bid.price, bid.price - self.amount

    def exposure(self, value: Fraction, bid: Bid) -> Fraction:
        return max(ZERO, self.amount - bid.price)


@dataclass(frozen=True)
class LowestPrice(Rule):
    """The lowest price among claims that reach the bar, at that price."""

    bar: Fraction = Fraction(1, 2)
    name = "lowest price"

    def scores(self, value: Fraction, bids: Sequence[Bid], standing: Standing) -> list[tuple[Fraction, ...] | None]:
        return [(-bid.price,) if bid.quality >= self.bar and bid.price <= value else None for bid in bids]


@dataclass(frozen=True)
class SecondScore(Rule):
    """The best claimed surplus s·V − p, paid what would have tied with the second: s·V − k, whatever the outcome."""

    name = "second score"

    def scores(self, value: Fraction, bids: Sequence[Bid], standing: Standing) -> list[tuple[Fraction, ...] | None]:
        return [(bid.quality * value - bid.price,) if _sold(value, bid) else None for bid in bids]

    def pays(self, value: Fraction, bid: Bid, others: Fraction) -> tuple[Fraction, Fraction]:
        return (bid.quality * value - others,) * 2


@dataclass(frozen=True)
class Reputation(Rule):
    """The best r·V − p by reputation r, at the price; claims are not read."""

    name = "reputation"

    def scores(self, value: Fraction, bids: Sequence[Bid], standing: Standing) -> list[tuple[Fraction, ...] | None]:
        worth = [standing.get(bid.agent, self.start) * value - bid.price for bid in bids]
        return [(w,) if w >= 0 else None for w in worth]


@dataclass(frozen=True)
class FirstCome(Rule):
    """Whoever bid first, at its price."""

    name = "first come"

    def scores(self, value: Fraction, bids: Sequence[Bid], standing: Standing) -> list[tuple[Fraction, ...] | None]:
        return [(Fraction(-k),) if _sold(value, bid) else None for k, bid in enumerate(bids)]


@dataclass(frozen=True)
class Lot(Rule):
    """By lot among all who may be had, at the price."""

    name = "lot"

    def scores(self, value: Fraction, bids: Sequence[Bid], standing: Standing) -> list[tuple[Fraction, ...] | None]:
        return [(ZERO,) if _sold(value, bid) else None for bid in bids]


@dataclass(frozen=True)
class Settled(Rule):
    """The mended rule: second score, settled on the outcome. Truth in cost and quality is dominant (see the head of this file).

    `cap`: no score counts for more, so that with clear sight nobody ever has to have more than the cap ready; among scores at the
    cap the lot decides. Truth stays dominant; some of the surplus above the cap is lost, and a second name is a second ticket.
    """

    sees: Fraction = ONE
    """t: the chance that a success is seen as one."""
    mistakes: Fraction = ZERO
    """f: the chance that a failure is seen as a success."""
    cap: Fraction | None = None
    name = "settled on outcome"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.sees <= self.mistakes:
            raise Refused(f"{self.name}: needed sees above mistakes, found {self.sees} and {self.mistakes}")

    def score(self, value: Fraction, bid: Bid) -> Fraction:
        claimed = bid.quality * value - bid.price
        return claimed if self.cap is None else min(claimed, self.cap)

    def scores(self, value: Fraction, bids: Sequence[Bid], standing: Standing) -> list[tuple[Fraction, ...] | None]:
        return [(self.score(value, bid),) if _sold(value, bid) else None for bid in bids]

    def pays(self, value: Fraction, bid: Bid, others: Fraction) -> tuple[Fraction, Fraction]:
        per = value / (self.sees - self.mistakes)
        return (ONE - self.mistakes) * per - others, -self.mistakes * per - others

    def exposure(self, value: Fraction, bid: Bid) -> Fraction:
        return max(ZERO, self.score(value, bid)) + self.mistakes * value / (self.sees - self.mistakes)


RULES: dict[str, type[Rule]] = {
    kind.name: kind for kind in (BestRatio, LowestPrice, SecondScore, Reputation, Deposit, FirstCome, Lot, Settled)
}


@dataclass
class _Job:
    value: Fraction
    commitment: str
    bids: list[Bid] = field(default_factory=list)
    terms: Terms | None = None
    key: str = ""
    """Of the lot, told with the award."""
    seen: bool | None = None


@dataclass(frozen=True)
class Awarded:
    """Of one task. `winner` is None if nobody could be had."""

    task: str
    winner: str | None
    on_success: Fraction
    on_failure: Fraction
    deposit: Fraction
    key: str
    """With it anyone can redo the lot: SHA-256 of it was told when the task was opened."""


class TaskMarket:
    """Open, bid, award, settle. All of the state goes to JSON and back; nothing is drawn but what was committed to.

    `secret`: a string that nobody else knows; each task's lot is drawn by HMAC-SHA-256 from it. Accounts and deposits are kept
    if `deposits` is true: a bid is refused while its agent could not pay what it may come to owe.
    """

    def __init__(self, rule: Rule, secret: str, *, deposits: bool = False) -> None:
        if not secret:
            raise Refused("secret: needed a string that nobody else knows, found nothing")
        self.rule, self.deposits, self._secret = rule, deposits, secret
        self.standing: dict[str, Fraction] = {}
        self.accounts: dict[str, Fraction] = {}
        self._jobs: dict[str, _Job] = {}

    def _key(self, task: str) -> str:
        return hmac.new(self._secret.encode(), task.encode(), hashlib.sha256).hexdigest()

    def _job(self, task: str) -> _Job:
        if task not in self._jobs:
            raise Refused(f"task: needed one that was opened, found {task!r}")
        return self._jobs[task]

    def open(self, task: str, value: Any) -> str:
        """Offer a task worth `value`. Returns the commitment to its lot, to be published."""
        if task in self._jobs:
            raise Refused(f"task: needed a new name, found {task!r}")
        named(task, "task")
        commitment = hashlib.sha256(self._key(task).encode()).hexdigest()
        self._jobs[task] = _Job(exact(value, "value"), commitment)
        return commitment

    def fund(self, agent: str, amount: Any) -> Fraction:
        """Put money into an agent's account. Returns what is there now."""
        self.accounts[named(agent, "agent")] = kept(self.accounts.get(agent, ZERO) + exact(amount, "amount"))
        return self.accounts[agent]

    def free(self, agent: str) -> Fraction:
        """What of an agent's account is not held for a bid or an award."""
        held = ZERO
        for job in (j for j in self._jobs.values() if j.seen is None):
            for k, bid in enumerate(job.bids):
                if bid.agent == agent and (job.terms is None or job.terms.winner == k):
                    held += self.rule.exposure(job.value, bid) if job.terms is None else job.terms.deposit
        return self.accounts.get(agent, ZERO) - held

    def bid(self, task: str, agent: str, price: Any, quality: Any) -> Bid:
        """One bid per agent and task, sealed; it stands. Raises Refused."""
        job = self._job(task)
        if job.terms is not None:
            raise Refused(f"bid: {task!r} is awarded already")
        if any(other.agent == agent for other in job.bids):
            raise Refused(f"bid: {agent!r} has bid for {task!r} already")
        made = Bid(named(agent, "agent"), exact(price, "price"), exact(quality, "quality", most=ONE))
        needed = self.rule.exposure(job.value, made)
        if self.deposits and needed > self.free(agent):
            raise Refused(f"bid: needed {needed} free in the account of {agent!r}, found {self.free(agent)}")
        job.bids.append(made)
        return made

    def award(self, task: str) -> Awarded:
        """Decide. Asked again, it answers the same."""
        job = self._job(task)
        if job.terms is None:
            job.key = self._key(task)
            job.terms = self.rule.terms(job.value, job.bids, self.standing, lot(job.key, [b.agent for b in job.bids]))
            if job.terms.winner is None:
                job.seen = False  # nothing will come of it
        terms = job.terms
        winner = None if terms.winner is None else job.bids[terms.winner].agent
        return Awarded(task, winner, terms.on_success, terms.on_failure, terms.deposit, job.key)

    def settle(self, task: str, success: bool) -> Fraction:
        """What came of an awarded task, once. Returns what the winner is paid; below 0, what it pays."""
        job = self._job(task)
        if job.terms is None or job.terms.winner is None:
            raise Refused(f"settle: needed a task with a winner, found {task!r}")
        if job.seen is not None:
            raise Refused(f"settle: {task!r} is settled already")
        if not isinstance(success, bool):
            raise Refused(f"settle: needed True or False, found {success!r}")
        agent, rule = job.bids[job.terms.winner].agent, self.rule
        paid = job.terms.on_success if success else job.terms.on_failure
        job.seen = success
        moved = rule.memory * self.standing.get(agent, rule.start) + (ONE - rule.memory) * int(success)
        self.standing[agent] = kept(moved)
        self.accounts[agent] = kept(self.accounts.get(agent, ZERO) + paid)
        return paid

    def state(self) -> str:
        """All of it but the secret, as JSON: the same state, the same text."""
        said = {key: None if v is None else str(v) for key, v in asdict(self.rule).items()}
        jobs = {name: {**asdict(job), "terms": job.terms and asdict(job.terms)} for name, job in self._jobs.items()}
        data = {"format": FORMAT, "rule": {"name": self.rule.name, **said}, "deposits": self.deposits, "jobs": jobs,
                "standing": self.standing, "accounts": self.accounts}  # fmt: skip
        return json.dumps(data, default=str, sort_keys=True, indent=1)

    @classmethod
    def load(cls, text: str, secret: str) -> "TaskMarket":
        """A market from its state. Raises Refused for what is none, or for another secret than it was committed to."""
        rule, jobs, rest = _read(text)
        market = cls(rule, secret, deposits=rest["deposits"])
        market.standing, market.accounts, market._jobs = rest["standing"], rest["accounts"], jobs
        for name, job in market._jobs.items():
            if hashlib.sha256(market._key(name).encode()).hexdigest() != job.commitment:
                raise Refused(f"secret: not the one that {name!r} was committed to")
        return market


def lot(key: str, agents: Sequence[str]) -> list[int]:
    """[agent]: the place of each in the lot that `key` draws."""
    drawn = [hmac.new(key.encode(), agent.encode(), hashlib.sha256).hexdigest() for agent in agents]
    order = sorted(range(len(agents)), key=lambda k: (drawn[k], agents[k]))
    return [order.index(k) for k in range(len(agents))]


def redone(state: str) -> list[str]:
    """Whatever in a market's state is not as its own rule and commitments say: by anyone, without the secret. Raises Refused.

    Awards by reputation are not redone, as the standings of the time are not kept.
    """
    wrong, (rule, jobs, _) = [], _read(state)
    for name, job in ((n, j) for n, j in jobs.items() if j.terms is not None):
        if hashlib.sha256(job.key.encode()).hexdigest() != job.commitment:
            wrong.append(f"{name}: the key of its lot is not the one committed to")
        elif rule.name != Reputation.name:
            drawn = lot(job.key, [b.agent for b in job.bids])
            if rule.terms(job.value, job.bids, {}, drawn) != job.terms:
                wrong.append(f"{name}: its award is not what its bids and its lot come to")
    return wrong


def _told(text: Any, least: Any = ZERO, most: Any = None) -> Fraction:
    """A rational of a state."""
    return exact(str(text), "number", least, most, 10 * LONGEST)


def _job_of(j: Any) -> _Job:
    bids = [Bid(named(b["agent"], "agent"), _told(b["price"]), _told(b["quality"], ZERO, ONE)) for b in j["bids"]]
    t, seen, key = j["terms"], j["seen"], j["key"]
    terms = None if t is None else Terms(t["winner"], _told(t["on_success"], None), _told(t["on_failure"], None))
    fits = seen is None and key == "" if terms is None else terms.winner in (None, *range(len(bids)))
    if not fits or type(seen) not in (bool, type(None)) or type(key) is not str:
        raise ValueError(f"terms {t!r}, seen {seen!r}, key {key!r}")
    return _Job(_told(j["value"]), j["commitment"], bids, terms, key, seen)


def _read(state: str) -> tuple[Rule, dict[str, _Job], dict[str, Any]]:
    """(rule, jobs, the rest) of a market's state. Raises Refused."""
    try:
        data = json.loads(state)
        if data["format"] != FORMAT or not isinstance(data["deposits"], bool):
            raise ValueError(data["format"], data["deposits"])
        rule = RULES[data["rule"].pop("name")](**data["rule"])
        jobs = {named(name, "task"): _job_of(j) for name, j in data["jobs"].items()}
        data["accounts"] = {a: _told(r, None) for a, r in data["accounts"].items()}
        data["standing"] = {a: _told(r, ZERO, ONE) for a, r in data["standing"].items()}
        return rule, jobs, data
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as problem:
        raise Refused(f"state: needed that of a task market, found {problem!r}") from None
