"""Audit any mechanism, ours or another's: what it earns, what it promises, and what a strong attacker gains by lying to it.

    all profiles          truth: revenue, taking part, what may be decided; the QUICK attacker
    the first `attacked`  the STRONG attacker: a fair sample, from which the mean is estimated
    `suspects` others     the STRONG attacker where the QUICK one gained most: for the worst profile only

Every gain that is reported was seen again, by asking anew, so that a mechanism that tosses coins cannot be accused by
luck. Found regret is a lower bound. It becomes a certificate by no effort: certificates are `certified` (cells,
programmes) or a proof by construction.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from ...behaviour.estimation.confidence import binomial, mean
from ...errors import InputError
from ...numerics.rational import Array
from ..environment import REVENUE
from ..mechanism import Estimate, Mechanism, Outcome
from .attack import QUICK, STRONG, Effort, Lies, attack
from .audited import BOUNDED, CONTINUUM, PROVED, SEARCHED, Audit, Certified, Deviation, Fault, Tail, Violations
from .watched import Watched, reach

AT_ONCE = 1 << 14  # profiles
MOST = 10**7  # profiles; draws are counted in 32 bits
TWICE = 64  # profiles that are asked again, and alone
DOUBLE, SINGLE = 1e-9, 5e-6  # what rounding does, in units of the largest type
TAILS = (1e-3, 1e-2)  # in the same units
CONFIDENCE = 0.95

Tell = Callable[[str, float], object]


def audit(
    mechanism: Mechanism,
    *,
    profiles: int = 100_000,
    attacked: int = 1_000,
    suspects: int = 100,
    seed: int = 0,
    quick: Effort = QUICK,
    strong: Effort = STRONG,
    tails: Sequence[float] = TAILS,
    certified: Certified | None = None,
    name: str = "",
    tell: Tell = lambda words, done: None,
) -> Audit:
    """What is said above. `tails`: thresholds, in units of the largest type, fixed before anything is seen.

    `certified`: an upper bound on regret that was found elsewhere. Raises InputError for settings or answers that make no sense.
    """
    start, there = time.process_time(), mechanism.environment
    _checked(profiles, attacked, suspects, tails)
    attacked, suspects = min(attacked, profiles), min(suspects, profiles - min(attacked, profiles))
    watched = Watched(mechanism)
    unit = max(float(np.abs(np.concatenate(reach(law))).max()) for law in there.laws) or 1.0
    opening = there.profiles(min(TWICE, profiles), seed)
    faults, before = _twice(watched, opening, unit), watched.outcome(opening)
    types, truths = _truth(watched, profiles, seed, tell)
    close = (SINGLE if watched.single else DOUBLE) * unit
    tell("a quick look at every profile", 0.0)
    lies, gains = _looked(watched, types, quick, seed, np.arange(profiles), tell, "a quick look at every profile")
    quickly = _seen_again(watched, types, lies, gains, close)
    first = np.arange(attacked)
    rest = np.argsort(-quickly[attacked:].max(axis=1, initial=0.0), kind="stable")[:suspects] + attacked
    for chosen, words in (
        (first, "the strong attacker, a fair sample"),
        (np.sort(rest), "the strong attacker, suspects"),
    ):
        better, more = _looked(watched, types[chosen], strong, seed, chosen, tell, words)
        up = more > gains[chosen]
        lies[chosen] = np.where(up[..., None], better, lies[chosen])
        gains[chosen] = np.maximum(gains[chosen], more)
    tell("asking again", 0.0)
    found = _seen_again(watched, types, lies, gains, close)
    worst = _worst(watched, types, lies, found, close)
    faults += _unfinite(watched)
    faults += _changed(before, watched.outcome(opening), close) if not faults else []
    certified, more_faults = _argued(mechanism.proof, certified, worst, faults, close)
    faults += more_faults
    revenue, wanted, broken = truths.summary(close, profiles, seed)
    fair = found[:attacked]
    return Audit(
        name=name or there.name or type(mechanism).__name__,
        bidders=there.agents,
        dimensions=there.dimensions,
        profiles=profiles,
        attacked=attacked,
        suspects=len(rest),
        seed=seed,
        goal=there.goal.name,
        revenue=revenue,
        wanted=wanted,
        regret_found=_estimate(fair.mean(axis=1), seed),
        regret_quick=_estimate(quickly.mean(axis=1), seed),
        worst=worst,
        tails=tuple(_tail(fair.max(axis=1), x * unit) for x in tails),
        voluntary=broken[0],
        feasible=broken[1],
        budget=broken[2],
        faults=tuple(faults),
        proof=mechanism.proof,
        certified=certified,
        grade=_grade(certified),
        evaluations=watched.asked,
        per_agent=(quick.most(there.dimensions), strong.most(there.dimensions)),
        seconds=time.process_time() - start,
    )


def _argued(
    proof: str, certified: Certified | None, worst: Deviation | None, faults: list[Fault], close: float
) -> tuple[Certified | None, list[Fault]]:
    """(the bound that stands, proofs and certificates that a lie has refuted)."""
    refuted = []
    if proof and worst is not None:
        refuted.append(Fault("proof", f"it is said to be truthful ({proof}), and a lie gains {worst.gain:.3g}"))
    sweeping = certified is not None and certified.scope == CONTINUUM
    if certified is not None and sweeping and worst is not None and worst.gain > certified.regret + close:
        says = f"regret is said to be at most {certified.regret:.6g}, and a lie gains {worst.gain:.6g}"
        refuted.append(Fault("certificate", says))
        certified = None
    if certified is None and proof and worst is None and not faults:
        certified = Certified(0.0, CONTINUUM, proof)
    return certified, refuted


def replay(mechanism: Mechanism, deviation: Deviation) -> float:
    """What the lie gains, asked anew."""
    watched, types, i = Watched(mechanism), np.asarray(deviation.types, float)[None], deviation.agent
    pair = np.stack([types[:, i], np.asarray(deviation.misreport, float)[None]], axis=1)
    truthful, lying = watched.lying(types, i, pair)[0]
    return float(lying - truthful)


def _checked(profiles: int, attacked: int, suspects: int, tails: Sequence[float]) -> None:
    if not (2 <= profiles <= MOST and 2 <= attacked <= MOST // 10 and 0 <= suspects <= MOST // 10):
        found = f"{profiles}, {attacked}, {suspects}"
        raise InputError(where="audit", needed="2 … 10⁷ profiles, 2 … 10⁶ attacked, 0 … 10⁶ suspects", found=found)
    if not all(np.isfinite(x) and x >= 0 for x in tails):
        raise InputError(where="audit", needed="thresholds of at least 0", found=str(list(tails)))


def _grade(certified: Certified | None) -> str:
    if certified is None:
        return SEARCHED
    return certified.grade if certified.grade in (PROVED, BOUNDED) else SEARCHED


def _estimate(values: Array, seed: int) -> Estimate:
    interval = mean(values)
    return Estimate(float(values.mean()), interval.low, interval.high, len(values), seed)


def _tail(worst: Array, above: float) -> Tail:
    seen = int((worst > above).sum())
    high = binomial(seen, len(worst), 2 * CONFIDENCE - 1).high  # the upper end alone, at the one-sided level
    return Tail(above, high, seen, len(worst), CONFIDENCE)


def _twice(watched: Watched, types: Array, unit: float) -> list[Fault]:
    """Whether the same reports get the same answer again, and whether a profile's answer depends on what is asked beside it."""
    first, again = watched.outcome(types), watched.outcome(types.copy())
    other = watched.outcome(types[::-1].copy())
    alone = [watched.outcome(types[k : k + 1]) for k in range(len(types))]
    close = (SINGLE if watched.single else DOUBLE) * max(unit, 1.0)
    faults = []
    off = _apart(first, again)
    if off > close:
        faults.append(Fault("not repeatable", f"the same reports had another outcome: {off:.3g} apart"))
        return faults
    single = Outcome(np.concatenate([o.decision for o in alone]), np.concatenate([o.payments for o in alone]))
    off = max(_apart(first, single), _apart(first, Outcome(other.decision[::-1], other.payments[::-1])))
    if off > close:
        faults.append(
            Fault(
                "depends on the batch", f"the outcome of a profile changes with what is asked beside it, by {off:.3g}"
            )
        )
    return faults


def _unfinite(watched: Watched) -> list[Fault]:
    if not watched.unfinite:
        return []
    at = np.array2string(np.asarray(watched.where), precision=6, separator=", ").replace("\n", "")
    return [Fault("not a number", f"{watched.unfinite} answers had numbers that are not finite, first at {at}")]


def _changed(before: Outcome, after: Outcome, close: float) -> list[Fault]:
    """Of a mechanism that remembers what it was asked: at the end it answers otherwise."""
    off = _apart(before, after)
    return (
        [Fault("not repeatable", f"at the end the first reports had another outcome: {off:.3g} apart")]
        if off > close
        else []
    )


def _apart(a: Outcome, b: Outcome) -> float:
    gaps = (np.nan_to_num(np.abs(x - y), nan=0.0) for x, y in ((a.decision, b.decision), (a.payments, b.payments)))
    return float(max(gap.max(initial=0.0) for gap in gaps))


class _Truths:
    """What happens at truthful reports, piece after piece."""

    def __init__(self) -> None:
        self.paid: list[Array] = []
        self.wanted: list[Array] = []
        self.short: list[Array] = []
        self.excess: list[Array] = []
        self.over: list[Array] = []
        self.types: list[Array] = []

    def add(self, watched: Watched, types: Array) -> None:
        there, found = watched.environment, watched.outcome(types)
        values = np.asarray(there.values(types, found.decision), float)
        self.types.append(types)
        self.paid.append(REVENUE.at(types, values, found.payments))
        self.wanted.append(np.asarray(there.goal.at(types, values, found.payments), float))
        self.short.append((there.outside - (values - found.payments)).max(axis=1))
        self.excess.append(np.asarray(there.decisions.excess(found.decision), float))
        self.over.append((found.payments - there.budget).max(axis=1))

    def summary(self, close: float, profiles: int, seed: int) -> tuple[Estimate, Estimate, tuple[Violations, ...]]:
        types = np.concatenate(self.types)
        paid, wanted = np.concatenate(self.paid), np.concatenate(self.wanted)
        if np.isfinite(paid).sum() < 2:
            raise InputError(where="mechanism", needed="finite outcomes at truthful reports", found="none")
        estimates = [_estimate(x[np.isfinite(x)], seed) for x in (paid, wanted)]
        broken = []
        for part in (self.short, self.excess, self.over):
            by = np.nan_to_num(np.concatenate(part), nan=-np.inf)
            k = int(by.argmax())
            many = int((by > close).sum())
            at = tuple(tuple(map(float, row)) for row in types[k]) if many else ()
            broken.append(Violations(many, profiles, float(by[k]) if many else 0.0, at))
        return estimates[0], estimates[1], tuple(broken)


def _truth(watched: Watched, profiles: int, seed: int, tell: Tell) -> tuple[Array, _Truths]:
    truths = _Truths()
    for start in range(0, profiles, AT_ONCE):
        count = min(AT_ONCE, profiles - start)
        truths.add(watched, watched.environment.profiles(count, seed, start=start))
        tell("truthful reports", (start + count) / profiles)
    return np.concatenate(truths.types), truths


def _looked(
    watched: Watched, types: Array, effort: Effort, seed: int, numbers: Array, tell: Tell, words: str
) -> tuple[Array, Array]:
    """([profile, agent, dimension], [profile, agent]): the best lies of everybody, and their gains."""
    lies, gains = types.copy(), np.zeros(types.shape[:2])
    parts = range(0, len(types), AT_ONCE if effort.steps == 0 else 64)
    size = parts.step
    for start in parts:
        piece = slice(start, start + size)
        for i in range(types.shape[1]):
            found: Lies = attack(watched, types[piece], i, effort, seed=seed, numbers=numbers[piece])
            lies[piece, i], gains[piece, i] = found.misreports, found.gains
        tell(words, min(1.0, (start + size) / len(types)))
    return lies, gains


def _seen_again(watched: Watched, types: Array, lies: Array, gains: Array, close: float) -> Array:
    """[profile, agent]: gains as a second asking shows them; 0 where they are no more than rounding."""
    found = np.zeros_like(gains)
    for i in range(gains.shape[1]):
        rows = np.flatnonzero(gains[:, i] > close)
        if len(rows):
            pair = np.stack([types[rows, i], lies[rows, i]], axis=1)
            got = watched.lying(types[rows], i, pair)
            more = np.where(np.isfinite(got).all(axis=1), got[:, 1] - got[:, 0], 0.0)
            found[rows, i] = np.where(more > close, more, 0.0)
    return found


def _worst(watched: Watched, types: Array, lies: Array, found: Array, close: float) -> Deviation | None:
    k, i = np.unravel_index(int(found.argmax()), found.shape)
    if found[k, i] <= close:
        return None
    got = watched.lying(types[k][None], int(i), np.stack([types[k, i], lies[k, i]])[None])[0]
    return Deviation(types[k].copy(), int(i), lies[k, i].copy(), float(got[0]), float(got[1]))
