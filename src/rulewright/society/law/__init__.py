"""Law without an office: when boycotts by those whom it serves keep it, after Hadfield & Weingast 2012."""

from .boycott import Boycott
from .deviation import Deviation, Repeated, costs
from .enforcers import Quorum
from .explicit import Explicit
from .markov import as_markov, as_play
from .model import Law
from .profile import Profile, nobody, playing_r
from .quorum import Enforcers, Support, slope, support
from .stage import LOGIC, Stage
from .triples import Frequencies, expected, long_run, simulate

__all__ = [
    "LOGIC",
    "Boycott",
    "Deviation",
    "Enforcers",
    "Explicit",
    "Frequencies",
    "Law",
    "Profile",
    "Quorum",
    "Repeated",
    "Stage",
    "Support",
    "as_markov",
    "as_play",
    "costs",
    "expected",
    "long_run",
    "nobody",
    "playing_r",
    "simulate",
    "slope",
    "support",
]
