"""Silly rules as a society: a group after a shock to beliefs, or one in which rules are no longer enforced.

After Hadfield-Menell, Andrus & Hadfield 2019 (AIES); the reconstruction and its letters are those of `stopping`. Dense rules that
do nothing let members find out whether the rules that matter are enforced: without them who abstains learns nothing, and leaves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar

import numpy as np

from ...errors import InputError
from ...report.findings.report import Section
from ...report.report import ClaimRow
from ...report.words import number
from ..model import Course, Model, Outcome, Plan
from . import findings
from .acts import Act, density
from .course import Groups, Law, drawn, fixed, law
from .groups import simulate
from .stopping import VARIANTS, Policy, policy

SHOWN = (
    18  # times of a simulation, close together at first; the last is the end, so that sums until then are not averaged
)
GONE, STAYED = 0.005, 0.995  # share of members below which a group is called gone, above which whole


@dataclass(frozen=True)
class SillyRules(Model):
    """Payoffs are in the unit of R and L; times in slots, each with one important interaction for every member."""

    density: float = math.nan
    """d within [0, 1), share of rules that are silly; ½ if neither it nor `acts` is said."""
    acts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """{act: [frequency, 1 if it is called wrong else 0, effect on welfare]}, from which d is computed instead."""
    cost: float = 0.0005
    """c of following or signalling a silly rule, each time."""
    reward: float = 1.0
    """R of an important interaction in which the rule is enforced."""
    loss: float = 1.0
    """L of one in which it is not."""
    discount: float = 0.97
    """g of one slot."""
    punishers: float = 0.8
    """θ, chance that a member is a punisher."""
    types: str = "shares"
    """"shares": every group has just θ N punishers; "drawn": each member is one with chance θ, so that groups differ."""
    prior: tuple[float, ...] = ()
    """(α, β): each group draws its own θ from this Beta law; `punishers` is then not used."""
    change: tuple[float, ...] = ()
    """(slot, θ): from this slot on the share of punishers is another; nobody is told."""
    belief: tuple[float, ...] = (2.0, 8.0)
    """(a, b): what every member believes at the start, after the shock."""
    members: int = 100
    """N of each group."""
    slots: int = 200
    variant: str = "added"
    """"added": silly rules come beside important ones; "displacing": in their place."""
    observation: str = "private"
    """"private": each member sees what befalls itself; "public": all see the same, and stay or leave together."""
    observations: int = 260
    """N of the lattice: beliefs stay as they are after so many."""

    MEASURES: ClassVar = {
        "size": "members who have not left, at the end",
        "activity": "members who take part in important interactions, at the end",
        "welfare": "payoffs of a member from the start to the end, undiscounted, in units of R",
        "losses": "violations that a member suffers unpunished, from the start to the end",
    }
    GOAL: ClassVar = "welfare"

    def __post_init__(self) -> None:
        if self.acts and not math.isnan(self.density):
            raise InputError(where="density", needed="a density or acts, not both", found="both")
        self._limited("density", self.d, 0.0, 1.0, open_above=True)
        for name, high in (("cost", math.inf), ("reward", math.inf), ("loss", math.inf), ("punishers", 1.0)):
            self._limited(name, getattr(self, name), 0.0, high, open_above=high == math.inf)
        self._limited("discount", self.discount, 0.0, 1.0, open_above=True)
        for name, least, most in (("members", 1, 10**6), ("slots", 1, 10**5), ("observations", 1, 2000)):
            self._limited(name, getattr(self, name), least, most)
        for name, values in (("belief", self.belief), ("prior", self.prior)):
            right = len(values) == 2 or (name == "prior" and not values)
            if not right or not all(0 < v < math.inf for v in values):
                raise InputError(
                    where=name, needed="two numbers above 0, the counts of a Beta law", found=str(list(values))
                )
        if self.change:
            if len(self.change) != 2 or self.change[0] != int(self.change[0]):
                raise InputError(where="change", needed="a slot and a share of punishers", found=str(list(self.change)))
            self._limited("change", self.change[0], 0, self.slots)
            self._limited("change", self.change[1], 0.0, 1.0)
        for name, known in (
            ("variant", VARIANTS),
            ("observation", ("private", "public")),
            ("types", ("shares", "drawn")),
        ):
            if getattr(self, name) not in known:
                raise InputError(where=name, needed=f"one of {', '.join(known)}", found=repr(getattr(self, name)))

    def _limited(self, name: str, value: float, low: float, high: float, *, open_above: bool = False) -> None:
        if not (low <= value < high if open_above else low <= value <= high):
            upto = "below" if open_above else "to"
            raise InputError(where=name, needed=f"a number from {low:g} {upto} {high:g}", found=f"{value:g}")

    @cached_property
    def d(self) -> float:
        """The density, said or computed from acts."""
        if self.acts:
            table = {}
            for name, said in self.acts.items():
                if len(said) != 3 or said[1] not in (0, 1):
                    raise InputError(
                        where=f"acts.{name}", needed="[frequency, 1 or 0 for wrong, effect]", found=str(list(said))
                    )
                table[name] = Act(said[0], said[1] == 1, said[2])
            return density(table)
        return 0.5 if math.isnan(self.density) else self.density

    def having(self, **changes: float) -> SillyRules:
        """The same society with other settings; a density takes the place of acts."""
        return replace(self, **({"acts": {}} if "density" in changes else {}), **changes)  # type: ignore[arg-type]

    @cached_property
    def policy(self) -> Policy:
        """What members do."""
        a, b = self.belief
        return policy(
            self.d,
            self.cost,
            (a, b),
            reward=self.reward,
            loss=self.loss,
            discount=self.discount,
            observations=self.observations,
            variant=self.variant,
        )

    @cached_property
    def groups(self) -> Groups:
        """The law of θ over groups."""
        if self.prior:
            found = drawn(self.members, (self.prior[0], self.prior[1]))
        else:
            found = drawn(self.members, self.punishers) if self.types == "drawn" else fixed(self.punishers)
        if not self.change:
            return found
        after = np.full_like(found.theta, self.change[1])
        return replace(found, later=after, change=int(self.change[0]))

    @cached_property
    def law(self) -> Law:
        """The expected course, exactly; compositions of groups by twelve nodes of Gauss."""
        return law(self.policy, self.groups.thinned(), self.slots, self.d, variant=self.variant)

    def outcomes(self) -> list[Outcome]:
        """One outcome where members learn for themselves; two where all see the same, with their chances."""
        found = self.law
        stays, of_stayed, of_left = found.ends
        value = number(float(self.policy.value))
        how = f"law of one member on the lattice of {self.observations} observations, {self.slots} slots; V = {value} at the start"
        if self.observation == "private" or not 0 < stays < 1:
            active = float(found.mean("active")[-1])
            name = "all have left" if stays < GONE else "the group lives on" if stays > STAYED else "some have left"
            return [self._outcome(name, stays, active, found.totals, 1.0, how)]
        active = float(found.mean("active")[-1]) / stays
        return [
            self._outcome("all have left", 0.0, 0.0, of_left, 1 - stays, how),
            self._outcome("the group lives on", 1.0, min(active, 1.0), of_stayed, stays, how),
        ]

    def _outcome(self, name: str, size: float, active: float, totals: np.ndarray, basin: float, how: str) -> Outcome:
        unpunished, punished, silly = (float(v) for v in totals)
        measures = {
            "size": self.members * size,
            "activity": self.members * active,
            "welfare": self.reward * punished - self.loss * unpunished - self.cost * silly,
            "losses": unpunished,
        }
        # leaving is for good; who stays may still leave later
        return Outcome(name, measures, True if size < GONE else None, basin, how)

    def simulate(self, plan: Plan) -> Course:
        """Groups of `members`, as many as there are agents for; every seed draws its own."""
        groups = max(1, plan.agents // self.members)
        at = np.unique(np.rint(np.geomspace(1, plan.steps, min(SHOWN, plan.steps))).astype(np.int64)) - 1
        found: dict[str, list[np.ndarray]] = {name: [] for name in self.MEASURES}
        for seed in plan.seeds:
            run = simulate(
                self.policy,
                self.groups,
                self.d,
                groups=groups,
                members=self.members,
                slots=plan.steps,
                variant=self.variant,
                public=self.observation == "public",
                seed=seed,
            )
            active, punished, silly = (run.share(name) for name in ("active", "punished", "silly"))
            lost, won, paid = (np.cumsum(v) for v in (active - punished, punished, silly))
            course = {
                "size": self.members * run.share("size")[1:],
                "activity": self.members * active,
                "losses": lost,
                "welfare": self.reward * won - self.loss * lost - self.cost * paid,
            }
            for name, values in course.items():
                found[name].append(values[at])
        measures = {name: np.array(runs) for name, runs in found.items()}
        return Course(at + 1.0, measures, groups * self.members, "slots")

    def claims(self) -> list[ClaimRow]:
        return findings.claims(self)

    def sections(self) -> list[Section]:
        return findings.sections(self)

    def describe(self) -> str:
        share = f"{number(self.d)} of all rules are silly, each time at a cost of {number(self.cost)}"
        theirs = f"Beta({', '.join(number(v) for v in self.prior)})" if self.prior else number(self.punishers)
        a, b = self.belief
        return f"{share}; share of punishers {theirs}, believed to be {number(a / (a + b))}"
