"""A report in people's words: numbers, names of behaviours, the headline. The page and the terminal say the same.

The headline is the worst equilibrium for people, today and under the designed rule; what the rule hopes for (the play
it asks for) stands beside it and never replaces it.
"""

from __future__ import annotations

import math
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeGuard, TypeVar

from ..numerics.rational import decimal
from .report import ClaimRow, Foreseen, Report, RuleRow

DASH = "–"
DESIGNED = "designed rule"
WORST, WORST_PURE = "worst equilibrium", "worst pure equilibrium"
EQUILIBRIA = ("pure", "nash", "correlated")
Plain = TypeVar("Plain")
NEARLY = 1e-9  # differences below this are rounding

KINDS = {
    "pure": ("pure equilibria", "nobody gains by changing alone; nobody throws dice"),
    "nash": ("equilibria", "nobody gains by changing alone; dice allowed"),
    "correlated": ("correlated equilibria", "whatever a mediator, a convention or good learners may settle on"),
    "coarse": ("coarse correlated", "whatever learners without regret may settle on"),
    "dominance": ("undominated play", "what is left when actions that cannot be best are struck out"),
    "logit": ("logit", "noisy best replies; the larger λ, the fewer mistakes"),
    "level": ("level", "steps of reasoning, from random play"),
    "regret-matching": ("regret matching", "simple learners, averaged over time"),
}
GROUPS = (
    ("Equilibria: fully rational agents", EQUILIBRIA),
    ("What rationality alone does not exclude", ("coarse", "dominance")),
)
BOUNDED = "Boundedly rational agents and learners"

CLAIMS = {
    "equilibrium": "Nobody gains by leaving the asked play alone",
    "dominant": "The asked play is best whatever the others do",
    "only": "Nothing but the asked play survives: it is the only equilibrium",
    "voluntary": "Nobody named gains by staying away",
    "budget, path": "What is paid when all obey is at most the limit",
    "budget, everywhere": "What is paid is never above the limit, whatever anybody does",
    "balanced": "What one is paid another one pays",
    "goal": "The goal when all obey, payments not counted",
    "worst": "The goal in the worst correlated equilibrium, payments not counted",
    "robust": "The proof survives errors in the payoffs",
    "optimal": "No rule of the allowed family is worth more, up to rounding",
    "impossible": "No rule of the allowed family does what is asked",
    "rationality, every": "Agents who make few enough mistakes do what is asked, in every logit equilibrium",
    "rationality, stays": "Agents who make few enough mistakes keep to what is asked once they do it",
    "rationality, share": "What is asked is best even if some of the others are not rational",
}
AIMS = {
    "only": "to leave the asked play as the only thing to do",
    "best": "for the equilibrium that is best for people",
    "worst": "for the worst equilibrium to be as good as can be had",
}


def number(value: float | None, digits: int = 4, least: float = 5e-10) -> str:
    """A number for people; an en dash where there is none. What is smaller than `least` is 0."""
    if value is None or math.isnan(value):
        return DASH
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if least < abs(value) < 5 * 10.0**-digits:  # rounding would hide it
        mantissa, _, power = f"{value:.1e}".partition("e")
        short = f"{mantissa.removesuffix('.0')}e{int(power)}"
        return _minus(decimal(value, digits + 2) if abs(value) > 1e-5 else short)
    return _minus(decimal(value, digits))


def _minus(text: str) -> str:
    return text.replace("-", "−")


def known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def count(how_many: int, what: str, plural: str = "") -> str:
    return f"{how_many:,} {what if how_many == 1 else plural or what + 's'}"


def span(row: Foreseen | None, digits: int = 4) -> str:
    """ "0 … 1", or one number where worst and best agree."""
    if row is None or not (known(row.worst) or known(row.best)):
        return DASH
    worst, best = number(row.worst, digits), number(row.best, digits)
    return worst if worst == best else f"{worst} … {best}"


def title(behaviour: str) -> str:
    """A behaviour's name for people: "logit, λ = 5"."""
    kind, _, argument = behaviour.partition(":")
    if kind not in KINDS:
        return behaviour
    if kind == "logit":
        return f"logit, λ\u00a0=\u00a0{argument}" if argument else "logit"
    return f"{KINDS[kind][0]}-{argument}" if argument else KINDS[kind][0]


def gloss(behaviour: str) -> str:
    return KINDS.get(behaviour.partition(":")[0], ("", ""))[1]


def grouped(behaviours: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """(heading, behaviours) with equilibria first and bounded rationality last; empty groups are left out."""
    names = list(dict.fromkeys(behaviours))
    for heading, kinds in GROUPS:
        if found := [n for n in names if n.partition(":")[0] in kinds]:
            yield heading, found
            names = [n for n in names if n not in found]
    if names:
        yield BOUNDED, names


def ordered(behaviours: Iterable[str]) -> list[str]:
    return [name for _, names in grouped(behaviours) for name in names]


def none_because(row: Foreseen | None) -> str:
    """Why a behaviour has no number."""
    if row is None:
        return "this behaviour was not asked about"
    if row.count == 0:
        return "there is no play of this kind" if row.complete else f"none was found: {row.how}"
    return row.how or "it has no meaning here"


def played(play: str) -> str:
    """A play, for people: one that draws lots together cannot be told player by player."""
    return "a correlated play (no list of pure plays)" if play == "correlated play" else play


def parted(play: str, players: Iterable[str]) -> list[str]:
    """Who plays what, one by one. Actions may contain "; " themselves: a part begins with the name of a player."""
    names = "|".join(re.escape(name) for name in sorted(players, key=len, reverse=True))
    return re.split(rf"; (?=(?:{names})(?:: | of type ))", play) if names else [play]


def players(report: Report) -> list[str]:
    """Names of the players who may be asked for something, as far as the report has them."""
    rows = [report.design, report.today, *report.compared]
    return list(dict.fromkeys(name for row in rows if row and row.asked for name in row.asked.per_player))


def legible(value: Plain) -> Plain:
    """The same plain data without control characters, which steer terminals, and line separators, which end strings."""
    found: Any = value  # of the same type, piece by piece
    if isinstance(found, str):
        found = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in found)
    elif isinstance(found, dict):
        found = {legible(k): legible(v) for k, v in found.items()}
    elif isinstance(found, (list, tuple)):
        found = type(found)(legible(v) for v in found)
    elif is_dataclass(found) and not isinstance(found, type):
        found = replace(found, **{f.name: legible(getattr(found, f.name)) for f in fields(found)})
    return found  # type: ignore[no-any-return]


def wrapped(text: str, width: int) -> str:
    """Text broken into as few lines as `width` allows, of about equal length, for labels in figures."""
    lines = textwrap.wrap(text, width)
    if len(lines) < 2:
        return text.strip()
    longest = max(map(len, text.split()))
    for narrower in range(min(width, max(longest, len(text) // len(lines))), width):
        tried = textwrap.wrap(text, narrower)
        if len(tried) <= len(lines):
            return "\n".join(tried)
    return "\n".join(lines)


def unique(names: Iterable[str]) -> list[str]:
    """The same names, told apart where two are alike."""
    found: list[str] = []
    for name in names:
        k, fresh = 2, name
        while fresh in found:
            fresh, k = f"{name} ({k})", k + 1
        found.append(fresh)
    return found


@dataclass(frozen=True)
class Headline:
    """What a person should know after ten seconds. Goal units; payment units for `paid`."""

    today: float | None
    after: float | None
    verdict: str
    """"better", "same", "worse", or "unknown"."""
    sentence: str
    hope: str
    """What people get if all do as they are asked, where the worst is not that."""


def headline(report: Report) -> Headline:
    today, after = report.worst(report.diagnosis), report.worst(report.after)
    today, after = (v if known(v) else None for v in (today, after))
    now, then = worst_of(report.diagnosis), worst_of(report.after)
    best = number(report.first_best)
    of = f"a first best of {best}" if exceeded(report) else f"a possible {best}"
    first = f"Today, the {now} gives people {number(today)} of {of}."
    if today is None:
        could = f"the first best is {best}" if exceeded(report) else f"people could have {best}"
        first = f"Today no equilibrium was found that could be judged; {could}."
    if report.design is None:
        why = _stop(report.impossible) if report.impossible else "No rule was designed."
        return Headline(today, None, "unknown", f"{first} {why}", "")
    verdict, second = _compared(today, after, "worst" if today is not None and now == then else then)
    if verdict == "better" and now != then == WORST_PURE:
        verdict = "unknown"  # a mixed equilibrium, not searched under the rule, may be no better than today's worst
    hope = ""
    asked = report.design.value
    if after is not None and abs(asked - after) > _tolerance(report):
        hope = f"Where all do as the rule asks, people get {number(asked)}; the rule does not exclude other play."
    return Headline(today, after, verdict, f"{first} {second}", hope)


def worst_of(foreseen: dict[str, Foreseen]) -> str:
    """What the headline is the worst of: nothing but pure equilibria where no other behaviour covers mixed ones."""
    mixed, correlated = foreseen.get("nash"), foreseen.get("correlated")
    if correlated is not None and known(correlated.worst):
        return WORST
    if mixed is not None and mixed.complete and known(mixed.worst):
        return WORST
    return WORST_PURE if known(_worst(foreseen.get("pure"))) or known(_worst(mixed)) else WORST


def _worst(row: Foreseen | None) -> float | None:
    return None if row is None else row.worst


def exceeded(report: Report) -> bool:
    """Whether something in the report is better than the first best, as noisy play can be where money counts."""
    sets = [report.diagnosis, report.after, report.today.behaviours, *(row.behaviours for row in report.compared)]
    seen = [v for rows in sets for row in rows.values() for v in (row.worst, row.best, row.mean)]
    seen += [value for curve in report.logit for value in curve.goals]
    if report.design is not None:
        seen.append(report.design.value)
    return any(known(v) and v > report.first_best + _tolerance(report) for v in seen)


def _compared(today: float | None, after: float | None, worst: str) -> tuple[str, str]:
    if after is None:
        return "unknown", "Under the designed rule no equilibrium was found that could be judged."
    if today is None:
        return "unknown", f"Under the designed rule the {worst} gives {number(after)}."
    if abs(after - today) <= NEARLY * max(1.0, abs(today), abs(after)):
        return "same", f"Under the designed rule the {worst} is still {number(after)}."
    if after > today:
        return "better", f"Under the designed rule the {worst} gives {number(after)}."
    return "worse", f"Under the designed rule the {worst} is lower: {number(after)}."


def _tolerance(report: Report) -> float:
    return 1e-6 * max(1.0, abs(report.first_best))


def _stop(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def closed(report: Report) -> float | None:
    """Share of the gap between today's worst and the first best that the rule closes; None where it says nothing."""
    line = headline(report)
    if worst_of(report.diagnosis) != worst_of(report.after):
        return None
    if line.today is None or line.after is None or report.first_best - line.today <= _tolerance(report):
        return None
    share = (line.after - line.today) / (report.first_best - line.today)
    return min(share, 1.0) if 0 <= share <= 1 + 1e-6 else None


def percent(share: float) -> str:
    """A share for people; 100 % only if nothing is left."""
    return f"{math.floor(share * 1000) / 10:.1f}%" if 0.995 <= share < 1 - 1e-9 else f"{share:.0%}"


def cost(report: Report) -> tuple[str, str]:
    """(amount, what it is) of the payments when all obey."""
    if report.design is None:
        return DASH, "no rule was designed"
    paid, agents = report.design.paid, len(report.design.asked.per_player)
    each = f", {number(abs(paid) / agents)} each on average" if agents > 1 and abs(paid) > NEARLY else ""
    if abs(paid) <= NEARLY:
        moved = any(phrase.startswith(("pay", "fine")) for phrase in report.design.phrases)
        return "0", f"nothing is paid {'on balance, in expectation, ' * moved}when all do as they are asked"
    if paid < 0:
        return number(-paid), f"comes in when all do as they are asked{each}"
    return number(paid), f"is paid when all do as they are asked{each}"


def per_agent(row: RuleRow) -> str:
    """What each agent is paid at the asked play: one number if all get the same, else the range."""
    if row.asked is None or not row.asked.per_player:
        return DASH
    amounts = sorted(row.asked.per_player.values())
    low, high = number(amounts[0]), number(amounts[-1])
    return low if low == high else f"{low} … {high}"


def grade(claim: ClaimRow) -> str:
    """One of "fails", "proved", "bounded with confidence", "searched only"; other grades as they are."""
    return claim.grade if claim.holds else "fails"


def grades(claims: Iterable[ClaimRow]) -> dict[str, int]:
    """How many claims of each grade, the strongest first, failures last."""
    found: dict[str, int] = {}
    for claim in claims:
        found[grade(claim)] = found.get(grade(claim), 0) + 1
    order = ["proved", "bounded with confidence", "searched only"]
    return dict(sorted(found.items(), key=lambda kv: (kv[0] == "fails", order.index(kv[0]) if kv[0] in order else 9)))


def claim_words(claim: str) -> str:
    if claim.startswith("coalition of "):
        size, _, extra = claim.removeprefix("coalition of ").partition(", ")
        paying = ", even if its members pay each other" if extra else ""
        return f"No group of up to {size} gains by deviating together{paying}"
    return CLAIMS.get(claim, "")


def rationality(report: Report) -> tuple[str, list[tuple[str, str, str]]]:
    """(sentence, [(what, threshold, how it is known)]) about how rational agents have to be; ("", []) if nobody asked."""
    row = report.rationality
    if row is None:
        return "", []
    part = "all do what is asked at once" if row.of == "joint" else "each does what is asked"
    chance = f"with a probability of at least {percent(row.at_least)}"
    if known(row.every):
        said = f"From λ = {number(row.every)} on, {part} {chance}, in every logit equilibrium."
    elif known(row.stays):
        said = (
            f"From λ = {number(row.stays)} on, there is a logit equilibrium in which {part} {chance}, and agents near it stay "
            "there; that they get there is not proved."
        )
    else:
        said = f"For no λ is it proved that {part} {chance}."
    if known(row.seen):
        said += f" Along the principal branch, this was seen from λ = {number(row.seen)} on."
    does = "does the worst it can for the rule" if row.others == "anything" else "takes any action alike"
    if known(row.share) and row.share <= 0:
        said += " A rational agent does best by it even if none of the others is rational."
    elif known(row.share):
        said += (
            f" A rational agent does best by it if each of the others is rational with a probability of at least "
            f"{number(row.share)} and else {does}."
        )
    rows = [
        ("every logit equilibrium, from λ =", number(row.every), "proved"),
        ("one logit equilibrium and what is near it, from λ =", number(row.stays), "proved"),
        (f"the principal branch, up to λ = {number(row.followed)}, from λ =", number(row.seen), "searched only"),
        ("best for a rational agent, from a share of rational others of", number(row.share), "proved"),
    ]
    return said, rows


def designed_phrases(report: Report) -> list[str]:
    """The designed rule word by word, what it sets first."""
    if report.design is None:
        return []
    levers = [f"set {name} to {number(v)}" for name, v in report.design.levers.items()]
    return [*(said for said in levers if said not in report.design.phrases), *report.design.phrases]


def certified(report: Report) -> list[ClaimRow]:
    """The claims that hold: those about the rule and those about groups, as the certificate has them."""
    return [claim for claim in (*report.claims, *report.coalitions) if claim.holds]


def designed_row(report: Report) -> RuleRow | None:
    """The designed rule as one more row beside those compared.

    Where it was designed to leave nothing else to do, its margin is that by which every other profile fails.
    """
    if report.design is None:
        return None
    alone = report.design.aim == "only" or any(c.claim == "only" and c.holds for c in report.claims)
    margin = report.design.margin if alone else None
    return RuleRow(
        name=DESIGNED,
        sentence=report.design.institution,
        behaviours=report.after,
        asked=report.design.asked,
        margin=margin,
        robust_to=None if margin is None else max(0.0, margin / 2),
        changes_preferences="(preferences change)" in report.design.institution,
    )


def beside(report: Report) -> list[tuple[str, RuleRow]]:
    """(name, row) of today's rule, those compared, and the designed one; names told apart."""
    last = designed_row(report)
    rows = [report.today, *report.compared, *([last] if last else [])]
    names = [today_name(report), *(row.name for row in rows[1:])]
    return list(zip(unique(names), rows, strict=True))


def today_name(report: Report) -> str:
    """Today's rule among others: "today", or "today: trust" where it has a name."""
    return report.today.name if report.today.name.startswith("today") else f"today: {report.today.name}"


def scale(report: Report) -> tuple[float, float]:
    """(least, most) of the goal: from the worst seen anywhere to the first best, or the best seen if that is more."""
    seen: list[float | None] = [report.first_best]
    for row in [report.today, *report.compared]:
        seen += [v for f in row.behaviours.values() for v in (f.worst, f.best)]
    for rows in (report.diagnosis, report.after):
        seen += [v for f in rows.values() for v in (f.worst, f.best)]
    if "today" in report.matrices:
        seen += [v for line in report.matrices["today"].goal for v in line]
    finite = [v for v in seen if known(v)]
    return (min(finite), max(finite)) if finite else (0.0, 1.0)
