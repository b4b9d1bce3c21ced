"""Nash equilibria of two players: all of them, in floats and in rationals, many games at once, one, best and worst."""

from collections.abc import Callable

import numpy as np

import rulewright as rw
from rulewright.behaviour import nash
from rulewright.numerics import rational

from ..peers import Peer, gambit_game, openspiel_game, peer, quantecon_game
from ..row import Row, Work

LIMIT = 10  # CPU-seconds


def bimatrix(n: int, games: int = 1, seed: int = 0) -> np.ndarray:
    """[player, game, row, column]: payoffs drawn uniformly from [0, 1)."""
    return np.random.default_rng(seed + n).random((2, games, n, n))


def rows() -> list[Row]:
    return [*all_equilibria(), batch(), *one_equilibrium(), best_and_worst(), Row("`assess service_quality`", assess)]


def assess() -> object:
    return rw.assess("service_quality")


def all_equilibria() -> list[Row]:
    found = []
    for n in (5, 8, 10, 12, 15):
        a, b = bimatrix(n)[:, 0]
        peers = [quantecon("vertex_enumeration", a, b)]
        peers += [quantecon("support_enumeration", a, b)] if n <= 12 else []
        peers += [gambit("enummixed_solve", a, b, rational=False)] if n <= 10 else []
        peers += [nashpy(a, b)] if n <= 5 else []
        work: Work = lambda a=a, b=b: len(nash.extremes(a, b))  # noqa: E731
        target = "at most 2 × QuantEcon" if n >= 8 else ""
        found.append(
            Row(f"all Nash, random {n}×{n}, floats", work, tuple(peers), target, limit=LIMIT, same=True, repeats=3)
        )
    for n in (5, 8, 10, 12, 15):
        a, b = (rational.exact(p) for p in bimatrix(n)[:, 0])
        exact: Work = lambda a=a, b=b: len(nash.extremes(a, b))  # noqa: E731
        peers = [quantecon("vertex_enumeration", *bimatrix(n)[:, 0], note=", in floats")]
        peers += [gambit("enummixed_solve", a, b, rational=True)] if n <= 10 else []
        what = f"all Nash, random {n}×{n}, exact, proved complete"
        found.append(
            Row(what, exact, tuple(peers), "at most 10 × QuantEcon's floats", limit=LIMIT, same=True, repeats=3)
        )
    return found


def batch() -> Row:
    a, b = bimatrix(5, games=1000)

    def loop(solve: str) -> Callable[[], Work]:
        def prepare() -> Work:
            import quantecon.game_theory as gt

            games = [quantecon_game(x, y) for x, y in zip(a, b, strict=True)]
            getattr(gt, solve)(games[0])
            return lambda: sum(len(getattr(gt, solve)(game)) for game in games)

        return prepare

    peers = (
        peer("QuantEcon", "support enumeration, a loop", loop("support_enumeration")),
        peer("QuantEcon", "vertex enumeration, a loop", loop("vertex_enumeration")),
    )
    work: Work = lambda: len(nash.all_bimatrix(a, b).x)  # noqa: E731
    return Row("all Nash of 1,000 random games 5×5", work, peers, "20 × faster than the fastest loop", same=True)


def one_equilibrium() -> list[Row]:
    found = []
    for n in (50, 100, 200):
        a, b = bimatrix(n)[:, 0]
        peers = [quantecon("lemke_howson", a, b)]
        peers += [gambit("lcp_solve", a, b, rational=False, stop_after=1)] if n <= 100 else []
        work: Work = lambda a=a, b=b: nash.lemke_howson(a, b)  # noqa: E731
        found.append(
            Row(
                f"one Nash, random {n}×{n}",
                work,
                tuple(peers),
                "at most 2 × QuantEcon" if n == 200 else "",
                limit=LIMIT,
            )
        )
    a, b = bimatrix(200)[:, 0]
    same: Work = lambda: nash.lemke_howson(a, b, label=0)  # noqa: E731
    found.append(
        Row("one Nash, random 200×200, from the same label as the peer", same, (quantecon("lemke_howson", a, b),))
    )
    u, v = rational.exact(a), rational.exact(b)
    found.append(Row("one Nash, random 200×200, exact", lambda: nash.lemke_howson(u, v)))
    return found


def best_and_worst() -> Row:
    a, b = bimatrix(15)[:, 0]
    game = rw.Goal.total().on(rw.Game.normal(np.stack([a, b])))

    def mip() -> Work:
        from open_spiel.python.algorithms.mip_nash import mip_nash

        made = openspiel_game(a, b)

        def solve() -> float:
            x, y = mip_nash(made, "MAX_SOCIAL_WELFARE", solver="HIGHS")
            return float(x @ (a + b) @ y)

        return solve

    def ours() -> float:
        return rw.Nash()(game).span(game.goal).best

    peers = (peer("OpenSpiel", "mixed-integer programme (HiGHS), the best alone", mip),)
    return Row("best and worst Nash for the total, random 15×15", ours, peers, "faster than OpenSpiel", limit=LIMIT)


def quantecon(method: str, a: np.ndarray, b: np.ndarray, note: str = "") -> Peer:
    def prepare() -> Work:
        import quantecon.game_theory as gt

        solve, game = getattr(gt, method), quantecon_game(a, b)
        solve(quantecon_game(*bimatrix(3)[:, 0]))  # compiled before the clock starts
        return lambda: len(found) if isinstance(found := solve(game), list) else found

    return peer("QuantEcon", method.replace("_", " ") + note, prepare)


def gambit(method: str, a: np.ndarray, b: np.ndarray, **options: object) -> Peer:
    def prepare() -> Work:
        import pygambit

        game = gambit_game(a, b)
        return lambda: len(getattr(pygambit.nash, method)(game, **options).equilibria)

    return peer(
        "Gambit", f"{method.removesuffix('_solve')}, {'rationals' if options['rational'] else 'floats'}", prepare
    )


def nashpy(a: np.ndarray, b: np.ndarray) -> Peer:
    def prepare() -> Work:
        import nashpy

        game = nashpy.Game(a, b)
        return lambda: len(list(game.vertex_enumeration()))

    return peer("nashpy", "vertex enumeration", prepare)
