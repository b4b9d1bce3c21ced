"""Audits: regret in closed form, found by search and certified over the continuum."""

import numpy as np

from rulewright.mechanisms import Mechanism, Outcome, auction
from rulewright.mechanisms.audit import Effort, audit
from rulewright.mechanisms.audit.cells import certify, rounded
from rulewright.mechanisms.audit.leaderboard import myerson_item

from .answer import Known


class FirstPrice(Mechanism):
    environment = auction(2, 1)

    def outcome(self, reports):
        won = (reports.argmax(axis=-2)[..., None, :] == np.arange(2)[:, None]).astype(float)
        return Outcome(won, (won * reports).sum(axis=-1))


def found():
    light = Effort(random=100, shades=11, points=21, sweeps=1, corners=2, kept=2, steps=30)
    return audit(FirstPrice(), profiles=2000, attacked=2000, suspects=0, strong=light).regret_found.mean


KNOWN = [
    Known(
        "first price, two bidders uniform: mean regret of each", "closed form: E max(θ₁ − θ₂, 0)", 1 / 6, found, 0.01
    ),
    Known(
        "first price on cells of width 1/10: regret's supremum over the continuum",
        "closed form: 1 − .9 for the truth, 1 − 0 for a lie in the rival's lowest cell",
        0.9,
        lambda: certify(rounded(FirstPrice(), 10)).regret,
        1e-9,
    ),
    Known(
        "five bidders, one item, reserve ½: revenue",
        "Myerson 1981, uniform values",
        0.671875,
        lambda: myerson_item(5),
        1e-12,
    ),
]
