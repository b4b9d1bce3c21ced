"""Certificates at size: Myerson's auction for two bidders, ex post, written, and checked line by line."""

import tempfile
from pathlib import Path

import numpy as np

from rulewright.game.game import Game, Signal
from rulewright.numerics import rational
from rulewright.verify import bounds, rule_certificate, rule_checker

from ..row import Row


def auction(k: int):
    """(game, family, law, payments, multipliers) of the best auction for two bidders with values 1 … k, equally likely.

    The good goes to the higher virtual value 2v − k if that is not below 0, at the least value that would still
    win (Myerson 1981, Math. Oper. Res. 6). Each weight is the number of types from there up: k − j on the j-th type
    posing as the one below, k on the lowest taking part. With these nothing is left to a better rule.
    """
    values = np.arange(1, k + 1)
    shape = (1, k, k, 3, 1, 1)  # ω, ann's value, bob's value; who gets the good: nobody, ann, bob
    payoff = np.zeros((3, *shape), dtype=np.int64)
    payoff[1, 0, :, :, 1, 0, 0] = values[:, None]
    payoff[2, 0, :, :, 2, 0, 0] = values
    prior = rational.exact(np.full((1, k, k), rational.fraction(f"1/{k * k}")))
    sale = Signal("sale", ("done",), rational.exact(np.ones((*shape, 1), dtype=np.int64)))
    game = Game.bayesian(payoff, prior, players=("seller", "ann", "bob"), designer=True, signals=[sale])
    family = bounds.family(
        game,
        payments=[(p, ("sale",), -k, 0) for p in ("ann", "bob")],
        money_weight=1,
        incentives="ex post",
        outside={"ann": 0, "bob": 0},
    )
    reserve = next(v for v in values if 2 * v >= k)
    a, b = np.meshgrid(values, values, indexing="ij")
    wins = [np.maximum(a, b) < reserve, (a >= b) & (a >= reserve), (b > a) & (b >= reserve)]
    law = np.stack(wins, axis=-1).astype(np.int64).reshape(shape)
    payments = [np.zeros((*shape, 1), dtype=np.int64) for _ in range(2)]
    payments[0][0, :, :, 1, 0, 0, 0] = -np.where(wins[1], np.maximum(b, reserve), 0)
    payments[1][0, :, :, 2, 0, 0, 0] = -np.where(wins[2], np.maximum(a + 1, reserve), 0)
    lower, low = np.zeros((k, k, k, 1, 1)), np.zeros((k, k))
    for j in range(1, k):
        lower[:, j, j - 1] = k - j
    low[:, 0] = k
    pairs = (dict.fromkeys(("ann", "bob"), table) for table in (lower, low))
    return game, family, law, payments, bounds.multipliers(game, *pairs, ex_post=True, simple=True)


def write(k: int, path: Path):
    game, family, law, payments, multipliers = auction(k)
    rule = rule_certificate.exact_rule(game, family, law, payments)
    return rule_certificate.write(path, game, family, rule, multipliers=multipliers, title="auction")


def rows() -> list[Row]:
    found = []
    for k in (40, 80):
        path = Path(tempfile.gettempdir()) / f"rulewright-auction-{k}.jsonl"
        size = f"rule certificate, 2 × {k} types, {2 * k * k * (k - 1):,} incentive rows"
        found.append(Row(f"write and prove a {size}", lambda k=k, path=path: write(k, path), repeats=1))
        found.append(Row(f"check a {size}", lambda path=path: rule_checker.check(path), target="< 60 s", repeats=3))
    return found
