"""Juries of reviewers: coverage, rejection depth, lists of coalitions, many prompts; beside the same through scipy's HiGHS."""

import importlib
import importlib.util
import itertools

import numpy as np

from rulewright.competition.panel.audit import audit
from rulewright.competition.panel.cone import batch
from rulewright.competition.panel.coverage import covers, gains
from rulewright.competition.panel.depth import depth
from rulewright.competition.panel.generated import review_panel, reward_models
from rulewright.competition.panel.prompts import sample
from rulewright.competition.panel.rules import minimal_covering

from ..row import Ready, Row, Work

LIMIT = 10  # CPU-seconds
HAS_SCIPY = importlib.util.find_spec("scipy") is not None


def rows() -> list[Row]:
    return [*coverages(), *depths(), coalitions(), prompts(), Row("audit of `review_panel`, exact", _story)]


def _story() -> int:
    return fresh(audit, review_panel()).depth.objectors


def highs(name: str, work: Work) -> tuple[str, Work | None]:
    def prepare() -> Work:
        importlib.import_module("scipy.optimize")  # nobody pays for importing
        return work

    return (name, Ready(prepare)) if HAS_SCIPY else (f"{name} (not installed)", None)


def linprog_covers(cost: np.ndarray, many: np.ndarray) -> bool:
    """By scipy, in floats."""
    from scipy.optimize import linprog

    a = np.vstack([-many, np.ones((1, many.shape[1]))])
    sides = np.r_[np.zeros(len(many)), 1.0]
    return linprog(cost, A_ub=a, b_ub=sides, method="highs").fun > -1e-9


def fresh(function, panel, *more):
    """What is remembered of a panel is forgotten first."""
    gains.cache_clear()
    return function(panel, *more)


def coverages() -> list[Row]:
    rng = np.random.default_rng(0)
    u = rng.normal(size=(1_000, 3))
    many = u[:, None] + 2 * rng.normal(size=(1_000, 48, 3))
    found = [
        Row(
            "coverage of 48 reviewers on 1,000 prompts of 4 answers, floats",
            lambda: int((batch(u, many)[0] > -1e-9).sum()),
            (highs("scipy linprog, one by one", lambda: sum(map(linprog_covers, u, many))),),
            "milliseconds per prompt at most",
            limit=LIMIT,
            repeats=1,
            same=True,
        )
    ]
    for n, answers in ((48, 4), (30, 11)):
        panel = reward_models(n, answers, 1.0, 0)
        peer = highs("scipy linprog, floats", lambda p=panel: int(linprog_covers(*p.gains)))
        work: Work = lambda p=panel: int(fresh(covers, p))  # noqa: E731
        found.append(Row(f"coverage, {n} reviewers, {answers} answers, exact from decimals", work, (peer,), same=True))
    return found


def by_linprog(panel, most: int) -> int:
    """Depth by all coalitions of size n − k, each by scipy."""
    cost, many = panel.gains
    for k in range(most + 1):
        for out in itertools.combinations(range(panel.n), k):
            if not linprog_covers(cost, np.delete(many, out, axis=0)):
                return k
    return most + 1


def depths() -> list[Row]:
    found = []
    for n, answers, anything, target in (
        (10, 4, False, ""),
        (48, 4, False, "well under a second"),
        (48, 4, True, "well under a second"),
        (30, 11, False, "seconds"),
        (30, 10, True, "seconds"),
    ):
        panel = reward_models(n, answers, 1.0, 1, anything=anything)
        peer = highs("all coalitions, scipy linprog", lambda p=panel: by_linprog(p, p.n))
        what = "any move" if anything else "any answer for the first"
        for method in ("corners", "programme") if answers == 4 else ("programme",):
            found.append(
                Row(
                    f"rejection depth, {n} reviewers, {answers} answers, {what}, by {method}, exact",
                    lambda p=panel, m=method: fresh(depth, p, m).objectors,
                    (peer,) if method == "corners" or answers > 4 else (),
                    target,
                    limit=LIMIT,
                    repeats=1,
                    same=True,
                )
            )
    return found


def coalitions() -> Row:
    panel = reward_models(20, 4, 3.0, 2, anything=True)

    def scipy() -> int:
        cost, many = panel.gains
        kept: list[set[int]] = []
        for size in range(4):
            for s in itertools.combinations(range(20), size):
                if not any(k <= set(s) for k in kept) and linprog_covers(cost, many[np.array(s, dtype=int)]):
                    kept.append(set(s))
        return len(kept)

    return Row(
        "all minimal covering coalitions of 20 reviewers, 4 answers, exact",
        lambda: len(fresh(minimal_covering, panel).sets),
        (highs("scipy linprog, floats", scipy),),
        limit=LIMIT,
        repeats=1,
        same=True,
    )


def prompts() -> Row:
    rng = np.random.default_rng(0)
    u = (np.arange(4) == rng.integers(0, 4, (1_763, 1))).astype(float)
    many = u[:, None] + 2 * rng.normal(size=(1_763, 48, 4))
    return Row(
        "rejection depths of 48 reviewers on 1,763 prompts of 4 answers",
        lambda: int(sample(u, many).depths.sum()),
        target="seconds",
        repeats=1,
    )
