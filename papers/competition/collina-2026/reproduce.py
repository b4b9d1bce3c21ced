"""Collina, Goel, Roth & Sengupta 2026, "Delegating Authorization to Misaligned Agents: Coalitional Alignment and Safe Control".

Run `python papers collina-2026` for the table, `python papers/competition/collina-2026/reproduce.py DIR` for the curves; public
names of rulewright only. Theorems on small panels are in panel_theorems.py; experiments are on generated panels.
"""

from __future__ import annotations

import itertools
import sys
from functools import cache
from pathlib import Path
from statistics import NormalDist

import numpy as np

from rulewright.behaviour.coalitions import Strong
from rulewright.behaviour.nash.pure import Pure
from rulewright.competition.panel.audit import majority
from rulewright.competition.panel.cardinal import calibrate, calibrate_single
from rulewright.competition.panel.generated import ring, worst_error
from rulewright.competition.panel.prompts import Sampled, sample
from rulewright.competition.panel.strategic import voting_game
from rulewright.competition.panel.votes import Threshold
from rulewright.report.pictures.canvas import Canvas
from rulewright.report.pictures.frame import Frame
from rulewright.report.words import number

if str(Path(__file__).parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parent))

from panel_theorems import (
    aligned,
    all_rules,
    caratheodory,
    certified,
    concepts,
    corollary_2,
    stable,
    theorem_1,
    theorem_2,
    unanimity,
    votes_or_scores,
)

PROMPTS, REVIEWERS, ANSWERS = 1763, 48, 4  # of RewardBench 2 as the paper has it
OWN = 0.8  # standard deviation of a reviewer's own error
SHARED = {0.0: 0.686, 0.5: 0.841}  # {spread: of the error that all share}, each fitted to the first published share
PUBLISHED = {"all": {0: 0.902, 1: 0.772, 5: 0.379}, "far": {0: 0.763, 1: 0.482, 5: 0.120}}
FAR = 20  # degrees
SIZES = (8, 16, 32, 64, 128)
RING = (25, 51, 101, 201, 401)


# ── depth and the ring, in n ────────────────────────────────────────────────────────────────────────────────────────


def slope(x: np.ndarray, y: np.ndarray) -> float:
    """Of log mean_s y[s, n] in log x[n]."""
    return float(np.polyfit(np.log(x), np.log(y.mean(axis=0)), 1)[0])


def interval(x: np.ndarray, y: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """95 % of 2,000 bootstrap resamples of s (Efron 1979)."""
    rng = np.random.default_rng(seed)
    found = [slope(x, y[rng.integers(0, len(y), len(y))]) for _ in range(2000)]
    return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


@cache
def depth_shares(fast: bool) -> np.ndarray:
    """[panel, n]: depth / n where u_i = u + 2·N(0, 1) on four answers and any move may be proposed (corollary 3)."""
    sizes, panels = (SIZES[:4], 60) if fast else (SIZES, 100)
    rng = np.random.default_rng(0)
    u = rng.normal(size=(panels, ANSWERS))
    noise = rng.normal(size=(panels, max(sizes), ANSWERS))
    return np.stack([sample(u, u[:, None] + 2 * noise[:, :n], None).depths / n for n in sizes], axis=1)


@cache
def ring_errors(fast: bool) -> tuple[np.ndarray, np.ndarray]:
    """(spaced [1, n], random [s, n]): what majority loses on the ring (proposition 4)."""
    spaced = np.array([[worst_error(ring(n), majority(n)) for n in RING]])
    draws = 40 if fast else 200
    random = np.array([[worst_error(ring(n, seed=s), majority(n)) for n in RING] for s in range(draws)])
    return spaced, random


# ── generated panels of the published size ──────────────────────────────────────────────────────────────────────────


def scores(prompts: int, seed: int, spread: float = 0.0, shared: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """(u[p, a], U[p, i, a]): one right answer; U_i = u + shared·b_p + .8·σ_i·e_pi, all noise N(0, 1), b_p common to all reviewers.

    log σ_i are the quantiles of N(0, spread²): 0 is the law of `generated.reward_models`, with u the right answer.
    """
    rng = np.random.default_rng(seed)
    people = np.zeros((prompts, ANSWERS))
    people[:, 0] = 1
    bias = (SHARED[spread] if shared is None else shared) * rng.normal(size=(prompts, 1, ANSWERS))
    sigma = np.exp([spread * NormalDist().inv_cdf((i + 0.5) / REVIEWERS) for i in range(REVIEWERS)])
    own = OWN * sigma[:, None] * rng.normal(size=(prompts, REVIEWERS, ANSWERS))
    return people, people[:, None] + bias + own


@cache
def panels(fast: bool, spread: float = 0.0) -> Sampled:
    return sample(*scores(600 if fast else PROMPTS, 2026, spread), None)


def kept(removed: int, far: bool = False, spread: float = 0.0):
    """The share of prompts covered after any `removed` leave; if `far` of those whose closest reviewer is beyond 20 degrees."""

    def share(fast: bool) -> float:
        found = panels(fast, spread)
        return found.share(removed, found.closest > FAR if far else None)

    return share


@cache
def committees(spread: float) -> tuple[float, float, float]:
    """(right answers executed by a committee, by one reviewer; wrong ones refused by the committee), out of sample at 99 %."""
    _, table = scores(PROMPTS, 4052, spread)
    against = table - table.mean(axis=2, keepdims=True)
    rows = np.concatenate([against[:, :, 0], against[:, :, 1]])
    good = np.arange(len(rows)) < len(table)
    both = calibrate(rows, good), calibrate_single(rows, good)
    return both[0].executed_share, both[1].executed_share, both[0].refused_share


def jailbreaks(miss: float, persuasive: float):
    """The share of generated panels, 9 evaluators and 190 harmful responses, where each of these has two objections at least.

    An evaluator misses one with chance `miss`; with chance `persuasive` a response is missed by all but one.
    """

    def share(fast: bool) -> float:
        rng = np.random.default_rng(5)
        held, draws = 0, 2_000 if fast else 20_000
        for _ in range(draws):
            approve = rng.random((190, 9)) < miss
            approve[rng.random(190) < persuasive, 1:] = True
            held += not Threshold(9, 1).passes(approve).any()
        return held / draws

    return share


CLAIMS = {
    "theorem 1: rules where the three conditions differ": lambda fast: theorem_1()[0],
    "theorem 1: share of those rules that are unsound": lambda fast: theorem_1()[1] / theorem_1()[2],
    "corollary 1: panels where it fails": lambda fast: all_rules()[0],
    "proposition 1: panels where it fails": lambda fast: all_rules()[1],
    "corollary 2: thresholds where it fails": lambda fast: corollary_2(),
    "minimal covering coalitions: most members beyond r": caratheodory,
    "certificates that the checker refuses": lambda fast: certified()[0],
    "false certificates that the checker lets pass": lambda fast: certified()[1],
    "theorem 2: disagreements": lambda fast: theorem_2(fast)[0],
    "theorem 2: share of those processes that are unsafe": lambda fast: theorem_2(fast)[1] / (24 if fast else 120),
    "corollary 7: Nash equilibria under unanimity that harm people": unanimity,
    "theorem 3: stable moves that harm people": lambda fast: stable(fast)[0],
    "theorem 3: verdicts that the game of the vote contradicts": concepts,
    "remark 5.1: moves beyond the bound": lambda fast: stable(fast)[1],
    "remark 5.1: largest loss, of the bound": lambda fast: float(stable(fast)[2]),
    "proposition 3: worst Nash equilibrium of four aligned reviewers, one objection let pass": lambda fast: float(
        min(play.goal for play in Pure()(voting_game(aligned(4), Threshold(4, 1), [1])).plays)
    ),
    "proposition 3: the same, if two may agree to object": lambda fast: float(
        min(play.goal for play in Strong(2)(voting_game(aligned(4), Threshold(4, 1), [1])).plays)
    ),
    "corollary 8: panels where it fails": lambda fast: votes_or_scores(fast)[0],
    "corollary 9: panels where it fails": lambda fast: votes_or_scores(fast)[1],
    "corollary 3: slope of log(1/2 - depth/n) in log n": lambda fast: slope(
        np.array(SIZES[: depth_shares(fast).shape[1]]), 0.5 - depth_shares(fast)
    ),
    "corollary 3: mean depth/n at n = 128": lambda fast: float(depth_shares(fast)[:, -1].mean()),
    "proposition 4: slope of the error, spaced": lambda fast: slope(np.array(RING), ring_errors(fast)[0]),
    "proposition 4: slope of the error, random": lambda fast: slope(np.array(RING), ring_errors(fast)[1]),
    **{
        f"{kind} reviewers, {where}: covered after any {k} leave": kept(k, where == "far prompts", spread)
        for kind, spread in (("equal", 0.0), ("unequal", 0.5))
        for where in ("all prompts", "far prompts")
        for k in (0, 1, 5)
    },
    **{
        f"{kind} reviewers: {what}": lambda fast, k=k, spread=spread: committees(spread)[k]
        for kind, spread in (("equal", 0.0), ("unequal", 0.5))
        for k, what in enumerate(
            (
                "right answers executed by a committee at 99 %",
                "right answers executed by one reviewer at 99 %",
                "wrong answers refused by the committee, out of sample",
            )
        )
    },
    "nine evaluators who miss three in ten, independently: share of panels where k = 1 is sound": jailbreaks(0.3, 0),
    "the same, one response in a hundred persuading all but one": jailbreaks(0.3, 0.01),
}


# ── curves ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def framed(title: str, frame: Frame, across: str, up: str, **ticks) -> Canvas:
    canvas = Canvas()
    canvas.text(20, 30, title, size=15, weight=600)
    frame.axes(canvas, across, up, **ticks)
    return canvas


def key(canvas: Canvas, entries, x: float, y: float) -> None:
    """(ink, dash, words) in a column: a line, or (dash None) a ring."""
    for k, (ink, dash, words) in enumerate(entries):
        at = y + 20 * k
        if dash is None:
            canvas.dot((x + 13, at - 4), fill="paper", edge=ink, width=2.2)
        else:
            canvas.lines([(x, at - 4), (x + 26, at - 4)], ink, width=2.4, dash=dash)
        canvas.text(x + 34, at, words, size=12.5, halo=True)


def removal_curve():
    """Coverage against the number removed."""
    frame = Frame(76, 56, 500, 320, (0, 16), (0, 1))
    title = "Prompts that stay covered whichever reviewers leave"
    canvas = framed(title, frame, "reviewers removed, of 48", "share of prompts")
    says = []
    for spread, dash in ((0.0, ""), (0.5, "7 4")):
        found = panels(False, spread)
        for name, ink, among in (("all", "p0", None), ("far", "p1", found.closest > FAR)):
            shares = [found.covered(k, among) for k in range(17)]
            low, high = ([frame(k, getattr(s, end)) for k, s in enumerate(shares)] for end in ("low", "high"))
            canvas.area(low + high[::-1], ink, opacity=0.13)
            canvas.lines([frame(k, found.share(k, among)) for k in range(17)], ink, width=2.2, dash=dash)
            said = ", ".join(f"{found.share(k, among):.0%}" for k in (0, 1, 5))
            says.append(f"{'un' if spread else ''}equal reviewers, {name}: {said} after 0, 1, 5")
    for name, ink in (("all", "p0"), ("far", "p1")):
        for k, share in PUBLISHED[name].items():
            canvas.dot(frame(k, share), fill="paper", edge=ink, width=2.2)
    key(
        canvas,
        [
            ("p0", "", "all prompts, equal reviewers"),
            ("p0", "7 4", "all prompts, unequal reviewers"),
            ("p0", None, "all prompts, published"),
            ("p1", "", "closest reviewer > 20°, equal reviewers"),
            ("p1", "7 4", "closest reviewer > 20°, unequal reviewers"),
            ("p1", None, "closest reviewer > 20°, published"),
        ],
        288,
        78,
    )
    return canvas.picture(title, "; ".join(says) + ".", 610, 432)


def depth_curve():
    """depth / n against n."""
    y = depth_shares(False)
    x = np.log2(SIZES)
    frame = Frame(76, 56, 470, 260, (2.8, 7.2), (0, 0.55))
    title = "Harmless though nobody is aligned: rejection depth"
    canvas = framed(title, frame, "reviewers n", "depth / n", at_x=x.tolist(), say_x=lambda v: f"{2**v:.0f}")
    low, high = np.quantile(y, 0.1, axis=0), np.quantile(y, 0.9, axis=0)
    canvas.area([*map(frame, x, low), *list(map(frame, x, high))[::-1]], "p0", opacity=0.16)
    canvas.lines([frame(2.8, 0.5), frame(7.2, 0.5)], "soft", dash="6 4")
    canvas.lines([*map(frame, x, y.mean(axis=0))], "p0", width=2.4)
    for k, value in enumerate(y.mean(axis=0)):
        canvas.dot(frame(x[k], value), fill="p0")
    key(canvas, [("p0", "", "mean of 100 panels; band: 80 % of them"), ("soft", "6 4", "limit 1/2")], 268, 262)
    says = "depth / n " + ", ".join(f"{v:.2f} at n = {n}" for n, v in zip(SIZES, y.mean(axis=0), strict=True)) + "."
    return canvas.picture(title, says, 580, 372)


def ring_curve():
    """Majority's error on the ring, both axes logarithmic."""
    spaced, random = ring_errors(False)
    x = np.log10(RING)
    frame = Frame(76, 56, 470, 280, (1.35, 2.65), (-2.5, 0))
    title = "What a majority on the ring lets people lose"
    canvas = Canvas()
    canvas.text(20, 30, title, size=15, weight=600)
    for n, at in zip(RING, x, strict=True):
        px, _ = frame(at, 0)
        canvas.lines([(px, frame.top), (px, frame.bottom + 4)], "line", width=1)
        canvas.text(px, frame.bottom + 18, str(n), ink="soft", size=12, anchor="middle")
    for power, words in ((0, "1"), (-1, "0.1"), (-2, "0.01")):
        _, py = frame(0, power)
        canvas.lines([(frame.left - 4, py), (frame.right, py)], "line", width=1)
        canvas.text(frame.left - 8, py + 4, words, ink="soft", size=12, anchor="end")
    canvas.text(311, frame.bottom + 38, "reviewers n", ink="soft", size=12.5, anchor="middle")
    canvas.text(30, 196, "largest loss", ink="soft", size=12.5, anchor="middle", turn=-90)
    low, high = np.log10(np.quantile(random, 0.1, axis=0)), np.log10(np.quantile(random, 0.9, axis=0))
    canvas.area([*map(frame, x, low), *list(map(frame, x, high))[::-1]], "p1", opacity=0.16)
    for y, ink in ((random.mean(axis=0), "p1"), (spaced[0], "p0")):
        canvas.lines([*map(frame, x, np.log10(y))], ink, width=2.4)
        for at, value in zip(x, np.log10(y), strict=True):
            canvas.dot(frame(at, value), fill=ink)
    shape = np.sqrt(np.log(RING) / np.array(RING))
    canvas.lines([*map(frame, x, np.log10(shape * random.mean() / shape.mean()))], "soft", dash="6 4")
    key(
        canvas,
        [
            ("p1", "", f"random: slope {number(slope(np.array(RING), random), 2)}; band: 80 % of 200 draws"),
            ("soft", "6 4", "√(log n / n), scaled"),
            ("p0", "", f"evenly spaced: slope {number(slope(np.array(RING), spaced), 2)}"),
        ],
        92,
        286,
    )
    slopes = [number(slope(np.array(RING), y), 2) for y in (spaced, random)]
    says = f"Spaced reviewers: slope {slopes[0]}; random ones {slopes[1]}."
    return canvas.picture(title, says, 580, 392)


def figures(folder: str | Path) -> list[Path]:
    """panel_removal.svg, panel_depth.svg and panel_ring.svg in this folder."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    made = {"removal": removal_curve(), "depth": depth_curve(), "ring": ring_curve()}
    return [picture.save(target / f"panel_{name}.svg") for name, picture in made.items()]


if __name__ == "__main__":
    for path in figures(sys.argv[1] if len(sys.argv) > 1 else "."):
        print(path)
    for name, x, y in (
        ("1/2 - depth/n", SIZES, 0.5 - depth_shares(False)),
        ("error of the random ring", RING, ring_errors(False)[1]),
    ):
        low, high = interval(np.array(x), y)
        print(f"slope of {name}: {slope(np.array(x), y):.3f}, 95 % interval [{low:.3f}, {high:.3f}]")
    for spread, k in itertools.product((0.0, 0.5), (0, 1, 5)):
        found = panels(False, spread)
        for words, among in (("all", None), ("far", found.closest > FAR)):
            ends = found.covered(k, among)
            print(f"{spread:g}, {words}, any {k}: {found.share(k, among):.3f} [{ends.low:.3f}, {ends.high:.3f}]")
        print(f"far prompts: {(found.closest > FAR).mean():.3f}")
