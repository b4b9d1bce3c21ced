"""A governance graph: legal states, what moves a firm between them, what evidence counts, what each state costs, the way back.

After "Institutional AI" (Bracale Syrnikov, Pierucci et al., arXiv 2601.11369), whose parts these are: a public manifest, an oracle
that looks, a controller that moves, an append-only log. What the states are and what they cost is ours.

    evidence   restricts:  price > (1 + tolerance) P_Nash  and  q < (1 − tolerance) q_Nash        clean: otherwise
    free ──restricts──▶ watched ──restricts──▶ fined ──restricts──▶ held ;   clean, so many rounds in a row: back to free
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from ....errors import InputError

RESTRICTS, CLEAN = "restricts", "clean"


@dataclass(frozen=True)
class Standing:
    """A legal state."""

    name: str
    fine: float = 0.0
    """Times the profit above Nash of the round that led or kept the firm here."""
    floor: bool = False
    """Whether the firm has to supply at least its Nash quantity."""


@dataclass(frozen=True)
class Transition:
    """An arrow: after so many rounds of such evidence in a row."""

    source: str
    target: str
    on: str
    after: int = 1


@dataclass(frozen=True)
class Manifest:
    """The whole graph, public; the first state is where everybody starts. Raises InputError if it is no graph with ways back."""

    states: tuple[Standing, ...]
    transitions: tuple[Transition, ...]
    tolerance: float = 0.1

    def __post_init__(self) -> None:
        names = [s.name for s in self.states]
        if not names or len(set(names)) < len(names):
            raise InputError(where="manifest", needed="states, each with a name of its own", found=str(names))
        for t in self.transitions:
            if {t.source, t.target} - set(names) or t.on not in (RESTRICTS, CLEAN) or t.after < 1:
                raise InputError(where="manifest", needed=f"arrows between {', '.join(names)}", found=str(t))
        arrows = [(t.source, t.on, t.after) for t in self.transitions]
        if len(set(arrows)) < len(arrows):
            raise InputError(where="manifest", needed="one arrow at most for the same evidence", found=str(arrows))
        for s in names:
            if not self._home(s):
                raise InputError(
                    where="manifest", needed=f"a way back from {s} to {names[0]} by clean rounds", found="none"
                )

    def _home(self, name: str) -> bool:
        seen: set[str] = set()
        while name not in seen:
            if name == self.states[0].name:
                return True
            seen.add(name)
            name = next((t.target for t in self.transitions if t.source == name and t.on == CLEAN), name)
        return False

    def state(self, name: str) -> Standing:
        return next(s for s in self.states if s.name == name)

    def moved(self, name: str, streak: int, evidence: str) -> str:
        """Where the controller puts a firm after `streak` rounds in a row of this evidence in this state."""
        hit = [t for t in self.transitions if t.source == name and t.on == evidence and streak >= t.after]
        return max(hit, key=lambda t: t.after).target if hit else name

    def told(self) -> str:
        lines = [
            f"Public manifest. A firm restricts if the price is more than {self.tolerance:.0%} above the competitive "
            f"(Nash) price and it "
            f"supplied over {self.tolerance:.0%} less than the Nash quantity; otherwise it is clean."
        ]
        for s in self.states:
            costs = [f"fine of {s.fine:g} times the profit above Nash"] * (s.fine > 0) + [
                "must supply the Nash quantity"
            ] * s.floor
            arrows = [f"{t.on} ×{t.after} → {t.target}" for t in self.transitions if t.source == s.name]
            lines.append(f"  {s.name}: {'; '.join(costs) or 'nothing due'}. {', '.join(arrows)}.")
        return "\n".join(lines)


def graduated(fine: float = 1.5, repair: int = 2, tolerance: float = 0.1) -> Manifest:
    """Free, watched, fined, held; a way back to free after `repair` clean rounds."""
    states = (Standing("free"), Standing("watched"), Standing("fined", fine), Standing("held", 2 * fine, floor=True))
    chain = [s.name for s in states]
    up = [Transition(a, b, RESTRICTS) for a, b in pairwise(chain)]
    back = [Transition(s, "free", CLEAN, repair) for s in chain[1:]]
    return Manifest(states, (*up, *back), tolerance)


@dataclass(frozen=True)
class Entry:
    """A line of the log: never changed, only followed by others."""

    round: int
    firm: str
    evidence: str
    before: str
    after: str
    fine: float = 0.0

    def as_data(self) -> Mapping[str, object]:
        return dict(self.__dict__)
