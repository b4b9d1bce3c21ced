"""Nash equilibria: nobody gains by changing alone (Nash 1950, Proc. Natl. Acad. Sci. 36)."""

from .bimatrix import extreme
from .following import NashPath
from .nash import RESIDUAL, Nash
from .pure import Pure, pure_profiles

__all__ = ["RESIDUAL", "Nash", "NashPath", "Pure", "extreme", "pure_profiles"]
