"""Rationality thresholds: found, proved and checked. No peer proves them; Gambit's tracing shows what is seen."""

import importlib.util

import rulewright as rw
from rulewright.behaviour.threshold import seen, threshold
from rulewright.verify import certificate, claims
from rulewright.verify.prover import prove

from ..row import Row, Work


def rows() -> list[Row]:
    found = []
    for claims_ in (8, 20):
        game = rw.library.travelers_dilemma(claims_)
        play = rw.Play.pure(game, [0, 0])
        name = f"traveler's dilemma with {claims_ - 1} claims"
        found += [
            Row(f"rationality threshold, every logit equilibrium, {name}", lambda p=play: threshold(p)),
            Row(f"rationality threshold, one that stays, {name}", lambda p=play: threshold(p, kind="stays")),
            Row(
                f"threshold along the principal branch, {name}", lambda p=play: seen(p, to=30.0), (gambit(game, 30.0),)
            ),
        ]
    found.append(Row("checking the threshold of the traveler's dilemma with 7 claims", checked(8)))
    return found


def checked(highest: int) -> Work:
    """The checker's work only."""
    game = rw.library.travelers_dilemma(highest)
    play = rw.Play.pure(game, [0, 0])
    found = threshold(play)
    statement = certificate.statement(game, {"name": "no rule", "moves": []}, play)
    assert found is not None
    claim = claims.logit(found.kind, found.lam, found.at_least, found.of, found.ranges)
    return lambda: prove(claim, statement).holds


def gambit(game: rw.Game, to: float) -> tuple[str, Work | None]:
    if importlib.util.find_spec("pygambit") is None:
        return "pygambit is not installed", None
    import pygambit

    tables = [table.squeeze() for table in game.floats.payoff]
    peer = pygambit.Game.from_arrays(*tables)
    return "Gambit, tracing the branch as far", lambda: pygambit.qre.logit_solve_lambda(peer, [to])
