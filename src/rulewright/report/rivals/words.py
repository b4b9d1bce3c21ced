"""A market's report in people's words: the page and the terminal say the same."""

from __future__ import annotations

from ..words import count, number, percent
from .report import AiRow, MarketRow, RivalsReport

NOTHING = 5e-10
CLAIMS = {
    "opt": "What people could have, and what they have without a word",
    "near": "People's utility is a mix of the AIs', up to so much",
    "no nearer": "No mix is nearer",
    "range": "What a mix can lose people, case by case",
    "no narrower": "No mix loses less",
    "separated": "A move that no AI dislikes and that harms people",
    "entrant": "With this AI on the market, people's utility is a mix",
    "equilibrium": "This is an equilibrium of best-AI selection",
    "worst": "No equilibrium of best-AI selection is worse for people",
    "unimprovable": "This is an equilibrium if all talk at once",
    "theorem": "The theorem's conditions hold, and this is what it guarantees",
    "zero-sum": "Some AIs are strictly opposed",
}
USES = {
    "all at once": "people hear all of them at once",
    "best AI": "people try each, and then use only the one that serves them best",
}


def markets(report: RivalsReport) -> list[MarketRow]:
    """Today's market, those after changes, and those with one candidate more that are not among them."""
    named = [report.today, *report.changes]
    seen = [(m.ais, m.use, m.worst, m.rho) for m in named]
    return named + [m for m in report.entries if (m.ais, m.use, m.worst, m.rho) not in seen]


def use(market: MarketRow) -> str:
    return USES.get(market.use, f"people use {market.use} only")


def lost(loss: float) -> str:
    return "nothing" if loss <= NOTHING else number(loss)


def searched_pure(market: MarketRow) -> bool:
    """Whether mixed equilibria are left out: the search among those of best-AI selection is, and the theorem is not."""
    return market.use == "best AI" and market.opt - market.guaranteed > NOTHING


def now(report: RivalsReport) -> str:
    """Today, in a sentence."""
    m = report.today
    head = (
        f"Today {count(len(m.ais), 'AI')} {'knows' if len(m.ais) == 1 else 'know'} more than people do, and {use(m)}."
    )
    if m.loss <= NOTHING:
        kind = "pure equilibrium" if searched_pure(m) else "equilibrium"
        return (
            f"{head} In no {kind} do people lose anything: they get {number(m.worst)}, as if they knew all themselves."
        )
    single = m.opt - m.alone
    beside = (
        "no better than with the best single AI"
        if abs(single - m.loss) <= NOTHING
        else f"with the best single AI they would lose {lost(single)}"
    )
    got = f"{number(m.worst)} of a possible {number(m.opt)}"
    return f"{head} In the worst equilibrium they get {got}, a loss of {lost(m.loss)}: {beside}."


def then(report: RivalsReport) -> str:
    """What would help, in a sentence."""
    made = report.design
    if made is None:
        tried = sum(a.candidate for a in report.ais)
        if not tried:
            return "No candidate is named that could enter."
        if len(report.entries) < tried:
            return "None of the candidates whose market could be solved helps."
        return "None of the candidates helps."
    if not made.entrant:
        return made.sentence
    return f"{made.sentence} In the worst equilibrium people then lose {lost(made.market.loss)}."


def guarantee(market: MarketRow) -> str:
    """What the theorem says about one market."""
    most = market.opt - market.guaranteed
    if market.opt - market.uninformed <= NOTHING:
        return "Without a word people do as well as if they knew all: there is nothing to lose."
    if market.guaranteed <= market.uninformed + NOTHING:
        return "No theorem guarantees people more than they have without a word: no mix of these AIs is near enough to them."
    by = f"By theorem {market.theorem} people lose"
    if most > NOTHING:
        return f"{by} at most {number(most)}, in any equilibrium: what a mix of these AIs would rather have costs them no more."
    if market.epsilon <= NOTHING:
        return f"{by} nothing, in any equilibrium: a mix of these AIs wants what they want."
    return f"{by} nothing, in any equilibrium: what a mix of these AIs would rather have costs them nothing."


def gap(market: MarketRow) -> str:
    """Where exact search says more than the theorem."""
    loses = market.opt - market.worst
    ceiling = market.opt - market.guaranteed
    if ceiling - loses <= NOTHING:
        return ""
    allows = f"where the theorem alone allows {number(ceiling)}"
    return f"The exact search finds more: in the worst equilibrium they lose {lost(loses)}, {allows}."


def mix(market: MarketRow) -> str:
    parts = [f"{number(w)} × {name}" for name, w in sorted(market.weights.items(), key=lambda kv: -kv[1])]
    return " + ".join(parts) or "none of them"


def played(chances: dict[str, float]) -> str:
    """What people do in one state."""
    return ", ".join(a if p > 1 - 1e-9 else f"{a} ({percent(p)})" for a, p in chances.items())


def wants(ai: AiRow) -> str:
    if ai.bias <= NOTHING:
        return "what people want"
    return f"up to {number(ai.bias)} away from what people want, on its nearest scale"
