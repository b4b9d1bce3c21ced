"""Reports built by hand: the service-quality demo in full, an empty one, and one whose every text is hostile."""

from dataclasses import replace

from rulewright.report.report import (
    Asked,
    ClaimRow,
    CurveData,
    CurvePoint,
    DesignRow,
    DilemmaRow,
    Foreseen,
    LogitCurve,
    Matrix,
    NoiseRow,
    Report,
    RuleRow,
)

LEVELS = [k / 10 for k in range(11)]
HOSTILE = """</script><script>alert("x")</script><img src=x onerror='alert(1)'>&amp;{{7*7}}${x}\u2028[bold]\\"""


def seen(worst, best=None, count=1, play="writer: 1; reviewer: 1", **extra):
    best = worst if best is None else best
    mean = None if count is None else (worst + best) / 2
    return Foreseen(
        worst, best, mean, count, 0.0, "every pure profile compared with every deviation", play=play, **extra
    )


def behaviours(worst, best, five, twenty, pures):
    return {
        "pure": seen(worst, best, pures),
        "nash": seen(worst, best, 1025),
        "correlated": seen(worst, best, None),
        "dominance": seen(worst, 1.0, 121),
        "logit:5": seen(five),
        "logit:20": seen(twenty),
        "level:2": seen(0.8),
        "regret-matching": seen(0.54, 0.63, 8, play="correlated play"),
    }


def asked(pay, gain=0.0):
    return Asked(
        "writer: 1; reviewer: 1",
        1.0,
        2 * pay,
        {"writer": pay, "reviewer": pay},
        gain,
        "writer gains 0.05 by “0.9”" if gain else "",
    )


def matrix(bonus, pay, equilibria):
    def gets(own, other):
        return min(own, other) + bonus * (own < other) + pay * own

    return Matrix(
        "writer",
        "reviewer",
        [f"{q:g}" for q in LEVELS],
        [f"{q:g}" for q in LEVELS],
        [[min(a, b) for b in LEVELS] for a in LEVELS],
        [[gets(a, b) for b in LEVELS] for a in LEVELS],
        [[gets(b, a) for b in LEVELS] for a in LEVELS],
        equilibria,
    )


def logit(rule, top):
    lambdas = [0.25 * k for k in range(121)]
    return LogitCurve(rule, lambdas, [0.318 + (top - 0.318) * (1 - 2.718 ** (-x / 5)) for x in lambdas])


COMPARED = (
    ("promise .07 if both are at 1", 0.0, 1.0, 0.579, 0.848, 4, 0.07, 0.0, 0.0),
    ("fine of .55 × undercut gap", 0.0, 1.0, 0.724, 0.899, 11, 0.0, 0.0, 0.0),
    ("remove the bonus", 0.0, 1.0, 0.67, 0.96, 11, 0.0, 0.0, 0.0),
    ("keep the bonus, pay .51·q", 1.0, 1.0, 0.757, 0.919, 1, 0.51, 0.001, 0.0005),
    ("remove the bonus, pay .02·q", 1.0, 1.0, 0.679, 0.962, 1, 0.02, 0.002, 0.001),
    ("remove the bonus, pay .21·q", 1.0, 1.0, 0.747, 0.977, 1, 0.21, 0.021, 0.0105),
    ("remove the bonus, pay .021 for q = 1 only", 1.0, 1.0, 0.68, 0.975, 1, 0.021, 0.021, 0.0105),
)
CLAIMS = (
    ClaimRow("equilibrium", True, "proved", "reviewer, playing 0.9 instead of 1, loses 1201/10000", 0.1201),
    ClaimRow(
        "dominant", True, "proved", "reviewer, playing 0.9 instead of 1 when writer plays 0, loses 201/10000", 0.0201
    ),
    ClaimRow("only", True, "proved", "0.9 of writer, which step 19 removes, is worse by 201/10000", 0.0201),
    ClaimRow("goal", True, "proved", "the goal is 1, and at least 1 is claimed", 0.0),
    ClaimRow("robust", True, "bounded with confidence", "95 % of 200 draws (Wilson)", 0.0001),
    ClaimRow(
        "budget, path", False, "proved", "the expected sum of transfers is 201/500, and at most 1/5 is claimed", -0.202
    ),
)


def service_quality():
    designed = "set bonus to 0; pay writer 0.201 × its own action; pay reviewer 0.201 × its own action"
    today = behaviours(0.0, 0.0, 0.57, 0.81, 3)
    rows = [
        RuleRow(
            name, f"rule {k}: {name}", behaviours(worst, best, five, twenty, pures), asked(pay), margin, robust, k == 1
        )
        for k, (name, worst, best, five, twenty, pures, pay, margin, robust) in enumerate(COMPARED)
    ]
    after = {name: replace(row, worst=1.0, best=1.0, mean=1.0) for name, row in today.items()}
    after |= {"logit:5": seen(0.744), "logit:20": seen(0.977)}
    points = [
        CurvePoint(0.0025 * k, {"paid": 2 * (0.001 + 20 * 0.0025 * k)}, f"pay {0.001 + 0.05 * k:g} × its own action")
        for k in range(17)
    ]
    return Report(
        scenario="service_quality",
        version="0.1.0",
        title="Two agents write a service; people get the lower quality",
        source="Conitzer & Oesterheld 2023, after the Travelers' Dilemma (Basu 1994)",
        about="Two agents each choose the quality of their part. People get the lower of the two.",
        parameters={"bonus": 0.15, "error": 0.01},
        people="people",
        first_best=1.0,
        attainable=1.0,
        diagnosis=today,
        today=RuleRow("today", "no rule", today, asked(0.0, 0.05), None, None),
        compared=rows,
        design=DesignRow(
            designed,
            ["pay writer 0.201 × its own action", "pay reviewer 0.201 × its own action"],
            "only",
            {"bonus": 0.0},
            1.0,
            0.402,
            1.0,
            0.0201,
            asked(0.201),
            {"audit": 0.25, "trust": 0.75},
        ),
        impossible="",
        after=after,
        claims=list(CLAIMS),
        noise=[
            NoiseRow(e, s, max(0.0, s - 0.06), min(1.0, s + 0.02), w, 200, 0)
            for e, s, w in ((0.005, 1.0, 1.0), (0.01, 1.0, 1.0), (0.02, 0.97, 0.996), (0.04, 0.8, 0.99))
        ],
        coalitions=[
            ClaimRow("coalition of 2, side payments", True, "searched only", "200 joint deviations tried", 0.22)
        ],
        logit=[
            logit("today", 0.83),
            *(logit(row.name, 0.9 + 0.01 * k) for k, row in enumerate(rows)),
            logit("designed rule", 1),
        ],
        curves=[CurveData("What robustness costs", "error", ["paid"], points, 0.01)],
        dilemma=DilemmaRow(
            "writer: 1; reviewer: 1", 0.05, 0.05, "greed and fear: nobody dares to be alone in it", None
        ),
        matrices={"today": matrix(0.15, 0.0, [(0, 0), (0, 1), (1, 0)]), "designed": matrix(0.0, 0.201, [(10, 10)])},
        notes=["Some logit curves are not drawn: the game is too large."],
    )


def empty():
    """Nothing was found, nothing was designed: every None and every empty list that a report may have."""
    nothing = Foreseen(None, None, None, None, None, "too large: 10^9 profiles", complete=False)
    today = {"pure": replace(nothing, count=0, complete=True), "correlated": nothing, "logit:5": nothing}
    return Report(
        scenario="nothing",
        version="0.1.0",
        title="Nothing",
        source="",
        about="",
        parameters={},
        people="people",
        first_best=1.0,
        attainable=None,
        diagnosis=today,
        today=RuleRow("today", "no rule", today, None, None, None),
        compared=[],
        design=None,
        impossible="No rule of the allowed kind makes this play an equilibrium.",
        after={},
        claims=[],
        noise=[],
        coalitions=[],
        logit=[],
        curves=[],
        dilemma=None,
        matrices={},
        notes=[],
    )


def hostile():
    """The demo, with every text of a user's replaced by one that tries to break out."""
    good = service_quality()
    today = {name: replace(row, play=HOSTILE, how=HOSTILE) for name, row in good.diagnosis.items()} | {
        HOSTILE: seen(0.5)
    }
    evil = replace(good.today, name=HOSTILE, sentence=HOSTILE, behaviours=today)
    table = Matrix(
        HOSTILE, HOSTILE, [HOSTILE, "b"], [HOSTILE, "b"], [[0, 1], [1, 2]], [[0, 1], [1, 2]], [[0, 1], [1, 2]], [(0, 0)]
    )
    return replace(
        good,
        scenario=HOSTILE,
        title=HOSTILE,
        source=HOSTILE,
        about=HOSTILE,
        parameters={HOSTILE: 1.0},
        people=HOSTILE,
        diagnosis=today,
        today=evil,
        compared=[evil, evil],
        notes=[HOSTILE],
        impossible=HOSTILE,
        design=replace(
            good.design,
            institution=HOSTILE,
            phrases=[HOSTILE],
            levers={HOSTILE: 1.0},
            decisions={HOSTILE: 1.0},
            asked=Asked(HOSTILE, 1.0, 1.0, {HOSTILE: 1.0}, 0.1, HOSTILE),
        ),
        claims=[ClaimRow(HOSTILE, False, HOSTILE, HOSTILE), ClaimRow(HOSTILE, True, HOSTILE, HOSTILE)],
        logit=[LogitCurve(HOSTILE, [0.0, 1.0], [0.0, 1.0])],
        dilemma=DilemmaRow(HOSTILE, 1.0, -1.0, HOSTILE, 0.3),
        curves=[CurveData(HOSTILE, HOSTILE, [HOSTILE], [CurvePoint(0.0, {HOSTILE: 1.0}, HOSTILE)], 0.0)],
        matrices={"today": table, "designed": table},
    )


def small():
    """Two actions each, one logit point, a curve with gaps, one noisy draw without enumeration."""
    good = service_quality()
    game = Matrix(
        "row",
        "column",
        ["cooperate", "defect"],
        ["cooperate", "defect"],
        [[6, 5], [5, 2]],
        [[3, 0], [5, 1]],
        [[3, 5], [0, 1]],
        [(1, 1)],
    )
    points = [
        CurvePoint(0.0, {"paid": None, "goal": None}, "no rule does it"),
        CurvePoint(1.0, {"paid": 1.0, "goal": 2.0}, "pay 1"),
    ]
    return replace(
        good,
        matrices={"today": game},
        logit=[LogitCurve("today", [0.0], [4.5])],
        curves=[CurveData("One point", "error", ["paid", "goal"], points, 0.5)],
        noise=[NoiseRow(0.1, 0.5, 0.43, 0.57, None, 200, 0)],
        compared=[],
    )
