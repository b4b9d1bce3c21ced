"""Optimal auctions: closed forms for one item, published optima for one bidder, and two bidders by the plain programme."""

from functools import partial

from rulewright.design.auctions import exact, interim, midpoints, myerson, optimal, product

from .answer import Known

PLAIN = "all variables and rows written out, solved once at full size (own measurement)"
LOCAL = "rows one step apart on the grid, all others checked afterwards (own measurement)"


def square(count, low=0.0, high=1.0):
    return product(midpoints(count, low, high), midpoints(count, low, high))


def limit(demand):
    """One bidder, two items uniform on [0, 1], extrapolated from 20 and 40 points a side: the error is of order 1/g."""
    coarse, fine = (optimal(square(g), demand=demand).revenue for g in (20, 40))
    return 2 * fine - coarse


def plain(published, tolerance=6e-5, *, values, bidders, incentives="dominant"):
    items = values.shape[1] if values.ndim > 1 else 1
    return Known(
        f"{bidders} bidders, {items} items, {len(values)} types each, {incentives}",
        PLAIN,
        published,
        lambda: optimal(values, bidders=bidders, incentives=incentives).revenue,
        tolerance,
    )


def triangle(count):
    values = square(count)
    return values[values.sum(axis=1) <= 1 + 1e-9]


KNOWN = [
    *(
        Known(
            f"one item, {n} bidder{'s' * (n > 1)} uniform on [0, 1], reserve ½",
            "closed form, Myerson 1981, Math. Oper. Res. 6",
            revenue,
            partial(myerson.uniform_revenue, n),
            5e-6,
        )
        for n, revenue in ((1, 0.25), (2, 5 / 12), (3, 0.53125), (5, 0.671875), (10, 0.81827))
    ),
    *(
        Known(
            f"one item, {n} bidders on {g} midpoints: programme against virtual values",
            "closed form on the grid, after Myerson 1981",
            myerson.revenue(midpoints(g), bidders=n),
            partial(lambda n, g: optimal(midpoints(g), bidders=n).revenue, n, g),
            1e-9,
        )
        for n, g in ((2, 11), (2, 41), (3, 11))
    ),
    Known(
        "one bidder, two items uniform on [0, 1], grids extrapolated",
        "Manelli & Vincent 2007, J. Econ. Theory 137: (12 + 2√2)/27",
        (12 + 2 * 2**0.5) / 27,
        partial(limit, "additive"),
        1e-3,
    ),
    Known(
        "one bidder with unit demand, two items uniform on [0, 1], grids extrapolated",
        "closed form, after Pavlov 2011, B.E. J. Theor. Econ. 11: 2√3/9",
        2 * 3**0.5 / 9,
        partial(limit, "unit"),
        1e-3,
    ),
    Known(
        "one bidder with unit demand, two items uniform on [2, 3], 20 points a side",
        LOCAL,
        2.1515,
        lambda: optimal(square(20, 2, 3), demand="unit").revenue,
        6e-5,
    ),
    Known(
        "one bidder, items uniform on [4, 16] and [4, 7], 20 points a side",
        LOCAL,
        9.947,
        lambda: optimal(product(midpoints(20, 4, 16), midpoints(20, 4, 7))).revenue,
        6e-4,
    ),
    Known(
        "one bidder, two items uniform on a triangle, 20 points a side",
        LOCAL,
        0.4114,
        lambda: optimal(triangle(20)).revenue,
        6e-5,
    ),
    plain(0.44929, 6e-6, values=midpoints(11), bidders=2, incentives="bayesian"),
    plain(1.0225, values=square(4), bidders=2),
    plain(1.0352, values=square(4), bidders=2, incentives="bayesian"),
    plain(0.9930, values=square(5), bidders=2),
    plain(1.0077, values=square(5), bidders=2, incentives="bayesian"),
    plain(0.9720, values=square(6), bidders=2),
    plain(0.9857, values=square(6), bidders=2, incentives="bayesian"),
    plain(1.5876, values=product(*[midpoints(3)] * 3), bidders=2),
    plain(1.6168, values=product(*[midpoints(3)] * 3), bidders=2, incentives="bayesian"),
    Known(
        "2 bidders, 2 items, 36 types each, dominant: exact revenue after rounding",
        PLAIN,
        0.9720,
        lambda: exact(optimal(square(6), bidders=2)).revenue,
        6e-5,
    ),
    *(
        Known(
            f"{n} bidders, 2 items, {g}² types, reduced form",
            "cutting planes, one inequality a round (own measurement)",
            revenue,
            partial(lambda n, g: interim(square(g), bidders=n).value, n, g),
            1e-4,
        )
        for n, g, revenue in ((2, 10, 0.95198), (3, 10, 1.18582))
    ),
]
