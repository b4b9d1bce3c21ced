"""Choosing the best AI from samples, contests of makers, and one message for many users."""

import math
from fractions import Fraction as F

import numpy as np

from rulewright.competition.evaluation import chances, effort, noise, planning, reuse
from rulewright.competition.users import alignment, examples, policies

from .answer import Known

PAIR = effort.Contest(2, 1.0, 1.0, 1.0, spread=1.0)
THREE = effort.Contest(3, 1.0, 1.0, 1.0, spread=1.0)
GUMBEL = effort.Contest(4, 1.0, 1.0, 1.0, spread=math.pi / math.sqrt(6), noise="gumbel")

KNOWN = [
    Known(
        "marginal chance to win a contest of two, normal errors of spread 1 each",
        "closed form: density at 0 of a difference, 1/(2√π); Lazear & Rosen 1981, J. Polit. Econ. 89, section I",
        1 / (2 * math.sqrt(math.pi)),
        lambda: PAIR.sharpness(1.0),
        1e-12,
    ),
    Known(
        "the same for three: by symmetry 2∫φ²Φ = ∫φ²",
        "closed form: 1/(2√π)",
        1 / (2 * math.sqrt(math.pi)),
        lambda: THREE.sharpness(1.0),
        1e-12,
    ),
    Known(
        "the same for four in a Tullock contest in exp(score)",
        "closed form: (1/k)(1 − 1/k)",
        3 / 16,
        lambda: GUMBEL.sharpness(1.0),
        1e-12,
    ),
    Known(
        "chance that one of two, right on 1/2 and 1/3 of items, is picked after one item",
        "closed form: 1/3 + (1/6 + 1/3)/2",
        F(7, 12),
        lambda: chances.sampled([F(1, 2), F(1, 3)], 1)[0],
    ),
    Known(
        "items per AI for the best of 11 within .1 at 95 %, by Hoeffding",
        "closed form: ⌈100·log 200⌉",
        530,
        lambda: planning.plan(11, 0.1).items,
    ),
    Known(
        "softmax regret at most, two AIs, β = 1: r·e^r = 1/e",
        "closed form: W(1/e), W of Lambert",
        0.2784645427610738,
        lambda: noise.Softmax(1.0).regret(2),
        1e-12,
    ),
    Known(
        "courses of events of a ladder of one step, three submissions",
        "closed form: 1 + 3 + 6",
        10.0,
        lambda: math.exp(reuse.log_histories(3, "ladder", 1)),
        1e-9,
    ),
    Known(
        "stalemate of two: with one message for all no AI gains by speaking, proved in fractions",
        "closed form: stake − (k − 1) = −1/2 (our own example)",
        True,
        lambda: (lambda users: policies.proved(users, policies.silence(users)))(examples.stalemate(2)),
    ),
    Known(
        "stalemate of two: what being told her own is worth to a user, worst equilibria",
        "closed form: 1 − 2/3 (our own example)",
        F(1, 3),
        lambda: policies.value_of_personalisation(examples.stalemate(2)).total,
    ),
    Known(
        "stalemate of two: common weights miss by the whole value of information",
        "closed form: w₁ = w₂ leaves −(1 − stake)w·u − α·u, least at w = 0, where ρ = 1",
        F(1),
        lambda: alignment.common(examples.stalemate(2), scaled=False).total,
    ),
    Known(
        "gaming starts where F(γ'c − κ) = κb",
        "closed form: F = 2·2/(1.5·8 − 2) = 2/5",
        0.4,
        lambda: (lambda m: m.sharpness(m.gaming_starts))(
            effort.Contest(2, 1, 8, 2, overlap=2, reputation=2, gaming=1.5, spread=0.5)
        ),
        1e-12,
    ),
    Known(
        "one more point of score at a symmetric play of two is worth as much for n = 4 as two for n = 1",
        "closed form: √n",
        2.0,
        lambda: float(np.divide(PAIR.sharpness(4.0), PAIR.sharpness(1.0))),
        1e-12,
    ),
]
