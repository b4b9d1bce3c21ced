"""One picture of the experiment: usefulness and misconduct against what is not known, under each treatment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...numerics.rational import Array
from ...report.pictures.canvas import Canvas, Picture, width_of
from ...report.pictures.frame import Frame
from .experiment import SHIFTS, Experiment, Mean
from .setting import TREATMENTS

INKS = ("soft", "p1", "p0", "p2")
DASHES = ("2 3", "", "", "7 3")
GROUPS = 5
SIDE, TALL, LEFT, TOP, ACROSS, DOWN = 168, 120, 74, 96, 246, 176


@dataclass(frozen=True)
class Factor:
    """One column of the picture: a factor, in draws with one kind of shift."""

    name: str
    label: str
    shift: str = "none"
    logarithmic: bool = False

    def values(self, given: dict[str, Array]) -> Array:
        """[draw]."""
        if self.name == "noise":
            return np.log10(1 / given["precision"])
        return given["tpr"] - given["fpr"] if self.name == "monitor" else given[self.name]


FACTORS = (
    Factor("noise", "preference noise 1/β", logarithmic=True),
    Factor("monitor", "monitor: tpr − fpr"),
    Factor("blind", "labellers' blind spots"),
    Factor("discount", "agents' patience γ"),
    Factor("pull", "pull of the score, later", "pull"),
    Factor("temptation", "temptation, later", "temptation"),
    Factor("seen", "tpr that is left, later", "detectability"),
    Factor("force", "audits that are left, later", "lapse"),
)
MEASURES = (("useful", "usefulness", (-1.0, 1.0)), ("misconduct", "misconduct", (0.0, 1.0)))


def curve(
    found: Experiment, factor: Factor, what: str, treatment: str, task: str | None = None
) -> list[tuple[float, Mean]]:
    """(mean of the factor, mean outcome in deployment) in five groups of as many draws each."""
    x = factor.values(found.given)
    chosen = np.flatnonzero(found.given["shift"] == SHIFTS.index(factor.shift))
    order = chosen[np.argsort(x[chosen], kind="stable")]
    points = []
    for group in np.array_split(order, GROUPS):
        if len(group):
            mask = np.zeros(len(x), bool)
            mask[group] = True
            points.append((float(x[group].mean()), found.mean(what, treatment, found.where(mask, task))))
    return points


def picture(found: Experiment, task: str | None = None) -> Picture:
    """Eight factors, two measures each, with 95 % intervals; of one task or of all three."""
    canvas = Canvas()
    title = "Deterrence beside preference training" + (f": {task}" if task else "")
    canvas.text(20, 30, title, size=15, weight=600)
    x = 28.0
    for treatment, ink, dash in zip(TREATMENTS, INKS, DASHES, strict=True):
        canvas.lines([(x, 54), (x + 26, 54)], ink, width=2.5, dash=dash)
        canvas.text(x + 33, 58, treatment, size=12.5)
        x += 33 + width_of(treatment, 12.5) + 20
    said = "usefulness: net of audits, first best = 1; after training; 95 % intervals over draws"
    canvas.text(x + 10, 58, said, size=12.5, ink="soft")
    for k, factor in enumerate(FACTORS):
        for row, measure in enumerate(MEASURES):
            top = TOP + (2 * (k // 4) + row) * DOWN
            _panel(canvas, found, factor, measure, LEFT + (k % 4) * ACROSS, top, task)
    still = found.where(found.given["shift"] == 0, task)
    says = (
        "Usefulness and misconduct under each treatment against eight factors. Usefulness where nothing shifts: "
        + ", ".join(f"{t} {found.mean('useful', t, still)}" for t in TREATMENTS)
        + "."
    )
    return canvas.picture(title, says, LEFT + 4 * ACROSS - 30, TOP + 4 * DOWN - 4)


def _panel(
    canvas: Canvas,
    found: Experiment,
    factor: Factor,
    measure: tuple[str, str, tuple[float, float]],
    left: float,
    top: float,
    task: str | None,
) -> None:
    what, label, limits = measure
    curves = [curve(found, factor, what, treatment, task) for treatment in TREATMENTS]
    across = [x for x, _ in curves[0]]
    low, high = min(across), max(across)
    pad = 0.06 * ((high - low) or 1.0)
    frame = Frame(left, top, SIDE, TALL, (low - pad, high + pad), limits)

    def clipped(y: float) -> float:
        return min(max(y, limits[0]), limits[1])

    frame.axes(
        canvas,
        factor.label,
        label,
        at_y=[-1, -0.5, 0, 0.5, 1] if limits[0] < 0 else [0, 0.5, 1],
        at_x=[across[0], across[2], across[-1]] if len(across) == GROUPS else across,
        say_x=lambda v: f"{10**v:.2g}" if factor.logarithmic else f"{v:.2g}",
    )
    for points, ink, dash in zip(curves, INKS, DASHES, strict=True):
        for x, mean in points:
            if np.isfinite(mean.half):
                ends = [frame(x, clipped(mean.value + sign * mean.half)) for sign in (-1, 1)]
                canvas.lines(ends, ink, width=1.2, opacity=0.6, kind="interval")
        canvas.lines([frame(x, clipped(mean.value)) for x, mean in points], ink, width=2.2, dash=dash, kind="curve")


__all__ = ["FACTORS", "Factor", "curve", "picture"]
