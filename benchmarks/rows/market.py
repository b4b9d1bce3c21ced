"""Least squares on a market of AIs: one pass over the rows and cross products, against solvers that hold all rows."""

import importlib.util
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.row import Ready, Row, Work
from rulewright.competition.market import moments, reading
from rulewright.competition.market.blocks import of
from rulewright.competition.market.fit import compare, fit
from rulewright.competition.market.growth import growth
from rulewright.competition.market.table import Table


def market(n: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """(people[n], ais[n, k]): AIs are mixes of twelve views and noise, people a mix of half of the AIs and noise."""
    rng = np.random.default_rng(0)
    ais = rng.random((n, 12)) @ rng.dirichlet(np.full(12, 0.3), size=k).T + 0.15 * rng.normal(size=(n, k))
    weights = np.maximum(rng.normal(size=k), 0)
    return 0.1 + 0.8 * ais @ weights / weights.sum() + 0.1 * rng.normal(size=n), ais


def peer(module: str, name: str, prepare: Ready) -> tuple[str, Work | None]:
    there = importlib.util.find_spec(module) is not None
    return (name, prepare) if there else (f"{name} (not installed here)", None)


def probe(weights: np.ndarray) -> float:
    """One number that moves when any weight does."""
    return float(weights @ np.cos(np.arange(len(weights))))


def ours(n: int, k: int, kind: str) -> Work:
    table = Table.of(*market(n, k))
    return lambda: probe(fit(table, kind).weights)


def scipy(n: int, k: int) -> Work:
    from scipy.optimize import nnls

    people, ais = market(n, k)
    return lambda: probe(nnls(ais, people, maxiter=10 * k)[0])


def sklearn(n: int, k: int) -> Work:
    from sklearn.linear_model import LinearRegression

    people, ais = market(n, k)
    return lambda: probe(LinearRegression(positive=True).fit(ais, people).coef_)


def every_kind(n: int, k: int) -> Work:
    table = Table.of(*market(n, k))
    return lambda: compare(table)["cone"].test


SIZES, DRAWS, KIND = (5, 25, 100), 20, "cone through zero"


def grown() -> Work:
    people, ais = market(100, 300)
    table = Table.of(people, ais)
    return lambda: float(growth(table, SIZES, draws=DRAWS, kinds=(KIND,)).tests.mean())


def grown_by_scipy() -> Work:
    from scipy.optimize import nnls

    from rulewright.competition.market.folds import fold

    people, ais = market(100, 300)
    where = fold(np.arange(100), 5, 0)
    orders = np.argsort(np.random.default_rng(0).random((DRAWS, 300)), axis=1)

    def error(keep: np.ndarray, f: int) -> float:
        some, out = ais[:, keep], where == f
        weights = nnls(some[~out], people[~out])[0]
        return float(((people[out] - some[out] @ weights) ** 2).mean())

    return lambda: float(np.mean([[error(o[:size], f) for f in range(5)] for size in SIZES for o in orders]))


def text(n: int, k: int) -> Path:
    people, ais = market(n, k)
    path = Path(tempfile.mkdtemp()) / "market.csv"
    head = ",".join(["people", *(f"ai{i}" for i in range(k))])
    np.savetxt(path, np.column_stack([people, ais]), delimiter=",", fmt="%.6f", header=head, comments="")
    return path


def streamed(n: int, k: int) -> Work:
    path = text(n, k)
    return lambda: float(moments.gather(of(reading.rows(path, "people", most=0))).total.sum())


def held(n: int, k: int) -> Work:
    path = text(n, k)
    return lambda: float(reading.read(path, "people").ais.sum())


def loadtxt(n: int, k: int) -> Work:
    path = text(n, k)
    return lambda: float(np.loadtxt(path, delimiter=",", skiprows=1)[:, 1:].sum())


def polars(n: int, k: int) -> Work:
    path = text(n, k)

    def work() -> float:
        import polars

        return float(polars.read_csv(path).to_numpy()[:, 1:].sum())

    return work


def rows() -> list[Row]:
    n, k = 30_000, 200
    size = f"{n:,} × {k}"
    return [
        Row(
            f"nonnegative weights, {size} in memory",
            Ready(lambda: ours(n, k, "cone through zero")),
            (peer("scipy", "SciPy nnls", Ready(lambda: scipy(n, k))),),
            "≥ 10 × faster",
            repeats=3,
            same=True,
        ),
        Row(
            f"nonnegative weights and an offset, {size} in memory",
            Ready(lambda: ours(n, k, "cone")),
            (peer("sklearn", "scikit-learn LinearRegression(positive=True)", Ready(lambda: sklearn(n, k))),),
            "≥ 10 × faster",
            repeats=3,
            same=True,
        ),
        Row(f"all nine kinds, five-fold cross-validation, {size}", Ready(lambda: every_kind(n, k)), repeats=3),
        Row(
            f"growth, {DRAWS} draws × {len(SIZES)} sizes × 5 folds, 100 rows, nonnegative weights",
            Ready(grown),
            (peer("scipy", "SciPy nnls, one fit after the other", Ready(grown_by_scipy)),),
            repeats=3,
            same=True,
        ),
        Row(
            "a CSV file of 5,000 × 200 into a table",
            Ready(lambda: held(5000, 200)),
            (
                ("NumPy loadtxt", Ready(lambda: loadtxt(5000, 200))),
                peer("polars", "polars read_csv", Ready(lambda: polars(5000, 200))),
            ),
            repeats=3,
            same=True,
        ),
        Row("the same file streamed into cross products", Ready(lambda: streamed(5000, 200)), repeats=3),
    ]
