"""Assistants that book a hundred tables, in a city: how adoption tips it. After a story in the tutorial; the model is ours.

A share x of people have an assistant, to whom a booking costs κ; the others phone, at a cost of `call`. Who holds m bookings
has v (1 − qᵐ), so that the best m is the largest with v (1 − q) q^(m−1) ≥ cost: m_A of an assistant, m_h by phone. A
restaurant earns π on a party that sits down and pays h for each booking: with everybody served it takes bookings while the
mean is at most M = π/h,

    m(x) = x m_A + (1 − x) m_h ≤ M     ⟺     x ≤ x_c = (M − m_h)/(m_A − m_h)        κ_c = v (1 − q) q^⌊M⌋

o: share of restaurants that take bookings; a few, `open`, always do. Live bookings crowd out who phones, whose evening is
worth a share f(x) = 1/(1 + crowding (m(x) − m_h)) of what it was; assistants ask again and are not crowded out. Having one
costs `price`:

    gain(x, o) = o (U_A − U_h f-adjusted) − price          U = v (1 − qᵐ) − (cost + fee) m − deposit (m − 1)
    adoption   x ← x + pace · x (reach − x) · gain/v  where it gains,  x (1 − x) where it loses      (people look at one another)
    response   o ← o + respond · (1 where restaurants earn, else open; − o)

The more have one, the scarcer tables are for the others: gain grows with x (positive feedback), and where it crosses nought,
at x_a, two outcomes are stable. Past x_c restaurants stop, and all is lost but what the few keep; where having an assistant
then costs more than it brings, the city stays on the edge, x = x_c, with as many restaurants open as make people indifferent:
o = price/(U_A − U_h).

Replicator and imitation: Schuster & Sigmund 1983 (J. Theor. Biol. 100); pairwise proportional imitation: Helbing 1992
(Physica A 181).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..errors import InputError
from ..numerics import counter, rational
from ..report.findings.report import Figure, Mark, Section, Series, Table
from ..report.report import ClaimRow
from .model import Course, Model, Outcome, Plan

PEOPLE, RESTAURANTS, FIRST = 0, 1, 2  # streams of draws
PEOPLE_OF_ONE = 100  # for each restaurant, in a simulation
ROUNDING = 1e-12  # of shares, in favour of taking bookings
COSTS = (3.0, 0.1, 0.005, 0.001)  # that the table of bookings shows


def bookings(value: float, fail: float, cost: float, more: float = 0.0, cap: int = 0) -> int:
    """The best number of bookings to hold: the largest m with v (1 − q) q^(m−1) ≥ cost (+ `more` from the second on).

    cap: at most so many, 0 for no limit. Raises InputError where it is infinite.
    """
    first = value * (1 - fail)
    if first < cost or first == 0:
        return 0
    if cost + more <= 0 and not cap and fail > 0:
        raise InputError(
            where="kappa", needed="a booking that costs something, or a cap", found="bookings without end at no cost"
        )
    if fail == 0:
        return 1
    if cost + more <= 0:
        return cap
    m = max(1, 1 + math.floor(math.log((cost + more) / first) / math.log(fail)))
    while m > 1 and first * fail ** (m - 1) < cost + more:  # logarithms round: decided by the products themselves
        m -= 1
    while first * fail**m >= cost + more:
        m += 1
    return min(m, cap) if cap else m


@dataclass(frozen=True)
class BookingAssistants(Model):
    """Money, for each person and evening. Raises InputError for settings without a meaning."""

    kappa: float = 0.001
    """κ, what one booking costs an assistant's person."""
    call: float = 3.0
    """What one costs who phones; at least κ."""
    value: float = 10.0
    """v, of a table that suits."""
    fail: float = 0.5
    """q, chance that a restaurant does not suit; seen on the day only."""
    earns: float = 30.0
    """π, a restaurant, on a party that sits down."""
    handles: float = 3.0
    """h, cost to restaurants of one booking."""
    open: float = 0.01
    """Share of restaurants that never stop taking bookings."""
    crowding: float = 0.0
    """How much each booking beyond those by phone takes from an evening that was booked by phone."""
    price: float = 0.0
    """What having an assistant costs, an evening."""
    reach: float = 1.0
    """Share of people who would ever have one, or may."""
    fee: float = 0.0
    """For each booking that is made, handed on to all alike."""
    deposit: float = 0.0
    """Forfeited for each booking that is cancelled, handed on to all alike."""
    cap: int = 0
    """Most live bookings of a person; 0: no limit."""
    start: float = 0.02
    """Share of those within reach who have an assistant at first."""
    pace: float = 0.5
    """Chance in a step to look at somebody else, at a gain as large as v."""
    respond: float = 0.2
    """Chance that a restaurant reconsiders in a step."""

    MEASURES: ClassVar = {
        "surplus": "what people and restaurants have together, for each person and evening",
        "people": "what people have of it",
        "restaurants": "what restaurants have of it",
        "assistants": "x, share of people with an assistant",
        "bookings": "m, mean bookings that are held",
        "taking": "o, share of restaurants that take bookings",
    }
    GOAL: ClassVar = "surplus"

    def __post_init__(self) -> None:
        self._within(0, 1, "fail", "open", "reach", "start", "pace", "respond")
        self._within(0, math.inf, "kappa", "call", "value", "earns", "handles", "crowding", "price", "fee", "deposit")
        if self.value == 0 or self.handles == 0:
            raise InputError(where="value" if self.value == 0 else "handles", needed="a number above 0", found="0")
        if self.kappa > self.call:
            raise InputError(where="kappa", needed="at most what a call costs", found=f"{self.kappa} above {self.call}")
        if self.cap < 0:
            raise InputError(where="cap", needed="0 for none, or at least 1", found=str(self.cap))
        _ = self.held

    @property
    def held(self) -> tuple[int, int]:
        """(m_A, m_h): bookings of a person with an assistant, and of one who phones."""
        both = (self.kappa, self.call)
        by, phone = (bookings(self.value, self.fail, c + self.fee, self.deposit, self.cap) for c in both)
        return by, phone

    @property
    def limit(self) -> float:
        """M = π/h."""
        return self.earns / self.handles

    def mean(self, x: float) -> float:
        """m(x)."""
        by, phone = self.held
        return x * by + (1 - x) * phone

    def earned(self, x: float) -> float:
        """What restaurants earn for each person while they take bookings."""
        by, phone = self.held
        return self.earns * (x * (by > 0) + (1 - x) * (phone > 0)) - self.handles * self.mean(x)

    @property
    def tipping_share(self) -> float:
        """x_c, the largest share at which restaurants lose nothing: below 0 if they always do, infinite if they never do."""
        all_phone, all_by = self.earned(0.0), self.earned(1.0)
        if all_phone < 0:
            return -1.0
        return math.inf if all_by >= 0 else all_phone / (all_phone - all_by)

    @property
    def critical_cost(self) -> float:
        """κ_c: bookings stop, where all have an assistant, if one booking costs no more than this."""
        return self.value * (1 - self.fail) * self.fail ** math.floor(self.limit)

    def evenings(self, x: float) -> tuple[float, float]:
        """(U_A, U_h) while restaurants take bookings, fee and deposit paid, price not."""
        by, phone = self.held
        crowd = 1 + self.crowding * max(0.0, self.mean(x) - phone)
        return (
            self.value * (1 - self.fail**by) - (self.kappa + self.fee) * by - self.deposit * max(by - 1, 0),
            self.value * (1 - self.fail**phone) / crowd
            - (self.call + self.fee) * phone
            - self.deposit * max(phone - 1, 0),
        )

    def gain(self, x: float, o: float) -> float:
        """Of having an assistant."""
        by, phone = self.evenings(x)
        return o * (by - phone) - self.price

    @property
    def adopting_share(self) -> float:
        """x_a, where gain(x, 1) = 0: fewer give assistants up, more take them up; NaN where there is none within [0, 1]."""
        return self._even(1.0)

    def _even(self, o: float) -> float:
        """Where the gain at o is nought: from U_h = U_A − price/o, which gives f, m, and x."""
        by, phone = self.held
        if self.crowding == 0 or by == phone or phone == 0 or o == 0:
            return math.nan
        left = self.evenings(0.0)
        wanted = left[0] - self.price / o  # U_h there
        whole = self.value * (1 - self.fail**phone)
        f = (wanted - (left[1] - whole)) / whole
        if not 0 < f <= 1:
            return math.nan
        x = (1 / f - 1) / self.crowding / (by - phone)
        return x if 0 <= x <= 1 else math.nan

    def step(self, x: float, o: float) -> tuple[float, float]:
        """One step of the mean field: the expectation of one step of the simulation at shares x and o."""
        up, down = self._chances(x, o)
        return x + (self.reach - x) * up - x * down, o + self.respond * (self._target(x) - o)

    def _chances(self, x: float, o: float) -> tuple[float, float]:
        """(that who has none takes one up, that who has one gives it up)."""
        rate = self.pace * self.gain(x, o) / self.value
        return min(1.0, max(0.0, rate) * x), min(1.0, max(0.0, -rate) * (1 - x))

    def _target(self, x: float) -> float:
        return 1.0 if x <= self.tipping_share + ROUNDING else self.open

    def measures(self, x: float, o: float) -> dict[str, float]:
        by, phone = self.held
        fees = [self.fee * m + self.deposit * max(m - 1, 0) for m in (by, phone)]
        with_one, calling = (u + paid for u, paid in zip(self.evenings(x), fees, strict=True))
        people = o * (x * with_one + (1 - x) * calling) - self.price * x
        restaurants = o * self.earned(x)
        return {
            "surplus": people + restaurants,
            "people": people,
            "restaurants": restaurants,
            "assistants": x,
            "bookings": self.mean(x),
            "taking": o,
        }

    def outcomes(self) -> list[Outcome]:
        """Rests of the mean field. Gain grows with x, and with o, so that they are few and known in closed form."""
        x_c, top = self.tipping_share, self.reach
        split = [
            v
            for v, ok in (
                (self._even(1.0), lambda v: v < min(x_c, top)),
                (self._even(self.open), lambda v: x_c < v < top),
            )
            if v > 0 and ok(v)
        ]
        found: list[tuple[str, float, float, bool, str]] = []
        first = self.gain(
            0.0, 1.0 if x_c > 0 else self.open
        )  # what the very first would gain, restaurants having responded
        found.append(
            ("nobody has an assistant", 0.0, self._target(0.0), first < 0 or top == 0, f"gain {first:.6g} there")
        )
        for x in split:
            o = self._target(x)
            found.append((f"watershed: {x:.4g} have one", x, o, False, "gain is nought, and grows with x"))
        if 0 < x_c < top - ROUNDING and self.gain(x_c, 1.0) > 0 > self.gain(x_c, self.open):
            by, phone = self.evenings(x_c)
            o = self.price / (by - phone)
            how = f"x_c = {x_c:.6g}; o = price/(U_A − U_h) = {o:.6g}: nobody gains by changing"
            found.append(("on the edge: restaurants come and go", x_c, o, True, how))
        end = self.gain(top, self._target(top))
        if top > 0 and end >= 0:
            stop = top > x_c + ROUNDING
            name = "bookings stop" if stop else "assistants, and restaurants take bookings"
            how = f"mean bookings {self.mean(top):.6g} {'>' if stop else '≤'} M = {self.limit:.6g}"
            found.append((name, top, self._target(top), True, how))
        return [
            Outcome(name, self.measures(x, o), stable, self._basin(x, split) if stable else 0.0, how)
            for name, x, o, stable, how in found
        ]

    def _basin(self, x: float, split: list[float]) -> float:
        """Share of starts within reach from which x is reached, restaurants responding at once."""
        if self.reach == 0:
            return 1.0
        low = max((s for s in split if s < x), default=0.0)
        return (min((s for s in split if s > x), default=self.reach) - low) / self.reach

    def simulate(self, plan: Plan) -> Course:
        """Every person and every restaurant: people look at one another and switch, restaurants reconsider."""
        runs = [self._run(plan.agents, plan.steps, seed) for seed in plan.seeds]
        rows = [[self.measures(x, o) for x, o in run] for run in runs]
        measures = {name: np.array([[row[name] for row in run] for run in rows]) for name in self.MEASURES}
        return Course(np.arange(plan.steps, dtype=float), measures, plan.agents, "steps")

    def _run(self, agents: int, steps: int, seed: int) -> list[tuple[float, float]]:
        within = round(self.reach * agents)
        many = max(1, agents // PEOPLE_OF_ONE)
        always = round(self.open * many)
        has = np.zeros(agents, bool)
        has[:within] = counter.happens(counter.draws(seed, FIRST, 0, within), self.start)
        taking = np.ones(many, bool)
        course = []
        for t in range(steps):
            x, o = float(has.mean()), float(taking.mean())
            course.append((x, o))
            up, down = self._chances(x, o)
            if up > 0:
                has[:within] |= counter.happens(counter.draws(seed, PEOPLE, t, within), up)
            elif down > 0:
                has &= ~counter.happens(counter.draws(seed, PEOPLE, t, agents), down)
            decides = counter.happens(counter.draws(seed, RESTAURANTS, t, many), self.respond)
            taking = np.where(decides, x <= self.tipping_share + ROUNDING, taking)
            taking[:always] = True
        return course

    def claims(self) -> list[ClaimRow]:
        """Exact, in fractions of the decimals that were written."""
        by, phone = self.held
        value, fail, fee, deposit = (rational.fraction(v) for v in (self.value, self.fail, self.fee, self.deposit))
        cost = rational.fraction(self.kappa) + fee
        first = value * (1 - fail)
        added = [first * fail ** (m - 1) - cost - (deposit if m > 1 else 0) for m in (max(by, 1), by + 1)]
        best = (by == 0 or added[0] >= 0) and (added[1] < 0 or by == self.cap)
        found = [
            ClaimRow(
                "what an assistant does is best for the person it serves",
                bool(best),
                "proved",
                f"{by} bookings: the last adds {float(added[0]):.6g}, one more would add {float(added[1]):.6g}"
                + (" (the cap forbids it)" if by == self.cap else ""),
            )
        ]
        profit = [rational.fraction(self.earns) * (m > 0) - rational.fraction(self.handles) * m for m in (phone, by)]
        if profit[0] >= 0 > profit[1]:
            at = profit[0] / (profit[0] - profit[1])
            says = f"x_c = {at}: restaurants earn {profit[0]} where nobody has one and {profit[1]} where all have, linear between"
            found.append(ClaimRow("restaurants stop beyond a share x_c of assistants", 0 <= at < 1, "proved", says))
        else:
            says = f"they earn {profit[0]} a person where nobody has an assistant and {profit[1]} where all have"
            what = "no share of assistants makes restaurants stop" if profit[1] >= 0 else "restaurants never earn"
            found.append(ClaimRow(what, True, "proved", says))
        return found

    @property
    def thresholds(self) -> dict[str, float | None]:
        """{what: where, or None}: in closed form."""
        x_c, x_a = self.tipping_share, self.adopting_share
        kappa = self.kappa + self.fee
        return {
            "share of assistants beyond which restaurants stop (x_c)": x_c if 0 <= x_c <= 1 else None,
            "share beyond which people take assistants up by themselves (x_a)": None if math.isnan(x_a) else x_a,
            "cost of a booking at which restaurants stop, if all have one (κ_c)": self.critical_cost,
            "robustness margin: how much cheaper a booking may get": kappa - self.critical_cost
            if kappa > self.critical_cost
            else None,
            "recovery cost: the least fee that brings bookings back": self.critical_cost - kappa
            if kappa <= self.critical_cost
            else None,
        }

    def sections(self) -> list[Section]:
        x = np.linspace(0, 1, 201)
        marks = [Mark(v, n) for v, n in ((self.tipping_share, "x_c"), (self.adopting_share, "x_a")) if 0 <= v <= 1]
        held = Figure(
            "bookings",
            "Bookings that are held, and how many restaurants bear",
            "share of people with an assistant",
            "bookings a person",
            [
                Series("held on average", x.tolist(), [self.mean(v) for v in x]),
                Series("M, what a party pays for", x.tolist(), [self.limit] * len(x)),
            ],
            [m for m in marks if m.name == "x_c"],
            "Closed form; where everybody is served, restaurants stop beyond the crossing.",
        )
        gains = Figure(
            "gain",
            "What having an assistant gains",
            "share of people with an assistant",
            "gain, in money an evening",
            [
                Series("restaurants take bookings", x.tolist(), [self.gain(v, 1.0) for v in x]),
                Series("they have stopped", x.tolist(), [self.gain(v, self.open) for v in x]),
                Series("no gain", x.tolist(), [0.0] * len(x)),
            ],
            marks,
            "Above nought adoption grows, below it falls. Crowding makes it grow with the share.",
        )
        table = Table("Thresholds, in closed form", ["", "at"], [[name, v] for name, v in self.thresholds.items()])
        costs = [c for c in COSTS if c + self.fee + self.deposit > 0]
        often = Table(
            "Bookings that are best for one person",
            ["what a booking costs", "bookings held", "restaurants, if all hold as many"],
            [self._row(c) for c in costs],
        )
        lead = "Nobody means harm: each assistant does what is best for whom it serves."
        return [Section("Adoption", lead, figures=[held, gains], tables=[table, often])]

    def _row(self, cost: float) -> list[str | float | bool | None]:
        m = bookings(self.value, self.fail, cost + self.fee, self.deposit, self.cap)
        return [cost, float(m), "take bookings" if m <= self.limit else "stop"]

    def describe(self) -> str:
        by, phone = self.held
        return f"an assistant holds {by} bookings, who phones holds {phone}, restaurants bear {self.limit:g} on average"
