"""Nash equilibria: nobody gains by changing alone (Nash 1950, Proc. Natl. Acad. Sci. 36)."""

from .bimatrix import Extremes, extreme, extremes
from .components import Components, components, index
from .lemke_howson import lemke_howson
from .many import all_bimatrix
from .nash import RESIDUAL, LemkeHowson, Nash
from .pure import Pure, pure_profiles

__all__ = [
    "RESIDUAL",
    "Components",
    "Extremes",
    "LemkeHowson",
    "Nash",
    "Pure",
    "all_bimatrix",
    "components",
    "extreme",
    "extremes",
    "index",
    "lemke_howson",
    "pure_profiles",
]
