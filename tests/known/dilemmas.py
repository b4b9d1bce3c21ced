"""Known answers on commons and goods."""

from fractions import Fraction

from rulewright.game import library
from rulewright.society.dilemmas import Pool
from rulewright.welfare.schelling import Schelling

from .answer import Known

BOOK = "Ostrom, Gardner & Walker 1994, Rules, Games, and Common-Pool Resources, chapter 5"


def _pool() -> Pool:
    return Pool(8, 10, Fraction(5), Fraction(23), Fraction(1, 4))


KNOWN = [
    Known("tokens each in the symmetric equilibrium", BOOK, 8, lambda: _pool().equilibria[0][0] / 8, 0),
    Known("tokens in the pool at the group's optimum", BOOK, 36, lambda: _pool().optimum, 0),
    Known(
        "rent in equilibrium, by the formula",
        f"{BOOK}; 128/324",
        128 / 324,
        lambda: _pool().measured(64)["rent"],
        1e-12,
    ),
    Known(
        "least coalition of public goods, 4 players, factor 1.6",
        "Schelling 1973, definition of k",
        3,
        lambda: Schelling.of(library.public_goods()).coalition,
        0,
    ),
]
