"""Certificates by hand: tables from functions, small games with known answers, and one with every word in it."""

from __future__ import annotations

import copy
from fractions import Fraction
from itertools import product
from typing import Any

from rulewright.verify import checker

Q = Fraction


def table(shape: list[int], entries: Any) -> dict[str, Any]:
    return {"shape": shape, "entries": [str(x) for x in entries]}


def filled(shape: list[int], number: Any) -> dict[str, Any]:
    """A table from a function of its index."""
    return table(shape, [number(*index) for index in product(*map(range, shape))])


def made(
    actions: dict[str, list[str]],
    payoff: Any,
    *,
    types: dict[str, list[str]] | None = None,
    prior: Any = lambda *theta: 1,
    signals: Any = (),
    designer: bool = False,
    moves: Any = (),
    play: Any = None,
    claims: Any = (),
) -> dict[str, Any]:
    """A certificate; payoff(i, *types, *actions), law(*types, *actions, outcome), prior(*types) are functions."""
    kinds = [(types or {}).get(name, ["·"]) for name in actions]
    counts, sizes = [len(t) for t in kinds], [len(t) for t in kinds] + [len(a) for a in actions.values()]
    certificate = {
        "format": "rulewright certificate",
        "version": 1,
        "title": "by hand",
        "parameters": {"bonus": "0"},
        "game": {
            "players": list(actions),
            "designer": designer,
            "types": kinds,
            "actions": list(actions.values()),
            "prior": filled(counts, prior),
            "payoff": filled([len(actions), *sizes], payoff),
            "signals": [
                {"name": name, "outcomes": outcomes, "law": filled([*sizes, len(outcomes)], law)}
                for name, outcomes, law in signals
            ],
        },
        "institution": {"name": "by hand", "moves": list(moves)},
        "play": play or {},
        "claims": [],
    }
    certificate["claims"] = [signed(certificate, claim) for claim in claims]
    return certificate


def signed(certificate: dict[str, Any], claim: dict[str, Any]) -> dict[str, Any]:
    claim = {"grade": "proved", **claim}
    return {**claim, "digest": checker.digest(certificate, claim)}


def resigned(certificate: dict[str, Any]) -> dict[str, Any]:
    return {**certificate, "claims": [signed(certificate, claim) for claim in certificate["claims"]]}


def two(rows: Any, columns: Any, first: list[str], second: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """A bimatrix game between Row and Col."""
    names = {"Row": first, "Col": second or first}
    return made(names, lambda i, s, t, a, b: (rows, columns)[i][a][b], **more)


def symmetric(rows: Any, actions: list[str], **more: Any) -> dict[str, Any]:
    return two(rows, list(zip(*rows, strict=True)), actions, **more)


def pure(*labels: str) -> dict[str, Any]:
    return {name: [{label: "1"}] for name, label in zip(("Row", "Col"), labels, strict=True)}


def verdict(certificate: dict[str, Any], **claim: Any) -> checker.Verdict:
    """The verdict through the digest, which must be that of `evaluate`."""
    found = checker.check({**certificate, "claims": [signed(certificate, claim)]})
    assert found == [checker.evaluate(certificate, claim)]
    return found[0]


def dilemma(**more: Any) -> dict[str, Any]:
    """Cooperate 2, 2; betrayed 0; betray 3; both defect 1."""
    return symmetric([[2, 0], [3, 1]], ["cooperate", "defect"], **more)


def step(player: str, action: str, by: dict[str, str], type_: str = "·") -> dict[str, Any]:
    return {"player": player, "type": type_, "action": action, "by": by}


DEFECT = pure("defect", "defect")
DILEMMA_ORDER = [step("Row", "cooperate", {"defect": "1"}), step("Col", "cooperate", {"defect": "1"})]
PENNIES = [[1, -1], [-1, 1]]
EVENLY = {"Row": [{"heads": "1/2", "tails": "1/2"}], "Col": [{"heads": "1/2", "tails": "1/2"}]}


def pennies(**more: Any) -> dict[str, Any]:
    return two(PENNIES, [[-x for x in row] for row in PENNIES], ["heads", "tails"], **more)


def hunt(**more: Any) -> dict[str, Any]:
    """Stag 4 together, 0 alone; hare 3 always."""
    return symmetric([[4, 0], [3, 3]], ["stag", "hare"], **more)


def guess(**more: Any) -> dict[str, Any]:
    """Nature is wet or dry with 1/3 and 2/3; Agent knows it and takes an umbrella or not, and Boss hires or not.

    Agent: umbrella 1 if wet, no umbrella 2 if dry, else 0; and 1/2 more if hired. Boss: 3 if hiring a right choice,
    −1 if hiring a wrong one, 0 if not hiring.
    """

    def payoff(i: int, w: int, s: int, t: int, n: int, a: int, b: int) -> Fraction:
        right = (s == 0) == (a == 0)
        agent = Q(right * (1 if s == 0 else 2)) + Q(b == 0, 2)
        return (Q(0), agent, Q((3 if right else -1) if b == 0 else 0))[i]

    return made(
        {"Nature": ["·"], "Agent": ["umbrella", "none"], "Boss": ["hire", "pass"]},
        payoff,
        types={"Nature": ["wet", "dry"], "Agent": ["sees wet", "sees dry"]},
        prior=lambda w, s, t: Q(0) if w != s else (Q(1, 3), Q(2, 3))[w],
        **{"play": {"Agent": [{"umbrella": "1"}, {"none": "1"}], "Boss": [{"hire": "1"}]}, **more},
    )


def bonus(player: str, amount: str, on: str | None = None) -> dict[str, Any]:
    signal = on or f"action of {player}"
    return {"word": "pay", "to": player, "on": [signal], "amounts": table([2], [amount, 0])}


def lift(player: str, weight: str) -> dict[str, str]:
    return {"player": player, "type": "·", "action": "defect", "instead": "cooperate", "weight": weight}


def telegraph(*more: dict[str, Any], play: Any = None) -> dict[str, Any]:
    """Sender knows the side; both gain 1 if Receiver goes there."""
    speak = {"word": "speak", "speaker": "Sender", "messages": ["l", "r"], "hearer": "Receiver"}
    return made(
        {"Sender": ["·"], "Receiver": ["L", "R"]},
        lambda i, s, t, d, a: int(s == a),
        types={"Sender": ["left", "right"]},
        prior=lambda s, t: Q(1, 2),
        moves=[speak, *more],
        play=play or {"Sender": [{"say l": "1"}, {"say r": "1"}], "Receiver": [{"l→L; r→R": "1"}]},
    )


def rich() -> dict[str, Any]:
    """A certificate with all seven words and all claims, each of which holds."""
    rows = [[2, 0], [3, 1]]
    certificate = made(
        {"People": ["·"], "Row": ["cooperate", "defect"], "Col": ["cooperate", "defect", "leave"]},
        lambda i, r, s, t, d, a, b: -9 if b == 2 else (2 - a - b, rows[a][b], rows[b][a])[i],
        types={"Row": ["keen", "dull"]},
        prior=lambda r, s, t: (Q(1, 3), Q(2, 3))[s],
        signals=[("trace", ["good", "bad"], lambda r, s, t, d, a, b, y: Q(3, 4) if (a == 0) == (y == 0) else Q(1, 4))],
        designer=True,
        moves=[
            {"word": "permit", "player": "Col", "allowed": ["cooperate", "defect"]},
            {"word": "care", "player": "Col", "weights": {"People": "1/8"}, "dislike": table([2], ["0", "1/16"])},
            {"word": "pay", "to": "Row", "on": ["trace"], "amounts": table([2], [6, 0])},
            {"word": "pay", "to": "People", "on": ["trace"], "amounts": table([2], [-6, 0])},
            bonus("Col", "4"),
            {**bonus("People", "-4"), "on": ["action of Col"]},
            {
                "word": "admit",
                "player": "Clerk",
                "actions": ["stamp", "file"],
                "own": filled([1, 2, 1, 1, 2, 2, 2], lambda r, s, t, d, a, b, c: 0),
                "effect": filled([3, 1, 2, 1, 1, 2, 2, 2], lambda i, *c: -c[-1] if i == 0 else 0),
            },
            {"word": "commit", "player": "Clerk", "on": ["trace"], "strategy": table([1, 2, 2], ["1/2", "1/2", 0, 1])},
            {
                "word": "reveal",
                "to": ["Col"],
                "outcomes": [["calm", "storm"]],
                "law": filled([1, 2, 1, 1, 2], lambda r, s, t, c, k: Q(1 + s, 3) if k == 0 else Q(2 - s, 3)),
            },
            {"word": "speak", "speaker": "People", "messages": ["well"], "hearer": "Col"},
        ],
        play={"Row": [{"cooperate": "1"}] * 2, "Col": [{"well→cooperate": "1"}] * 2},
    )
    order = [step("Row", "defect", {"cooperate": "1"}, t) for t in ("keen", "dull")]
    order += [step("Col", "well→defect", {"well→cooperate": "1"}, f"told {s}") for s in ("calm", "storm")]
    lifts = [{**lift("Row", "1"), "type": t} for t in ("keen", "dull")]
    claims = [
        {"claim": "equilibrium", "margin": "1"},
        {"claim": "dominant", "margin": "1"},
        {"claim": "only", "margin": "1", "order": order},
        {"claim": "voluntary", "outside": {"Row": ["0", "0"], "Col": ["1", "2"]}},
        {"claim": "budget", "limit": "0", "where": "everywhere"},
        {"claim": "budget", "limit": "1/3", "where": "path"},
        {"claim": "balanced"},
        {"claim": "goal", "at_least": "-8"},
        {"claim": "worst", "at_least": "-10", "multipliers": lifts},
        {"claim": "robust", "of": "dominant", "error": "1/4"},
        {"claim": "coalition", "size": 2, "side_payments": False},
    ]
    return resigned({**certificate, "claims": claims})


RICH = rich()


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for key, child in value.items() for leaf in leaves(child, (*path, key))]
    if isinstance(value, list):
        return [leaf for key, child in enumerate(value) for leaf in leaves(child, (*path, key))]
    return [path]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def changed(certificate: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    result = copy.deepcopy(certificate)
    at(result, path[:-1])[path[-1]] = value
    return result
