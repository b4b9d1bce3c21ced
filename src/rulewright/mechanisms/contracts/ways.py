"""Ways to a contract that need no learning: none, a share, the exact programme, a promise that nobody enforces, a score.

Each takes what is posed and gives an `Offer`, judged exactly. Contracts that leave the agent indifferent are worth to people what
the agent likes to do; so the exact ways pay for a small `margin`, a share of the spread of the costs, by which the agent prefers
its act.

A *promise* comes with a fixed fee that leaves the agent its outside option: people get s = E[v] − c − outside per period if it is
kept, and what happens without a contract if it is not. A *score* of conduct, the outcome's worth from 0 (worst) to 1 (best), buys
access worth ω a period in proportion: as worth and score are linear, one unit of today's conduct is worth ω·(1−λ)/(1−δλ), whatever
the plan. Access that is worth 1 to the agent costs people a `price`; the score of an agent that always does a comes to E[g | a].
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from ...design.contracts import Relational, relational, reputation_weight
from ...errors import Impossible, InputError
from ...numerics import rational
from ...numerics.given import number
from .agency import Agency, reply
from .exact import best_contract, best_for_all
from .offer import PROMISE, SCORE, Offer, Posed, judged, offered, score, unit
from .promises import Promise, promise
from .reputation import GRADED, NONE

MARGIN = Fraction(1, 1000)  # of the spread of the costs
SHARES = 200  # of a linear contract, beside those at which an agent is indifferent


def no_contract(posed: Posed) -> Offer:
    """Nothing is paid."""
    return offered(posed.agency, [Fraction(0)] * posed.agency.sizes[2], "nothing is paid")


def linear(posed: Posed, *, margin: Fraction = MARGIN) -> Offer:
    """A share α of what an outcome is worth beyond the worst one (of the sum of its features, where only acts have a worth).

    Tried are 200 shares, and those at which a type is indifferent between two acts, a little above. Raises InputError.
    """
    asked = posed.agency
    slack = _margin(asked, margin)
    seen = np.array(score(asked), dtype=object)
    top = max(seen)
    if not top:
        raise InputError(where="linear", needed="outcomes that are not all worth the same", found="the same for all")
    most = asked.cap / top
    F, cost, _, _ = asked.floating
    mean, steps = F @ rational.floats(seen), float(most) * np.arange(SHARES + 1) / SHARES
    rise, dearer = mean[:, :, None] - mean[:, None, :], cost[:, :, None] - cost[:, None, :] + float(slack)
    with np.errstate(divide="ignore", invalid="ignore"):
        ties = (dearer / rise)[rise > 0]
        enters = ((cost + float(asked.outside or 0) + float(slack)) / mean)[mean > 0]
    shares = np.unique(np.concatenate([steps, np.ceil(ties * 1e6) / 1e6, np.ceil(enters * 1e6) / 1e6]))
    shares = shares[(shares >= 0) & (shares <= float(most))]
    worth = [float(reply(asked, np.minimum(a * rational.floats(seen), float(asked.cap))).worst) for a in shares]
    share = Fraction(round(float(shares[int(np.argmax(worth))]) * 10**6), 10**6)
    pay = np.minimum(share * seen, rational.exact(asked.cap))
    what = "what an outcome is worth" if asked.reward is not None else "the sum of an outcome's features"
    return offered(asked, pay, f"{rational.decimal(share)} of {what} beyond the worst one")


def exact_programme(posed: Posed, *, margin: Fraction = MARGIN) -> Offer:
    """The optimal contract (Grossman & Hart 1983), with a margin; one for all types, where there are several.

    Raises InputError, TooLarge, Impossible.
    """
    asked, slack = posed.agency, _margin(posed.agency, margin)
    single = asked.sizes[0] == 1
    found = best_contract(asked, margin=slack) if single else best_for_all(asked, margin=float(slack))
    if found.contract is None:
        raise Impossible(where="exact programme", needed="a contract", found="none")
    return offered(asked, found.contract, f"{found.how}, with a margin of {rational.decimal(slack)}")


def promises(
    posed: Posed,
    *,
    discount: Fraction = Fraction(9, 10),
    bonus: tuple[Fraction, ...] = (),
    margin: Fraction = MARGIN,
) -> Offer:
    """A bonus for each outcome that nobody enforces: the one given, or the best that is kept at this discount factor.

    Raises InputError (several types; a weight other than 1; a bonus out of bounds).
    """
    asked = posed.agency
    _alone(asked)
    made = promise(together(asked), list(bonus), discount, outside=outside(asked)) if bonus else None
    if made is None:
        slack = _margin(asked, margin)
        if not slack:
            raise InputError(where="margin", needed="a margin above 0, so that no tie decides", found="0")
        kept = [r for r in sustained(asked, slack) if r.keeps(discount) and max(r.bonus) <= asked.cap]
        best = max(kept, key=lambda r: r.surplus).bonus if kept else [Fraction(0)] * asked.sizes[2]
        made = promise(together(asked), best, discount, outside=outside(asked))
    return promised(posed, made, "the promise given" if bonus else "the exact programme of the smallest spread")


def promised(posed: Posed, made: Promise, how: str) -> Offer:
    """What a promise comes to: its surplus where it is kept and the agent prefers its act; else what no contract does."""
    none = no_contract(posed)
    firm = made.kept and bool(made.reply.margin)
    if made.kept:
        value = made.surplus if firm else min(none.value, made.surplus)
        paid = Fraction(made.reply.paid)
        fee = made.agency.rationals[1][0, made.act] + made.outside - paid
        side = "is paid" if fee >= 0 else "pays"
        note = f"the agent also {side} a fixed fee of {rational.decimal(abs(fee))} a period, which leaves it its outside option"
        return judged(
            posed.agency, made.bonus[None], made.reply, how, value=value, best=made.surplus, promise=made,
            utility=(made.outside,), contract=made.certificate, kind=PROMISE, notes=(note,),
        )  # fmt: skip
    return replace(none, pay=made.bonus[None], how=how, kind=PROMISE, promise=made, contract=None)


def sustained(asked: Agency, margin: Fraction = Fraction(0)) -> list[Relational]:
    """For each act that some bonus brings about, the promise of the smallest spread. Raises InputError (several types)."""
    _alone(asked)
    F, cost, worth, _ = asked.rationals
    reward = rational.exact(asked.reward) if asked.reward is not None else None
    found = []
    for a in range(asked.sizes[1]):
        try:
            made = relational(
                F[0], cost[0], [0] * asked.sizes[2] if reward is None else reward, a, margin=margin,
                actions=asked.acts, outcomes=asked.outcomes,
            )  # fmt: skip
        except Impossible:
            continue
        found.append(replace(made, surplus=Fraction(worth[0, a] - cost[0, a] - outside(asked))))
    return found


def reputation(
    posed: Posed,
    *,
    memory: Fraction = Fraction(1, 2),
    discount: Fraction = Fraction(9, 10),
    worth: Fraction = Fraction(1),
    price: Fraction = Fraction(1),
    access: str = GRADED,
) -> Offer:
    """A score of conduct with this memory, which buys access worth `worth` a period ("graded"), or nothing ("none").

    price: what access that is worth 1 to the agent costs people; at least 1 where people pay for it. Raises InputError.
    """
    asked = posed.agency
    if access not in (GRADED, NONE):
        raise InputError(
            where="access",
            needed=f'"{GRADED}" or "{NONE}": the outcomes are noisy, and a bar would shut out the honest, too',
            found=repr(access),
        )
    full = number(worth, "worth", least=0) * (access == GRADED)
    stake, dear = reputation_weight(memory, discount) * full, number(price, "price", least=0)
    seen = np.array(score(asked), dtype=object)
    if not max(seen):
        raise InputError(where="reputation", needed="outcomes that are not all worth the same", found="the same")
    conduct = seen / max(seen)
    weight = dear * full / stake if stake else Fraction(0)  # what people pay for a unit of stake · E[g]
    found = reply(replace(asked, weight=weight, outside=None, cap=max(asked.cap, stake)), stake * conduct)
    F, cost, _, prior = asked.rationals
    at = np.arange(len(prior))
    buys = full * F[at, found.act].dot(conduct)
    how = f"one unit of conduct, from 0 to 1, is worth {rational.decimal(stake)} to the agent"
    dearest = rational.decimal(dear * full)
    note = f"the score buys access worth {rational.decimal(full)} a period at most, which costs people {dearest}"
    return judged(
        asked, None, found, how, paid=dear * Fraction(prior.dot(buys)), kind=SCORE, notes=(note,),
        utility=tuple(Fraction(u) for u in buys - cost[at, found.act]),
    )  # fmt: skip


def together(asked: Agency) -> Agency:
    """The same agency for a promise, in which an outside option is what both have together if the relation ends."""
    return replace(asked, outside=None)


def outside(asked: Agency) -> Fraction:
    """What the agent gets elsewhere; 0 where it must take part."""
    return Fraction(asked.outside or 0)


def _alone(asked: Agency) -> None:
    if asked.sizes[0] != 1:
        raise InputError(where="promises", needed="an agent of one type", found=str(asked.sizes[0]))
    if asked.weight != 1:
        remedy = "Leave the weight of payments out."
        raise InputError(where="promises", needed="a weight of payments of 1", found=str(asked.weight), remedy=remedy)


def _margin(asked: Agency, share: Fraction) -> Fraction:
    return Fraction(number(share, "margin", least=0)) * unit(asked)
