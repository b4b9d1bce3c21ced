"""Nash equilibria: nobody gains by changing alone (Nash 1950, Proc. Natl. Acad. Sci. 36)."""

from .bimatrix import Extremes, extreme, extremes
from .components import Components, components, index
from .following import NashPath
from .lemke_howson import lemke_howson
from .many import all_bimatrix
from .nash import RESIDUAL, LemkeHowson, Nash
from .pure import Pure, pure_profiles, stable

__all__ = [
    "RESIDUAL",
    "Components",
    "Extremes",
    "LemkeHowson",
    "Nash",
    "NashPath",
    "Pure",
    "all_bimatrix",
    "components",
    "extreme",
    "extremes",
    "index",
    "lemke_howson",
    "pure_profiles",
    "stable",
]
