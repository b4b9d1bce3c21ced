"""Ways to a contract that learn: a table, a network of features, a menu, questions to a black box, a promise worth keeping.

Each takes what is posed and gives an offer that is judged at the agent's exact reply, in rationals: never a smoothed value.
"""

from __future__ import annotations

from fractions import Fraction

from ...errors import InputError
from ...mechanisms.contracts.offer import Offer, Posed, offered
from ...mechanisms.contracts.ways import outside, promised, together
from .delu import black_box, learn_by_asking
from .incentive import LearnedContract, learn_contract
from .promises import learn_promises


def learned_table(posed: Posed, *, steps: int = 600, restarts: int = 16, seed: int = 0) -> Offer:
    """A payment for each outcome. Raises InputError, Unsolved."""
    return _offered(posed, learn_contract(posed.agency, steps=steps, restarts=restarts, seed=seed))


def learned_network(
    posed: Posed, *, hidden: tuple[int, ...] = (16,), steps: int = 600, restarts: int = 8, rate: float = 0.05, seed: int = 0
) -> Offer:  # fmt: skip
    """A network of the outcomes' features; of a continuum, scaled on a second set. Raises InputError, Unsolved."""
    found = learn_contract(
        posed.agency, hidden=hidden, steps=steps, restarts=restarts, rate=rate, seed=seed, also=posed.others[:1]
    )
    fresh = tuple(float(found.judged(other).worst) for other in posed.others[1:])
    return _offered(posed, found, fresh)


def menu(posed: Posed, *, entries: int = 2, steps: int = 600, restarts: int = 16, seed: int = 0) -> Offer:
    """Several contracts, from which each type takes the one it likes best. Raises InputError, Unsolved."""
    if entries < 2:
        raise InputError(where="entries", needed="a menu of at least 2 contracts", found=str(entries))
    return _offered(posed, learn_contract(posed.agency, entries=entries, steps=steps, restarts=restarts, seed=seed))


def by_asking(
    posed: Posed, *, samples: int = 300, rounds: int = 3, count: int = 10, steps: int = 1000, seed: int = 0
) -> Offer:  # fmt: skip
    """The agent as a black box that answers what contracts bring; a model with jumps says what to ask. Raises InputError."""
    asked = posed.agency
    found = learn_by_asking(
        black_box(asked), asked.sizes[2], cap=float(asked.cap), samples=samples, rounds=rounds, count=count, steps=steps, seed=seed
    )  # fmt: skip
    how = f"{samples + found.asked} questions, seed {seed}; the best of {samples} random contracts brought {found.sample:.4g}"
    return offered(asked, found.contract, how)


def learned_promise(
    posed: Posed, *, discount: Fraction = Fraction(9, 10), steps: int = 600, restarts: int = 16, seed: int = 0
) -> Offer:  # fmt: skip
    """A bonus that nobody enforces, trained to be worth keeping at this discount factor. Raises InputError, Unsolved."""
    asked = posed.agency
    if asked.weight != 1:
        raise InputError(where="promises", needed="a weight of payments of 1", found=str(asked.weight))
    (made,) = learn_promises(
        together(asked), [float(discount)], outside=float(outside(asked)), steps=steps, restarts=restarts, seed=seed
    )  # fmt: skip
    return promised(posed, made, f"trained, {steps} steps, {restarts} restarts, seed {seed}")


def _offered(posed: Posed, found: LearnedContract, fresh: tuple[float, ...] = ()) -> Offer:
    curve = tuple((point.step, point.value) for point in found.curve)
    return offered(posed.agency, found.pay, found.how, curve=curve, fresh=fresh)
