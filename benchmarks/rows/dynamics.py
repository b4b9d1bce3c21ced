"""Dynamics: fictitious play, regret matching, replicator and α-rank against QuantEcon, nashpy, OpenSpiel and plain NumPy.

Every peer does the same number of steps of its own version on the same random game.
"""

import importlib.util
import sys
import types

import numpy as np

import rulewright as rw
from rulewright.behaviour.dynamics import Contest, alpha_rank, fictitious_play, follow, learn

from ..row import Ready, Row, Work

STEPS = 10_000
SIZES = (3, 10, 50)
Peer = tuple[str, Work | None]


def rows() -> list[Row]:
    found = []
    for n in SIZES:
        a, b = np.random.default_rng(n).random((2, n, n))
        payoff = np.stack([a, b])[None]
        found.append(
            Row(
                f"fictitious play, {STEPS:,} steps, {n}×{n}",
                Ready(lambda p=payoff: warm(lambda: fictitious_play(p, STEPS))),
                (plain_fictitious(a, b), quantecon_fictitious(a, b), nashpy_fictitious(a, b)),
                target="faster than the fastest peer",
            )
        )
        found.append(
            Row(
                f"regret matching, {STEPS:,} steps, {n}×{n}",
                Ready(lambda p=payoff: warm(lambda: learn(p, STEPS, sampled=False))),
                (plain_regret(a, b), nashpy_regret(a, b), open_spiel_regret(a, b)),
                target="faster than the fastest peer",
            )
        )
        start = np.full(n, 1 / n) + np.linspace(-0.5, 0.5, n) / n
        found.append(
            Row(
                f"replicator, {STEPS:,} steps of .01, {n} strategies",
                Ready(lambda a=a, x=start: warm(lambda: replicator(a, x, 0.01))),
                (plain_replicator(a, start), open_spiel_replicator(a, start)),
                target="faster than the fastest peer",
            )
        )
        found.append(
            Row(
                f"replicator, {STEPS:,} times to t = {STEPS * 0.01:g}, steps that adapt to 1.5e-8, {n} strategies",
                Ready(lambda a=a, x=start: warm(lambda: replicator(a, x, None))),
                (nashpy_replicator(a, start),),
                target="faster than the fastest peer",
            )
        )
    for n in (3, 10, 30):
        payoff = np.random.default_rng(n).random((2, n, n))
        found.append(
            Row(
                f"α-rank, two populations, {n} strategies each (α = 5, m = 20)",
                Ready(lambda p=payoff: warm(lambda: alpha_rank(p[None], 5.0, 20))),
                (open_spiel_alpha(payoff),),
                target="far faster than OpenSpiel",
                repeats=1 if n == 30 else 5,
                limit=60,
            )
        )
    found.extend(many())
    return found


def many() -> list[Row]:
    generator = np.random.default_rng(0)
    games = rw.Games(generator.random((10_000, 2, 3, 3)), generator.random((10_000, 3, 3)))
    names = "fictitious-play:1000", "regret-matching:1000", "alpha-rank", "replicator:4"
    return [
        Row(f"`{name}` of 10,000 games 3×3 in one call", lambda name=name: rw.named(name).many(games), repeats=3)
        for name in names
    ]


def warm(work: Work) -> Work:
    """Done once before the clock starts: what is loaded or compiled on the way is no part of it."""
    work()
    return work


def replicator(a: np.ndarray, start: np.ndarray, step: float | None) -> np.ndarray:
    """At odeint's own tolerance where steps adapt."""
    game = Contest.symmetric(a)
    return follow(
        game,
        "replicator",
        start,
        until=STEPS * 0.01,
        samples=STEPS + 1,
        step=step,
        tolerance=1.5e-8,
        look_for_cycles=False,
    ).path


def here(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def plain_fictitious(a: np.ndarray, b: np.ndarray) -> Peer:
    columns, lines = np.ascontiguousarray(a.T), np.ascontiguousarray(b)

    def work() -> None:
        first, second, i, j = np.zeros(len(a)), np.zeros(len(b)), 0, 0
        for _ in range(STEPS):
            first += columns[j]
            second += lines[i]
            i, j = first.argmax(), second.argmax()

    return "plain NumPy", Ready(lambda: warm(work))


def quantecon_fictitious(a: np.ndarray, b: np.ndarray) -> Peer:
    if not here("quantecon"):
        return "QuantEcon (not installed here)", None

    def prepare() -> Work:
        from quantecon.game_theory import FictitiousPlay, NormalFormGame, Player

        game = FictitiousPlay(NormalFormGame([Player(a), Player(b.T)]))
        return warm(lambda: game.play(actions=(0, 0), num_reps=STEPS))

    return "QuantEcon", Ready(prepare)


def nashpy_fictitious(a: np.ndarray, b: np.ndarray) -> Peer:
    if not here("nashpy"):
        return "nashpy (not installed here)", None

    def prepare() -> Work:
        import nashpy

        np.random.seed(0)
        return warm(lambda: list(nashpy.Game(a, b).fictitious_play(iterations=STEPS)))

    return "nashpy", Ready(prepare)


def plain_regret(a: np.ndarray, b: np.ndarray) -> Peer:
    def work() -> None:
        regrets, law = [np.zeros(len(a)), np.zeros(len(b))], np.zeros(a.shape)
        for _ in range(STEPS):
            x, y = (r / r.sum() if (r := np.maximum(s, 0)).any() else np.full(len(s), 1 / len(s)) for s in regrets)
            law += np.outer(x, y)
            first, second = a @ y, x @ b
            regrets[0] += first - x @ first
            regrets[1] += second - y @ second

    return "plain NumPy", Ready(lambda: warm(work))


def nashpy_regret(a: np.ndarray, b: np.ndarray) -> Peer:
    if not here("nashpy"):
        return "nashpy (not installed here)", None

    def prepare() -> Work:
        import nashpy

        return warm(lambda: list(nashpy.Game(a, b).regret_minimization(iterations=STEPS)))

    return "nashpy", Ready(prepare)


def open_spiel_regret(a: np.ndarray, b: np.ndarray) -> Peer:
    if not here("open_spiel"):
        return "OpenSpiel (not installed here)", None

    def prepare() -> Work:
        from open_spiel.python.algorithms.regret_matching import regret_matching

        return warm(lambda: regret_matching([a, b], iterations=STEPS))

    return "OpenSpiel", Ready(prepare)


def plain_replicator(a: np.ndarray, start: np.ndarray) -> Peer:
    def field(x: np.ndarray) -> np.ndarray:
        f = a @ x
        return x * (f - x @ f)

    def work() -> None:
        x, h = start, 0.01
        for _ in range(STEPS):
            k1 = field(x)
            k2 = field(x + h / 2 * k1)
            k3 = field(x + h / 2 * k2)
            k4 = field(x + h * k3)
            x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    return "plain NumPy (Runge–Kutta)", Ready(lambda: warm(work))


def nashpy_replicator(a: np.ndarray, start: np.ndarray) -> Peer:
    if not here("nashpy"):
        return "nashpy (not installed here)", None

    def prepare() -> Work:
        import nashpy

        times = np.linspace(0, STEPS * 0.01, STEPS + 1)
        return warm(lambda: nashpy.Game(a).replicator_dynamics(y0=start, timepoints=times))

    return "nashpy (odeint)", Ready(prepare)


def open_spiel_replicator(a: np.ndarray, start: np.ndarray) -> Peer:
    if not here("open_spiel"):
        return "OpenSpiel (not installed here)", None

    def prepare() -> Work:
        from open_spiel.python.egt.dynamics import SinglePopulationDynamics
        from open_spiel.python.egt.dynamics import replicator as rule

        dynamics = SinglePopulationDynamics(np.stack([a, a.T]), rule)

        def work() -> None:
            x = start
            for _ in range(STEPS):
                x = x + 0.01 * dynamics(x)

        return warm(work)

    return "OpenSpiel (Euler)", Ready(prepare)


def open_spiel_alpha(payoff: np.ndarray) -> Peer:
    if not here("open_spiel"):
        return "OpenSpiel (not installed here)", None

    def prepare() -> Work:
        name = "open_spiel.python.egt.alpharank_visualizer"
        sys.modules.setdefault(name, types.ModuleType(name))  # its pictures want matplotlib; its numbers do not
        from open_spiel.python.egt import alpharank

        return lambda: alpharank.compute(list(payoff), m=20, alpha=5.0)

    return "OpenSpiel", Ready(prepare)
