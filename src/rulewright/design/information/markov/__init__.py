"""Persuasion in time: a state moves, a parameter is drawn at each step, a sender commits to what it says.

`iterate` for a state of the world whose posterior becomes the next prior; `persuade_stream` for receivers who are there for one
step; `persuade_patient` for one who looks ahead; `over_histories` writes out all that memory can do; `exactly_stream` proves.
"""

from .exact import ExactStream, exact_process, exactly_stream
from .iterated import Iterated, Misread, Round, iterate, misread
from .library import cases, drawn, navigator, oversight
from .patient import PromiseScheme, persuade_patient
from .process import Audit, Process, audit, silent, telling, worth, worth_until
from .receiver import ByItself, by_itself, memoryless, memoryless_signal, unmoved
from .repair import repaired
from .robust import logit_replies, logit_value, radii, radius
from .stream import StreamScheme, persuade_stream
from .ties import all_said, answered, nothing_said, slacks, wanting
from .tree import over_histories

__all__ = [
    "Audit",
    "ByItself",
    "ExactStream",
    "Iterated",
    "Misread",
    "Process",
    "PromiseScheme",
    "Round",
    "StreamScheme",
    "all_said",
    "answered",
    "audit",
    "by_itself",
    "cases",
    "drawn",
    "exact_process",
    "exactly_stream",
    "iterate",
    "logit_replies",
    "logit_value",
    "memoryless",
    "memoryless_signal",
    "misread",
    "navigator",
    "nothing_said",
    "over_histories",
    "oversight",
    "persuade_patient",
    "persuade_stream",
    "radii",
    "radius",
    "repaired",
    "silent",
    "slacks",
    "telling",
    "unmoved",
    "wanting",
    "worth",
    "worth_until",
]
