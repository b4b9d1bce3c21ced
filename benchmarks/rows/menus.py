"""Menus for one buyer: a grid's optimum and exact slopes, against the plain loop of gradient steps on a softmax of options."""

import importlib.util

import numpy as np

from benchmarks.row import Row, Work
from rulewright.mechanisms import Environment, auction, estimate
from rulewright.mechanisms.menus import PostedMenu, certificate, learn_menu, revenue
from rulewright.verify import formats

PROFILES = 1_000_000  # of seed 0, where revenue is not exact


def earned(environment: Environment, menu: object) -> float:
    if isinstance(menu, PostedMenu) and environment.dimensions <= 2:
        return float(revenue(environment.laws[0], np.round(menu.options, 6), np.round(menu.prices, 6)))
    return estimate(menu, profiles=PROFILES).mean  # type: ignore[arg-type]


def ours(environment: Environment) -> Work:
    return lambda: earned(environment, learn_menu(environment).mechanism)


def rochet(environment: Environment, options: int = 32, steps: int = 3000, batch: int = 1024) -> Work:
    """RochetNet's loop in NumPy, written by us: logits of lotteries and prices, Adam on fresh batches, a softmax that sharpens."""
    unit, m = environment.decisions.demand == "unit", environment.dimensions  # type: ignore[attr-defined]
    high = float(np.max(environment.high))

    def chances(z: np.ndarray) -> np.ndarray:
        if unit:
            e = np.exp(np.column_stack([z, np.zeros(len(z))]))
            return e[:, :-1] / e.sum(axis=1, keepdims=True)
        return 1 / (1 + np.exp(-z))

    def work() -> float:
        random = np.random.default_rng(0)
        z, p = random.normal(size=(options, m)), random.random(options) * high
        moments = [np.zeros((options, m + 1)) for _ in range(2)]
        for step in range(steps):
            sharp = min(20.0 + step / 4, 500.0) / high
            types = environment.profiles(batch, 1, start=step * batch)[:, 0]
            x = chances(z)
            u = np.column_stack([types @ x.T - p, np.zeros(batch)]) * sharp
            w = np.exp(u - u.max(axis=1, keepdims=True))
            w = (w / w.sum(axis=1, keepdims=True))[:, :-1]
            tilt = sharp * w * (p - (w @ p)[:, None])  # ∂ revenue / ∂ utility of an option
            by_price, by_x = (w - tilt).mean(axis=0), tilt.T @ types / batch
            by_z = x * (by_x - (x * by_x).sum(axis=1, keepdims=True)) if unit else x * (1 - x) * by_x
            slope = np.column_stack([by_z, by_price])
            for k, (decay, power) in enumerate(((0.9, 1), (0.999, 2))):
                moments[k] = decay * moments[k] + (1 - decay) * slope**power
            ahead = moments[0] / (1 - 0.9 ** (step + 1)) / (np.sqrt(moments[1] / (1 - 0.999 ** (step + 1))) + 1e-8)
            z, p = z + 0.05 * ahead[:, :-1], p + 0.01 * ahead[:, -1]
        lots = np.floor(chances(z) * 1e6) / 1e6
        return earned(environment, PostedMenu(environment, lots, np.maximum(np.round(p, 6), 0)))

    return work


def peers(environment: Environment) -> tuple[tuple[str, Work | None], ...]:
    torch = () if importlib.util.find_spec("torch") else (("RochetNet in PyTorch (not installed here)", None),)
    return (("RochetNet's loop in NumPy, 32 options, 3,000 steps (ours)", rochet(environment)), *torch)


def certify() -> Work:
    menu = learn_menu(auction(1, 2, low=2.0, high=3.0, demand="unit")).mechanism
    return lambda: float(sum(v.holds for v in formats.check(certificate(menu))))  # type: ignore[arg-type]


def rows() -> list[Row]:
    return [
        Row(
            "a menu for one buyer, 2 items on [0, 1]",
            ours(auction(1, 2)),
            peers(auction(1, 2)),
            "≥ .549 in 5 s",
            repeats=3,
        ),
        Row(
            "the same, unit demand on [2, 3], where lotteries are needed",
            ours(auction(1, 2, low=2.0, high=3.0, demand="unit")),
            peers(auction(1, 2, low=2.0, high=3.0, demand="unit")),
            "≥ 2.13 in 30 s",
            repeats=3,
        ),
        Row(
            "the same, 10 items on [0, 1]; judged on 1,000,000 profiles",
            ours(auction(1, 10)),
            peers(auction(1, 10)),
            "≥ 3.45 in 60 s",
            repeats=3,
        ),
        Row("a certificate of a menu, made and checked", certify(), repeats=3),
    ]
