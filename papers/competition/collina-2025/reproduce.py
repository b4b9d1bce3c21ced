"""Collina, Goel, Roth, Ryu & Shi 2025, "Emergent Alignment via Competition" (arXiv 2509.15090): figures 1–5, in shape.

Run `python papers collina-2025` for the table, and `python papers/competition/collina-2025/reproduce.py DIR` for the pictures
as SVG; public names of rulewright only. The paper's own data are not public: collina_people.py says what stands for them.
Other people stand for AIs (collina_curves.py), random committees for figure 5 (collina_committees.py).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
for folder in (HERE, HERE.parents[1]):  # beside this file, and papers/real_data.py
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import collina_committees as made  # noqa: E402
import collina_people as people  # noqa: E402
from collina_curves import Curves, curves, epsilon  # noqa: E402

from rulewright.competition.market.baselines import Baselines, baselines  # noqa: E402
from rulewright.competition.market.entry import Leaving, exits  # noqa: E402
from rulewright.competition.market.near import Near, near  # noqa: E402
from rulewright.competition.market.reading import read  # noqa: E402
from rulewright.competition.market.shipped import path_of  # noqa: E402
from rulewright.competition.market.table import Table  # noqa: E402
from rulewright.competition.rivals.families import Turned, turned  # noqa: E402

SIZES = [1, 2, 3, 5, 7, 10, 15, 20, 25, 35, 50, 70, 100]
PEOPLE: dict[str, Callable[[], people.People]] = {
    "jokes": people.jokes,
    "films": people.films,
    "made up": people.made_up,
}
SAMPLES = {"jokes": (300, 3), "films": (62, 10), "made up": (40, 1)}  # Alices, lists of others for each
FAST = {"jokes": (80, 1), "films": (62, 1), "made up": (40, 1)}
KINDS = {
    "constant": "a constant",
    "single": "best single, as it is",
    "average": "plain average",
    "calibrated": "best single, offset and scale",
    "simplex": "simplex",
    "cone through zero": "NNLS",
    "cone": "NNLS and an offset",
}
POLL = (50, 3)
VOTES = tuple(people.CONVERSATIONS)


def sizes(last: int, fast: bool) -> list[int]:
    return [k for k in ([1] if fast else SIZES) if k < last] + [last]


def most(name: str) -> int:
    """All other people, or a hundred of them."""
    return min(100, len(PEOPLE[name]().utilities) - 1)


@cache
def growing(name: str, fast: bool) -> Curves:
    """Figures 1–3."""
    return curves(PEOPLE[name](), sizes(most(name), fast), *(FAST if fast else SAMPLES)[name])


@cache
def own_films(fast: bool) -> Curves:
    """On what each Alice rated herself, nothing of hers imputed."""
    return curves(people.films(), sizes(61, fast), *(FAST if fast else SAMPLES)["films"], own_only=True)


@cache
def polled(conversation: str, fast: bool) -> Curves:
    """Figure 4's stand-in: fifty people of a conversation, and a hundred others for the AIs."""
    return curves(people.votes(conversation), sizes(100, fast), POLL[0], 1 if fast else POLL[1])


# ── seventy-five language models ────────────────────────────────────────────────────────────────────────────────────


@cache
def machine() -> Table:
    """Nine preferences of the Moral Machine experiment: people overall, and 75 language models."""
    return read(path_of("moral_machine"), "Human")


@cache
def beside() -> Baselines:
    return baselines(machine())


@cache
def nearest(kind: str) -> Near:
    """As the pilot: no offset, in rationals."""
    return near(machine(), kind=kind, offset="none", exactly=True)


@cache
def dearest() -> tuple[Leaving, ...]:
    """ε without each model that carries the hull."""
    return exits(machine(), nearest("hull"), with_range=False)


# ── figure 5 ────────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def committees(fast: bool) -> list[made.Committee]:
    return made.committees(3 if fast else 100)


def count(test: Callable[[made.Committee], bool]) -> Callable[[bool], float]:
    return lambda fast: sum(test(c) for c in committees(fast))


def share(part: Callable[[made.Committee], bool], test: Callable[[made.Committee], bool]) -> Callable[[bool], float]:
    def found(fast: bool) -> float:
        chosen = [c for c in committees(fast) if part(c)]
        return sum(test(c) for c in chosen) / len(chosen)

    return found


@cache
def bias(fast: bool) -> Turned:
    return turned(40 if fast else 300)


def of_growth(name: str) -> dict[str, Callable[[bool], float]]:
    """The claims about one set of people."""
    found: dict[str, Callable[[bool], float]] = {
        f"{name}, 1 other: as it is": lambda fast: growing(name, fast).test("simplex", 1),
        f"{name}, 1 other: NNLS and an offset": lambda fast: growing(name, fast).test("cone", 1),
    }
    for kind, said in KINDS.items():
        found[f"{name}, all: {said}"] = lambda fast, kind=kind: growing(name, fast).test(kind, growing(name, fast).all)
    found |= {
        f"{name}: drop of the simplex from one to all": lambda fast: growing(name, fast).drop,
        f"{name}: of that drop, one other with offset and scale has": lambda fast: growing(name, fast).share("cone"),
        f"{name}: of that drop, a constant has": lambda fast: growing(name, fast).share("constant"),
    }
    for kind in ("simplex", "cone through zero", "cone"):
        found[f"{name}, all: weights used, {KINDS[kind]}"] = lambda fast, kind=kind: growing(name, fast).number(
            kind, growing(name, fast).all
        )
    return found


def of_poll(conversation: str) -> dict[str, Callable[[bool], float]]:
    return {
        f"{conversation}: drop of the simplex from one to 100": lambda fast: polled(conversation, fast).drop,
        f"{conversation}: of that drop, a constant has": lambda fast: polled(conversation, fast).share("constant"),
    }


CLAIMS: dict[str, Callable[[bool], float]] = {
    **{claim: compute for name in PEOPLE for claim, compute in of_growth(name).items()},
    "films, her own ratings only: drop of the simplex from one to all": lambda fast: own_films(fast).drop,
    "films, her own ratings only: of that drop, one other with offset and scale has": lambda fast: own_films(
        fast
    ).share("cone"),
    "jokes, 100: ε of the hull with an offset, in sample": lambda fast: epsilon(people.jokes(), 100, 30),
    **{claim: compute for conversation in VOTES for claim, compute in of_poll(conversation).items()},
    "language models: best single, ε": lambda fast: beside().single.epsilon,
    "language models: best single with offset and scale, ε": lambda fast: beside().calibrated.epsilon,
    "language models: plain average, ε": lambda fast: beside().average.epsilon,
    "language models: hull, ε": lambda fast: nearest("hull").value,
    "language models: models that carry the hull": lambda fast: len(nearest("hull").mixed),
    "language models: hull without the dearest of them, ε": lambda fast: dearest()[0].epsilon,
    "language models: hull with an offset, ε": lambda fast: beside().shifted.epsilon,
    "language models: cone, ε": lambda fast: nearest("cone").value,
    "language models: models that carry the cone": lambda fast: len(nearest("cone").mixed),
    "language models: cone with an offset, ε": lambda fast: beside().cone.epsilon,
    "committees: below OPT − 2ε": count(lambda c: c.least < c.opt - 2 * c.epsilon),
    "committees: below OPT − ρ": count(lambda c: c.least < c.opt - c.rho),
    "committees: ρ above 2ε": count(lambda c: c.rho > 2 * c.epsilon),
    "committees: selection below rich signals": count(lambda c: c.selection < c.rich),
    "committees: not confirmed by the checker": count(lambda c: not c.confirmed),
    "committees with ε = 0: that lose anything": count(lambda c: c.epsilon == 0 and c.least < c.opt),
    "committees of one bias: rivalry is better than the best AI alone": count(
        lambda c: c.family in ("shared", "faint") and c.selection != c.single
    ),
    "committees with ε > 1/20: share that lose nothing": share(
        lambda c: c.epsilon > 1 / 20, lambda c: c.least == c.opt
    ),
    "one shared bias: mean loss, selection": lambda fast: bias(fast).shared.mean,
    "one shared bias: mean loss, rich signals": lambda fast: bias(fast).rich_shared.mean,
    "one of four turned round: mean loss, selection": lambda fast: bias(fast).opposed.mean,
    "one of four turned round: mean loss, rich signals": lambda fast: bias(fast).rich_opposed.mean,
}


def figures(folder: Path, fast: bool = False) -> list[Path]:
    """All pictures, as SVG. Those that need data which are not there are left out, with the reason."""
    import collina_figures as draw
    from real_data import Absent

    pictures: dict[str, Callable[[], draw.Picture]] = {
        "growth": lambda: draw.errors(
            {name: growing(name, fast) for name in ("jokes", "films")}, KINDS, "What other people add"
        ),
        "weights": lambda: draw.weights({name: growing(name, fast) for name in ("jokes", "films")}, KINDS),
        "polls": lambda: draw.errors(
            {name: polled(name, fast) for name in VOTES}, KINDS, "The same in four conversations"
        ),
        "models": lambda: draw.models(machine(), beside(), nearest("hull"), nearest("cone"), dearest()),
        "committees": lambda: draw.committees(committees(fast)),
        "bias": lambda: draw.bias(bias(fast)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for name, make in pictures.items():
        try:
            drawn.append(make().save(folder / f"competition_{name}.svg"))
        except Absent as reason:
            print(f"left out {name}: {reason}")
    return drawn


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(
            "reproduce.py DIR [--fast]: draws the figures there; `python papers collina-2025` is the table"
        )
    for path in figures(Path(sys.argv[1]), "--fast" in sys.argv):
        print(path)
