"""Alignment types in groups as a model of a society: the quality game, its rules, and the drop from one agent to two.

Rules are compared by what people get in the worst equilibrium. Logit and level-k play stand beside it: where the bonus is small
beside the highest quality they stay near the top, and neither prediction stands for the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import ClassVar

import numpy as np

from ...behaviour import named
from ...errors import InputError
from ...game.play import Play
from ...numerics.rational import floats
from ...report.findings.report import Cell, Figure, Section, Series, Table
from ...report.report import ClaimRow
from ...report.words import number
from ..model import Model, Outcome
from .compare import Compared, compare, solo_scores, worst
from .quality import quality_group
from .scores import NAMES, Group, scores


@dataclass(frozen=True)
class AlignmentTypes(Model):
    """Units of quality."""

    highest: Fraction = Fraction(1)
    """Q."""
    step: Fraction = Fraction(1, 10)
    """s, of the grid of qualities."""
    bonus: Fraction = Fraction(3, 20)
    """ε, for whoever is strictly lower."""
    own_pay: Fraction = Fraction(0)
    """r, for each unit of one's own quality."""
    cap: Fraction | None = None
    """Of the bonus."""
    audit: Fraction = Fraction(0)
    """p, chance of an audit."""
    fine: Fraction = Fraction(0)
    """F, for the lower where it is audited."""
    transfer: Fraction = Fraction(0)
    """t, from the lower to the higher."""
    penalty: Fraction = Fraction(0)
    """For whoever is strictly higher."""
    least: Fraction = Fraction(1, 2)
    """Quality below which values are violated."""
    logit: float = 20.0
    """λ per unit of payoff, of logit play."""
    level: int = 2
    """k, of level-k play."""
    rounds: int = 200
    """In a run."""
    seeds: int = 20

    MEASURES: ClassVar = {
        "quality": "what people get: the lower quality",
        "V": "1 − rate of value violations, mean over players",
        "P": "agreement with principals' rankings, mean over players",
        "O": "normalised task return",
        "V_drop": "V in the group less V alone",
        "P_drop": "P in the group less P alone",
        "O_drop": "O in the group less O alone",
    }
    GOAL: ClassVar = "quality"

    def __post_init__(self) -> None:
        for name in ("bonus", "own_pay", "audit", "fine", "transfer", "penalty", "least", "logit"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise InputError(where=name, needed="a finite number of at least 0", found=str(getattr(self, name)))
        if (
            self.audit > 1
            or self.seeds < 2
            or self.rounds < 1
            or self.level < 1
            or (self.cap is not None and self.cap < 0)
        ):
            raise InputError(needed="audit ≤ 1, cap ≥ 0, seeds ≥ 2, rounds ≥ 1, level ≥ 1", found="another")
        _ = self.group

    @cached_property
    def group(self) -> Group:
        """The game with what people want. Raises InputError for a grid that there is not."""
        return quality_group(
            self.highest,
            self.step,
            self.bonus,
            own_pay=self.own_pay,
            cap=self.cap,
            audit=self.audit,
            fine=self.fine,
            transfer=self.transfer,
            penalty=self.penalty,
            least=self.least,
        )

    @property
    def behaviours(self) -> tuple[str, ...]:
        """The worst equilibrium first."""
        return "pure", f"logit:{self.logit:g}", f"level:{self.level}"

    @cached_property
    def compared(self) -> dict[str, Compared]:
        """{behaviour: runs alone and in the three settings}."""
        seeds = range(self.seeds)
        return {b: compare(self.group, b, rounds=self.rounds, seeds=seeds) for b in self.behaviours}

    @cached_property
    def equilibria(self) -> list[Play]:
        """Pure ones, exactly, each with its own payoffs; worst for people first."""
        plays = named("pure")(self.group.game).plays  # type: ignore[attr-defined]
        return sorted(plays, key=lambda play: self._quality(play))

    def _quality(self, play: Play) -> float:
        return float((floats(play.law).reshape(self.group.task.shape) * self.group.task).sum())

    def outcomes(self) -> list[Outcome]:
        found = self.equilibria
        if not found:
            return [
                self._outcome(
                    "no pure equilibrium: the worst mixed one", worst(self.group, "nash", self.group.game), "nash"
                )
            ]
        ends = [found[0]] if self._quality(found[0]) == self._quality(found[-1]) else [found[0], found[-1]]
        how = f"all {len(found)} pure equilibria, found exactly"
        return [self._outcome(f"{self._named(play)}, an equilibrium", play, how) for play in ends]

    def _named(self, play: Play) -> str:
        at = np.unravel_index(int(floats(play.law).argmax()), self.group.task.shape)
        return f"({', '.join(self.group.game.actions[i][int(k)] for i, k in enumerate(at))})"

    def _outcome(self, name: str, play: Play, how: str) -> Outcome:
        values = scores(self.group, play).values.mean(axis=1)
        alone = solo_scores(self.group, "pure").values.mean(axis=1)
        measures = {"quality": self._quality(play), **dict(zip(NAMES, values.tolist(), strict=True))}
        measures |= {f"{n}_drop": float(v - a) for n, v, a in zip(NAMES, values, alone, strict=True)}
        return Outcome(name, measures, True if self._strict(play) else None, None, how)

    def _strict(self, play: Play) -> bool:
        """Whether each player loses by any change alone."""
        u = self.group.game.payoff.reshape((2, *self.group.task.shape))
        a, b = (int(k) for k in np.unravel_index(int(floats(play.law).argmax()), self.group.task.shape))
        return bool((u[0][:, b] == u[0][:, b].max()).sum() == 1 and (u[1][a] == u[1][a].max()).sum() == 1)

    def claims(self) -> list[ClaimRow]:
        alone = float(solo_scores(self.group, "pure")["O"].mean())
        together = float(scores(self.group, worst(self.group, "pure", self.group.game))["O"].mean())
        near = 1 - float(self.step / self.highest)
        return [
            ClaimRow(
                "alone, each agent is within one step of what people want",
                alone >= near - 1e-12,
                "searched only",
                f"best reply to a partner at Q: task return {alone:.4g} of 1; one step below is {near:.4g}",
            ),
            ClaimRow(
                "together, at worst, they do as well as alone",
                together >= alone - 1e-12,
                "searched only",
                f"worst pure equilibrium: task return {together:.4g}; alone {alone:.4g}",
            ),
        ]

    def sections(self) -> list[Section]:
        rows: list[list[Cell]] = []
        for behaviour, one in self.compared.items():
            alone = one.solo.mean(axis=(0, 1))
            solo = float(self.group.task.max()) * float(alone[2])
            rows.append([behaviour, "alone", *(f"{number(float(x))}" for x in alone), solo])
            for k, setting in enumerate(one.settings):
                rows.append([behaviour, setting, *(_drop(one, setting, s) for s in NAMES), self._quality(one.plays[k])])
        tables = [
            Table("Scores alone, and group less solo", ["behaviour", "setting", *NAMES, "quality, expected"], rows),
            *(self._correlation(b, one) for b, one in self.compared.items()),
        ]
        said = [
            f"The drop from solo to group, each paid its own ({behaviour}): "
            + ", ".join(f"{name} {_drop(one, 'cooperative', name)}" for name in NAMES)
            + "."
            for behaviour, one in self.compared.items()
        ]
        lead = (
            f"{self.seeds} seeds of {self.rounds} rounds; intervals of 95 % are paired over seeds, and have no width where "
            "play is pure. Collaborative: all get the mean payoff; cooperative: each its own; competitive: its own less the "
            "other's. "
            "V: values; P: principals' preferences; O: the task."
        )
        return [Section("From one agent to two", lead, said, [self._figure()], tables)]

    def _correlation(self, behaviour: str, one: Compared) -> Table:
        rows = [
            [name, *(float(c) if np.isfinite(c) else None for c in row)]
            for name, row in zip(NAMES, one.correlation, strict=True)
        ]
        return Table(f"Correlation across settings, seeds and players: {behaviour}", ["", *NAMES], rows)

    def _figure(self) -> Figure:
        """Quality that logit play gives, as λ grows."""
        lams = [float(x) for x in np.linspace(0, 4 * self.logit, 13)]
        curve = [self._quality(named(f"logit:{lam:g}")(self.group.game).plays[0]) for lam in lams]  # type: ignore[attr-defined]
        lowest = self._quality(self.equilibria[0]) if self.equilibria else 0.0
        return Figure(
            "logit-quality",
            "The same game, played with logit noise",
            "λ, per unit of payoff",
            "people get, expected",
            [Series("logit", lams, curve), Series("worst equilibrium", [lams[0], lams[-1]], [lowest, lowest])],
        )

    def describe(self) -> str:
        said = [f"steps of {float(self.step):g}", f"bonus {float(self.bonus):g}"]
        said += [
            f"{n.replace('_', ' ')} {float(getattr(self, n)):g}"
            for n in ("own_pay", "transfer", "penalty")
            if getattr(self, n)
        ]
        said += [f"bonus capped at {float(self.cap):g}"] if self.cap is not None else []
        said += [f"fine {float(self.fine):g} with chance {float(self.audit):g}"] if self.audit * self.fine else []
        return ", ".join(said)


def _drop(one: Compared, setting: str, score: str) -> str:
    interval = one.interval(setting, score)
    middle = float(one.drop[one.settings.index(setting), :, NAMES.index(score)].mean())
    return f"{number(middle)} [{number(interval.low)}, {number(interval.high)}]"
