"""Deterrence beside preference training: an experiment of ours, not a published one.

`python papers deterrence-and-training` for the claims; `python papers/enforcement/deterrence-and-training/reproduce.py --write`
runs it in full and writes the table into README.md and the pictures. Public names of rulewright only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from rulewright.learning.misconduct import SHIFTS, TASKS, TREATMENTS, Experiment, experiment, picture, thresholds

HERE = Path(__file__).parent
BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"


@cache
def run(fast: bool) -> Experiment:
    """9,216 configurations × 3 seeds, or 1,728 × 2; one compiled call each."""
    return experiment(144, seeds=2) if fast else experiment(768, seeds=3)


@cache
def ratios(fast: bool) -> tuple[np.ndarray, np.ndarray]:
    """(learned over closed form [task, configuration], bounds of the closed form)."""
    found = thresholds(6, points=13, seeds=1) if fast else thresholds(24)
    return found.ratios, found.bounds


def committed(found: Experiment) -> np.ndarray:
    return found.given["keen"] == 0


def shift(found: Experiment, name: str) -> np.ndarray:
    return found.given["shift"] == SHIFTS.index(name)


def sharp(found: Experiment) -> np.ndarray:
    """Labellers who see well, choose with care and have few blind spots."""
    given = found.given
    return (given["tpr"] - given["fpr"] > 0.5) & (given["precision"] > 1) & (given["blind"] < 0.3)


def feasible(found: Experiment, mask: np.ndarray) -> np.ndarray:
    """[task, draw]: where some audit rate deters."""
    return found.where(mask) & found.feasible


def infeasible(found: Experiment, mask: np.ndarray) -> np.ndarray:
    return found.where(mask) & ~found.feasible


CONDITIONS: dict[str, Callable[[Experiment], np.ndarray]] = {
    "no shift, all": lambda e: e.where(shift(e, "none")),
    **{f"no shift, {task}": lambda e, task=task: e.where(shift(e, "none"), task) for task in TASKS},
    "no shift, committed auditor, some rate deters": lambda e: feasible(e, shift(e, "none") & committed(e)),
    **{
        f"the same, {task}": lambda e, task=task: feasible(e, shift(e, "none") & committed(e)) & e.where(task=task)
        for task in TASKS
    },
    "the same, and labellers see well": lambda e: feasible(e, shift(e, "none") & committed(e) & sharp(e)),
    "no shift, no rate deters": lambda e: infeasible(e, shift(e, "none")),
    "no shift, auditor learns, some rate deters": lambda e: feasible(e, shift(e, "none") & ~committed(e)),
    "no shift, tpr − fpr below 0.4": lambda e: e.where(shift(e, "none") & (e.given["tpr"] - e.given["fpr"] < 0.4)),
    "no shift, labellers see well (tpr − fpr > 0.5, β > 1, blind < 0.3)": lambda e: e.where(
        shift(e, "none") & sharp(e)
    ),
    "no shift, noisy labellers (β < 1)": lambda e: e.where(shift(e, "none") & (e.given["precision"] < 1)),
    "no shift, blind spots above 0.4": lambda e: e.where(shift(e, "none") & (e.given["blind"] > 0.4)),
    "no shift, impatient (γ < 0.5)": lambda e: e.where(shift(e, "none") & (e.given["discount"] < 0.5)),
    "no shift, patient (γ > 0.7)": lambda e: e.where(shift(e, "none") & (e.given["discount"] > 0.7)),
    "temptation grows": lambda e: e.where(shift(e, "temptation")),
    "monitor sees less": lambda e: e.where(shift(e, "detectability")),
    "score pulls, all": lambda e: e.where(shift(e, "pull")),
    "score pulls with more than half the weight": lambda e: e.where(shift(e, "pull") & (e.given["pull"] > 0.5)),
    "audits lapse": lambda e: e.where(shift(e, "lapse")),
    "all four shifts": lambda e: e.where(shift(e, "all")),
}


def gap(name: str, one: str, other: str, what: str = "useful") -> Callable[[bool], float]:
    return lambda fast: run(fast).better(what, one, other, CONDITIONS[name](run(fast))).value


def level(name: str, treatment: str, what: str = "misconduct") -> Callable[[bool], float]:
    return lambda fast: run(fast).mean(what, treatment, CONDITIONS[name](run(fast))).value


def learning_auditor(fast: bool) -> tuple[float, float]:
    """(correlation, mean difference): violations with an auditor that learns against the inspection game's closed form."""
    found, given = run(fast), run(fast).given
    mask = feasible(found, shift(found, "none") & ~committed(found))
    cost, bounty = 0.05, given["bounty"]
    closed = (cost + given["fpr"] * bounty) / (given["tpr"] * bounty + given["fpr"] * bounty)
    closed = np.broadcast_to(closed, mask.shape)[mask]
    seen = found.stolen[1, TREATMENTS.index("deterrence")][mask]
    return float(np.corrcoef(closed, seen)[0, 1]), float((seen - closed).mean())


def median(task: str) -> Callable[[bool], float]:
    return lambda fast: float(np.median(ratios(fast)[0][list(TASKS).index(task)]))


CLAIMS = {
    "configurations in one compiled call, 1000 or more": lambda fast: float(min(1000, run(fast).count)),
    "learned threshold over closed form: report": median("report"),
    "learned threshold over closed form: commons": median("commons"),
    "learned threshold over closed form: pipeline": median("pipeline"),
    "no rule: misconduct": level("no shift, all", "neither"),
    "committed auditor, feasible: misconduct under deterrence": level(
        "no shift, committed auditor, some rate deters", "deterrence"
    ),
    "committed auditor, feasible: preferences less deterrence": gap(
        "no shift, committed auditor, some rate deters", "preferences", "deterrence"
    ),
    "committed auditor, feasible: both less deterrence": gap(
        "no shift, committed auditor, some rate deters", "both", "deterrence"
    ),
    "no rate deters: preferences less deterrence": gap("no shift, no rate deters", "preferences", "deterrence"),
    "sharp labellers: preferences less deterrence": gap(
        "no shift, labellers see well (tpr − fpr > 0.5, β > 1, blind < 0.3)", "preferences", "deterrence"
    ),
    "blind spots: preferences less deterrence": gap("no shift, blind spots above 0.4", "preferences", "deterrence"),
    "temptation grows: preferences less deterrence": gap("temptation grows", "preferences", "deterrence"),
    "score pulls hard: preferences less deterrence": gap(
        "score pulls with more than half the weight", "preferences", "deterrence"
    ),
    "all shifts: both less preferences": gap("all four shifts", "both", "preferences"),
    "all shifts: both less deterrence": gap("all four shifts", "both", "deterrence"),
    "learning auditor: correlation of violations with the inspection game": lambda fast: learning_auditor(fast)[0],
    "learning auditor: violations less the inspection game's": lambda fast: learning_auditor(fast)[1],
}


def table(found: Experiment) -> str:
    """Misconduct and usefulness in deployment, with 95 % intervals over draws."""
    lines = [
        f"{found.count:,} configurations × {found.seeds} seeds. Each cell: misconduct; usefulness net of audits (first best = 1).",
        "",
        "| condition (draws) | neither | preferences | deterrence | both | preferences less deterrence |",
        "|---|---|---|---|---|---|",
    ]
    for name, choose in CONDITIONS.items():
        mask = choose(found)
        cells = [f"{found.mean('misconduct', t, mask)}; {found.mean('useful', t, mask)}" for t in TREATMENTS]
        apart = found.better("useful", "preferences", "deterrence", mask)
        lines.append(
            f"| {name} ({apart.n}) | {' | '.join(cells)} | {apart} |".replace("-", "−").replace("|−−−", "|---")
        )
    return "\n".join(lines)


def main(write: bool) -> None:
    found = run(False)
    ratio, bounds = ratios(False)
    text = (
        table(found)
        + "\n\n| task | learned threshold / closed form: median [least, most] | closed form where others misbehave |\n"
    )
    text += "|---|---|---|\n"
    for task, row, bound in zip(TASKS, ratio, bounds, strict=True):
        shown = f"{np.median(row):.3f} [{row.min():.3f}, {row.max():.3f}] of {len(row)}"
        text += f"| {task} | {shown} | {bound.min():.3f} to {bound.max():.3f} |\n"
    print(text)
    for name, value in CLAIMS.items():
        print(f"{name}: {value(False):.4f} (full), {value(True):.4f} (fast)")
    if write:
        readme = HERE / "README.md"
        old = readme.read_text(encoding="utf-8")
        before, rest = old.split(BEGIN)
        readme.write_text(f"{before}{BEGIN}\n{text}{END}{rest.split(END)[1]}", encoding="utf-8")
        picture(found).save(HERE / "deterrence_and_training.svg")


if __name__ == "__main__":
    main("--write" in sys.argv)
