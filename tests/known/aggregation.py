"""Aggregation of judgements and what it does to alignment: classics with their numbers, and counterexamples in closed form."""

from fractions import Fraction as F

import numpy as np

from rulewright.welfare.aggregation import Judgements, aggregator, borda, condorcet_winner
from rulewright.welfare.aggregation.classics import discursive_dilemma, jury
from rulewright.welfare.aggregation.consensus import group_consensus
from rulewright.welfare.aggregation.laws import laws, may
from rulewright.welfare.compatibility import identity, implied_quota, separations, survival, waits
from rulewright.welfare.compatibility.authority import coin
from rulewright.welfare.pluralism import jensen_shannon

from .answer import Known

JURY = "Condorcet 1785; closed form: Σ_{k > n/2} C(n, k) p^k (1 − p)^{n−k}"
MAY = (
    "May 1952, Econometrica 20: majority is the only anonymous, neutral, positively responsive rule on two alternatives"
)
OURS = "closed form: on D the losses against the two targets sum to 1"


def lines():
    """Ten cases, three people, all of one mind."""
    return Judgements.wide(np.tile(np.arange(10) % 2, (3, 1)).astype(float))


def agents():
    """Who follows the people, and who follows an institution that decides four cases otherwise."""
    return separations(aggregator("majority"), lines(), 4)


def coin_and_certainty():
    return float(jensen_shannon([0.5, 0.5], [1.0, 0.0]))


def holds(name, law):
    return next(found.holds for found in laws(aggregator(name), 5) if found.name == law)


def both_sides():
    """How far INST and SC + |D|/n (1 − 2 SC_D) are apart, at the most, over all agents on four cases."""
    a, d = np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 1, 0])
    agents = [np.array([(k >> b) & 1 for b in range(4)], float) for k in range(16)]
    return max(abs(left - right) for left, right in (identity(pi, a, d) for pi in agents))


def half_left():
    """Waits 1, 2, 3+, 4: half are left at 2, exactly."""
    s = survival(waits(np.arange(4), np.array([1.0, 2, 3, 4]), np.array([1, 1, 0, 1], bool)))
    return s.median


def quota():
    yes, no = np.array([7, 74, 75, 8]), np.array([3, 26, 25, 2])
    return implied_quota(yes, no, np.array([0, 0, 1, 1])).high


KNOWN = [
    Known("a jury of 3, each right with 3/5", JURY, F(81, 125), lambda: jury(3, F(3, 5))),
    Known("a jury of 5, each right with 3/5", JURY, F(2133, 3125), lambda: jury(5, F(3, 5))),
    Known("a jury of 101, each right with 3/5", JURY, 0.97910, lambda: float(jury(101, F(3, 5))), 5e-6),
    Known("a jury of any size, each right with 1/2", JURY, F(1, 2), lambda: jury(21, F(1, 2))),
    *[Known(f"rules for {n} people that May's conditions leave", MAY, 1, lambda n=n: len(may(n))) for n in (2, 3, 4)],
    Known("a majority is neutral between yes and no", MAY, True, lambda: holds("majority", "neutrality")),
    Known("a supermajority is not", MAY, False, lambda: holds("supermajority:2/3", "neutrality")),
    Known("group-aware consensus is not", "closed form", False, lambda: holds("consensus", "neutrality")),
    Known(
        "the discursive dilemma: premises accepted, conclusion rejected",
        "List & Pettit 2002, Economics and Philosophy 18, after Kornhauser & Sager 1986",
        True,
        lambda: discursive_dilemma().contradicts,
    ),
    Known(
        "consensus of two groups, 3 of 3 and 1 of 3",
        "after Polis: Π (agrees + 1)/(votes + 2) = 4/5 · 2/5",
        0.32,
        lambda: float(group_consensus(Judgements.wide([[1]] * 4 + [[0]] * 2).grouped([0, 0, 0, 1, 1, 1]))[0]),
        1e-15,
    ),
    Known(
        "Condorcet's winner is not Borda's (3 × abc, 2 × bca)",
        "Condorcet 1785 against Borda 1781; by hand",
        True,
        lambda: condorcet_winner(np.array([[0, 1, 2]] * 3 + [[2, 0, 1]] * 2)) == 0
        and int(np.argmax(borda(np.array([[0, 1, 2]] * 3 + [[2, 0, 1]] * 2)))) == 1,
    ),
    Known("social-choice loss of who follows the people", OURS, 0, lambda: agents()[0].social_choice),
    Known("its loss against the institution on D", OURS, 1, lambda: agents()[0].on_d),
    Known("loss on D of who follows the institution", OURS, 0, lambda: agents()[1].on_d),
    Known("its social-choice loss", OURS, 0.4, lambda: agents()[1].social_choice, 1e-15),
    Known("INST − SC − |D|/n (1 − 2 SC_D), all 16 agents on 4 cases", OURS, 0, lambda: both_sides(), 1e-15),
    Known("a quota of 3/4, from what it decides", "closed form: the interval (0.74, 0.75]", F(3, 4), quota),
    Known("median wait of 1, 2, 3 (censored), 4", "Kaplan & Meier 1958: 3/4, then 1/2", 2, half_left),
    Known("five agreements of five by tossing coins", "closed form: 2^−5", F(1, 32), lambda: coin(5, 5)),
    Known("Jensen–Shannon of a coin and of a certainty, in bits", "closed form: H(3/4) − 1/2", 0.311278, coin_and_certainty, 5e-7),
]  # fmt: skip
