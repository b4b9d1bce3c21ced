"""Law by boycott: the published inequality with its digits, and closed forms of our explicit game and of a quorum."""

from fractions import Fraction as F

from rulewright.society.law import Boycott, Enforcers, Explicit, Stage, costs, playing_r, support

from .answer import Known

PUBLISHED = "Hadfield & Weingast 2012, J. Legal Analysis 4: Q/(1 + Q), Q = 2d(1 − ρ_i)(1 − ρ_j); recomputed"
OURS = "closed form of our stage, after Hadfield & Weingast 2012"
BINOMIAL = "closed form: a binomial tail, after Hadfield & Weingast 2012"
SHARES = {
    ("0.5", "0"): 0.500,
    ("0.5", "0.1"): 0.448,
    ("0.5", "0.3"): 0.329,
    ("0.8", "0"): 0.615,
    ("0.8", "0.1"): 0.565,
    ("0.8", "0.3"): 0.440,
    ("0.95", "0"): 0.655,
    ("0.95", "0.1"): 0.606,
    ("0.95", "0.3"): 0.482,
}


def share(d, rho):
    return lambda: float(Boycott(d, rho_i=rho, rho_j=rho).share)


def bound():
    """The explicit game's threshold, found from its tables."""
    setting = {"rho_i": "0.1", "rho_j": "0.3", "value": "1.5"}
    profile = playing_r(Stage.after(**setting))
    return costs(lambda c: Stage.after(cost=c, **setting), profile, "0.8")[1]


KNOWN = [
    *(
        Known(
            f"law: a boycott may cost this share of the price at d = {d}, ρ = {rho} for both",
            PUBLISHED,
            said,
            share(d, rho),
            6e-4,
        )
        for (d, rho), said in SHARES.items()
    ),
    Known("law: the largest share, at d = 1 and ρ = 0", PUBLISHED, F(2, 3), lambda: Boycott(1).share),
    Known("law: the share if the logic never serves one buyer", PUBLISHED, F(0), lambda: Boycott(1, rho_i=1).share),
    Known("law: threshold of the explicit game, d = 0.8, ρ = 0.1 and 0.3, V = 1.5", OURS, F(21, 5), bound),
    Known(
        "law: chance that both are served which the seller needs, κ = 0.1, h = 2, d = 0.8",
        OURS,
        F(5, 14),
        lambda: Explicit("0.8").both_needed,
    ),
    Known(
        "quorum: 3 of 5, each right with 0.7, stop a wrong", BINOMIAL, F(83692, 100000), lambda: Enforcers().private[0]
    ),
    Known("quorum: 3 of 5, adoption 0.9, stop a wrong", BINOMIAL, F(99144, 100000), lambda: Enforcers().common[0]),
    Known(
        "quorum: largest chance of deciding in 4 of 7",
        "closed form: C(6, 3)/2⁶",
        F(5, 16),
        lambda: support(7, 4, F(1, 50), F(1, 2)).most,
    ),
]
