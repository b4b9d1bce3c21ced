"""Competition between senders: closed-form values, and what the specification's pilot has seen (its sections 4.1 and 8)."""

from fractions import Fraction as F
from functools import cache

from rulewright.competition.rivals.entry import market_changes
from rulewright.competition.rivals.families import family, measure, turned
from rulewright.competition.rivals.persuasion import advice, curve
from rulewright.competition.rivals.rich import rich
from rulewright.competition.rivals.selection import alone, best_ai
from rulewright.competition.rivals.setting import Rivals

from .answer import Known

PILOT = "after Collina, Goel, Roth, Ryu & Shi 2025 (arXiv 2509.15090): our specification's pilot, section 4.1"
CLOSED = "closed form: a prosecutor at prior 3/10, and who argues against him"
KG = "Kamenica & Gentzkow 2011, Am. Econ. Rev. 101, introduction"
PROSECUTOR, DEFENCE = [[0, 1], [0, 1]], [[1, 0], [1, 0]]


def court(*bobs):
    """States innocent, guilty; the judge acquits or convicts, and is paid for being right."""
    return Rivals.of([F(7, 10), F(3, 10)], [[1, 0], [0, 1]], bobs)


def most(*bobs):
    setting = advice(court(*bobs))
    return curve(setting, setting.bobs[0]).bob[0]


def shared_and_alone():
    """The largest difference between four AIs with one shared bias and the best of them alone, in twenty markets."""
    drawn = [family("shared").draw(seed) for seed in range(20)]
    return max(abs(best_ai(r).worst - max(alone(r, i).worst for i in range(r.k))) for r in drawn)


def worst_hull_loss(solve):
    return max(solve(family("hull").draw(seed)).loss for seed in range(20))


@cache
def after():
    return turned(50, seed=0)


def pivotal_defence():
    return market_changes(court(PROSECUTOR, PROSECUTOR, DEFENCE)).pivotal == ("AI 3",)


KNOWN = [
    Known("prosecutor's best signal, as the top of a curve", KG, F(3, 5), lambda: most(PROSECUTOR)),
    Known("an aligned sender tells everything", CLOSED, F(1), lambda: most([[1, 0], [0, 1]])),
    Known(
        "two prosecutors, best-AI selection, worst",
        CLOSED,
        F(7, 10),
        lambda: best_ai(court(PROSECUTOR, PROSECUTOR)).worst,
    ),
    Known("two prosecutors, rich signals, worst", CLOSED, F(7, 10), lambda: rich(court(PROSECUTOR, PROSECUTOR)).worst),
    Known(
        "prosecutor and defence, best-AI selection, worst",
        CLOSED,
        F(1),
        lambda: best_ai(court(PROSECUTOR, DEFENCE)).worst,
    ),
    Known("prosecutor and defence, rich signals, worst", CLOSED, F(1), lambda: rich(court(PROSECUTOR, DEFENCE)).worst),
    Known("the only opposed AI is pivotal", CLOSED, True, pivotal_defence),
    Known("exact hull, best-AI selection: largest loss of 20", PILOT, 0.0, lambda: worst_hull_loss(best_ai), 1e-7),
    Known("exact hull, rich signals: largest loss of 20", PILOT, 0.0, lambda: worst_hull_loss(rich), 1e-7),
    Known("one shared bias: worst equilibrium less best AI alone", PILOT, 0.0, shared_and_alone, 1e-7),
    Known(
        "one shared bias: mean loss of 150 (pilot: 25, greatest .214)",
        PILOT,
        0.0592,
        lambda: measure("shared", 150, seed=0).selection.mean,
        0.03,  # three standard errors of a mean of 25
    ),
    Known(
        "one of them turned round: greatest loss of 50, either game",
        PILOT,
        0.0,
        lambda: max(after().opposed.most, after().rich_opposed.most),
        1e-7,
    ),
    Known(
        "independent utilities: mean loss of 100 (pilot: 39, greatest .128)",
        PILOT,
        0.0062,
        lambda: measure("independent", 100, seed=0).selection.mean,
        0.01,
    ),
]
