"""How near people are to a mix: rows added as they are needed, beside the whole linear programme handed to HiGHS at once."""

import numpy as np

from rulewright.assessment.hull import hull, save
from rulewright.competition.market.near import near
from rulewright.competition.market.range import certificate
from rulewright.competition.market.shipped import path_of
from rulewright.competition.market.table import Table
from rulewright.numerics.linprog import INFINITY, Programme

from ..row import Ready, Row

SIZES = ((2_000, 20), (20_000, 20), (5_000, 100))


def rows() -> list[Row]:
    found = [Row("hull report, 75 language models × 9 preferences", whole_report, target="< 3 s")]
    for n, k in SIZES:
        for kind, offset in (("cone", "constant"), ("hull", "none"), ("cone", "case")):
            if offset == "case" and n > 5_000:
                continue  # the whole programme has a column for each case
            found.append(
                Row(
                    f"nearest mix in the sup norm, {kind}, offset {offset}, {n:,} rows × {k} AIs",
                    Ready(lambda n=n, k=k, kind=kind, offset=offset: ours(table(n, k), kind, offset)),
                    (
                        (
                            "HiGHS, the whole programme",
                            Ready(lambda n=n, k=k, kind=kind, offset=offset: bare(table(n, k), kind, offset)),
                        ),
                    ),
                    repeats=3,
                    limit=120,
                    same=True,
                )
            )
    found.append(
        Row(
            "nearest mix in the sup norm, cone, offset constant, 100,000 rows × 100 AIs",
            Ready(lambda: ours(table(100_000, 100), "cone", "constant")),
            (("HiGHS: two hundred thousand dense rows are not tried", None),),
            target="seconds",
            repeats=3,
        )
    )
    found.append(
        Row(
            "range certificate, 1,500 cases of 4 actions × 20 AIs",
            Ready(lambda: ranged(table(6_000, 20))),
            repeats=3,
        )
    )
    return found


def table(n: int, k: int) -> Table:
    """AIs who share most of what they want, people who are a mix of them but for noise; four actions a case."""
    draw = np.random.default_rng(1)
    ais = np.clip(draw.random(n)[:, None] + draw.normal(0, 0.3, (n, k)), 0, 1)
    people = ais @ draw.dirichlet(np.full(k, 0.2)) + 0.05 * draw.normal(size=n)
    return Table.of(people, ais, cases=np.arange(n) // 4)


def ours(t: Table, kind: str, offset: str):
    return lambda: near(t, kind=kind, offset=offset, exactly=False).value


def ranged(t: Table):
    return lambda: certificate(t, exactly=False).value


def bare(t: Table, kind: str, offset: str):
    """The same programme with every row in it from the start."""

    def solve() -> float:
        p, each = Programme(), np.arange(t.n)
        w, epsilon = p.add_columns(t.k), p.add_columns(1, cost=1.0)
        if offset != "none":
            label = np.zeros(t.n, int) if offset == "constant" else t.cases
            c = p.add_columns(int(label.max()) + 1, lower=-INFINITY)
        for sign in (1.0, -1.0):
            at = p.add_rows(t.n, upper=sign * t.people)
            p.put(at[:, None], w[None], sign * t.ais)
            p.put(at, epsilon, -1.0)
            if offset != "none":
                p.put(at, c[label[each]], sign)
        if kind == "hull":
            p.put(p.add_rows(1, lower=1.0, upper=1.0)[:, None], w[None], 1.0)
        return p.solve().value

    return solve


def whole_report() -> float:
    import tempfile

    found = hull(path_of("moral_machine"), people="Human")
    with tempfile.TemporaryDirectory() as folder:
        save(found, folder)
    return found.near.value
