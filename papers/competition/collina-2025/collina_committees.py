"""Figure 5: committees of AIs, how far the nearest mix of them is from Alice, and the least that an equilibrium gives her.

Three states, three acts, everything in rationals: ε and ρ (the range certificate) are optima of linear programmes in rationals, and
the worst equilibrium is exact, in best-AI selection and with rich signals. Six laws are those of rivals/families.py, and a seventh
has one bias of any size, so that some committees are nearly, but not quite, what Alice wants. Alice's
utilities are rounded to hundredths, other numbers to thousandths (the exact hull's last AI to what makes the mean exact), and an
Alice who is indifferent in a state is drawn again: the theorem about rich signals needs that, that about selection does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction as F

import numpy as np

from rulewright.competition.rivals.families import FAMILIES, Family
from rulewright.competition.rivals.rich import rich
from rulewright.competition.rivals.selection import alone, best_ai
from rulewright.competition.rivals.setting import Rivals
from rulewright.competition.theorems.conditions import cases
from rulewright.competition.theorems.confirm import confirm, confirm_rich
from rulewright.competition.theorems.guarantees import guarantee


@dataclass(frozen=True)
class Committee:
    family: str
    k: int
    opt: F
    epsilon: F
    """Hull, one offset: Definition 1."""
    rho: F
    """Range certificate, Σ w free."""
    selection: F
    """What Alice gets in the worst equilibrium of best-AI selection."""
    rich: F
    """… with rich signals."""
    single: F
    """… with the best AI by itself."""
    uninformed: F
    confirmed: bool
    """Whether the checker, which solves nothing, confirms both equilibria."""

    @property
    def least(self) -> F:
        return min(self.selection, self.rich)


def _faint(rng: np.random.Generator, u: np.ndarray, k: int) -> np.ndarray:
    return np.asarray(u + rng.uniform(0, 0.4, k)[:, None, None] * (np.arange(u.shape[1]) == 0))


FAINT = Family("faint", "one shared bias, of any size up to .4", _faint)


def exactly(numbers: np.ndarray, parts: int = 1000) -> np.ndarray:
    return np.vectorize(lambda x: F(round(x * parts), parts), otypes=[object])(numbers)


def draw(family: Family, seed: tuple[int, int]) -> Rivals:
    rng = np.random.default_rng(seed)
    p = exactly(rng.dirichlet(np.full(3, 2.0)))
    p[p == 0] = F(1, 1000)
    p[int(p.argmax())] += 1 - p.sum()
    u = exactly(rng.random((3, 3)), 100)
    while any(len(set(row)) < 3 for row in u.tolist()):
        u = exactly(rng.random((3, 3)), 100)
    k = int(rng.integers(family.least, family.most + 1))
    bobs = exactly(family.bobs(rng, u.astype(float), k))
    if family.name == "hull":
        bobs[-1] = k * u - bobs[:-1].sum(axis=0)
    return Rivals.of(p, u, bobs)


def measured(family: Family, seed: tuple[int, int]) -> Committee:
    rivals = draw(family, seed)
    known, chosen, talking = cases(rivals), best_ai(rivals), rich(rivals)
    sure = confirm(rivals, chosen).holds and confirm_rich(rivals, talking).holds
    return Committee(
        family.name,
        rivals.k,
        chosen.opt,
        guarantee(known, "near", kind="hull", offset="constant").epsilon,
        guarantee(known, "range").loss,
        chosen.worst,
        talking.worst,
        max(alone(rivals, i).worst for i in range(rivals.k)),
        rivals.uninformed,
        sure,
    )


def committees(each: int, seed: int = 0) -> list[Committee]:
    """`each` of every family."""
    return [measured(family, (seed + n, j)) for n, family in enumerate((*FAMILIES, FAINT)) for j in range(each)]
