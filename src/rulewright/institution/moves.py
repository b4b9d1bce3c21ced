"""The seven words: pay, permit, speak, commit, reveal, admit, care. Frozen data, and `apply(move, game)`.

An institution is a sentence of these moves. Each changes one thing about a game and leaves its input untouched:

    pay     transfers contingent on signals with a known law     payoff, transfer
    permit  which actions exist                                  actions
    speak   messages, heard by the rule or by another player     actions
    commit  a strategy is fixed and public                       the strategy of that player
    reveal  who learns what before acting                        types and prior
    admit   a player enters                                      players
    care    a player weighs others' payoffs, dislikes an act,    payoff, but of the player
            or feels losses more than gains

The words and their laws are specified in docs/certificate.md; `verify/checker.py` has them a second time, written from
that text alone. Axes are counted from the end, so that a state or batch axis in front rides along.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import SINGLE, Game, check_law
from ..numerics import rational
from ..numerics.memory import reserve
from ..numerics.rational import Array
from .prospect import Prospect


@dataclass(frozen=True, eq=False)
class Pay:
    """Transfers to a player contingent on signals; negative amounts are fines."""

    to: str
    on: tuple[str, ...]
    amounts: Array = field(repr=False)
    """[outcome of each signal in `on`]; money, in payoff units."""


@dataclass(frozen=True, eq=False)
class Permit:
    """Only the actions listed exist for the player."""

    player: str
    allowed: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Speak:
    """A player sends a message with its action: to the rule (hearer None), or to a player who acts after hearing it."""

    speaker: str
    messages: tuple[str, ...]
    hearer: str | None = None


@dataclass(frozen=True, eq=False)
class Commit:
    """A player's strategy is fixed and public; it may depend on the player's type and on signals."""

    player: str
    on: tuple[str, ...]
    strategy: Array = field(repr=False)
    """[type of player, outcome of each signal in `on`, action]; sums to one over the last axis."""


@dataclass(frozen=True, eq=False)
class Reveal:
    """Before acting, players privately learn signals about types."""

    to: tuple[str, ...]
    outcomes: tuple[tuple[str, ...], ...]
    law: Array = field(repr=False)
    """[*types, what each in `to` is told]; sums to one over the told axes."""


@dataclass(frozen=True, eq=False)
class Admit:
    """A player enters, last in the order."""

    player: str
    actions: tuple[str, ...]
    own: Array = field(repr=False)
    """[*types, *actions, action of the entrant]; its payoff."""
    effect: Array | None = field(default=None, repr=False)
    """[player, *types, *actions, action of the entrant]; added to the old players' payoffs."""


@dataclass(frozen=True, eq=False)
class Care:
    """Preferences change: the only word that touches what a player wants. Reports say so."""

    player: str
    weights: Mapping[str, Any] = field(default_factory=dict)
    dislike: Array | None = field(default=None, repr=False)
    """[action]; taken off the player's payoff."""
    value: Prospect | None = None
    """How what comes out of that feels, profile by profile; last of the three."""


Move = Pay | Permit | Speak | Commit | Reveal | Admit | Care


@singledispatch
def apply(move: Any, game: Game) -> Game:
    """The game after one move; `game` is untouched. Raises InputError where the move does not fit the game."""
    raise InputError(where="institution", needed="a move made of the seven words", found=repr(move))


# ── pay ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def expectation(amounts: Array, laws: list[Array]) -> Array:
    """Σ_y Π_k P_k(y_k | …) amounts(y): [..., *types, *actions] from amounts[y_1 … y_m] and laws[..., y_k].

    Signals that show something with certainty are looked up; only the others are summed over.
    """
    if not laws:
        return amounts
    sure = [((law == 0) | (law == 1)).all() for law in laws]
    order = [k for k, certain in enumerate(sure) if certain] + [k for k, certain in enumerate(sure) if not certain]
    shown = [(laws[k] != 0).argmax(axis=-1) for k in order if sure[k]]
    total = amounts.transpose(order)
    total = total[tuple(shown)] if shown else total.reshape((1,) * (laws[0].ndim - 1) + total.shape)
    unsure = [laws[k] for k in order if not sure[k]]
    for k in reversed(range(len(unsure))):
        law = unsure[k].reshape(unsure[k].shape[:-1] + (1,) * k + unsure[k].shape[-1:])
        total = (law * total).sum(axis=-1)
    return total


def joint_law(game: Game, on: tuple[str, ...]) -> Array:
    """[*types, *actions, outcome]: the law of several signals together, outcomes in C order."""
    laws = [game.signal(name).law for name in on]
    reserve((*laws[0].shape[:-1], *(law.shape[-1] for law in laws)), f"the law of {', '.join(on)}")
    joint = laws[0]
    for law in laws[1:]:
        joint = (joint[..., :, None] * law[..., None, :]).reshape(*joint.shape[:-1], -1)
    return joint


@apply.register
def _(move: Pay, game: Game) -> Game:
    i = game.index(move.to)
    signals = [game.signal(name) for name in move.on]
    if len({id(s) for s in signals}) != len(set(move.on)):
        raise InputError(where=f"pay to {move.to}", needed="different signals", found=", ".join(move.on))
    wanted = tuple(len(s.outcomes) for s in signals)
    if move.amounts.shape != wanted:
        raise InputError(
            where=f"pay to {move.to}",
            needed=f"amounts of shape {wanted}, one axis per signal",
            found=f"shape {move.amounts.shape}",
        )
    if not rational.is_exact(move.amounts) and not np.isfinite(move.amounts).all():
        raise InputError(where=f"pay to {move.to}", needed="finite amounts", found="NaN or infinity")
    money = expectation(rational.like(move.amounts, game.payoff), [s.law for s in signals])
    payoff, transfer = game.payoff.copy(), game.transfer.copy()
    payoff[i], transfer[i] = payoff[i] + money, transfer[i] + money
    return replace(game, payoff=payoff, transfer=transfer)


# ── permit ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def with_item(items: tuple[Any, ...], i: int, item: Any) -> tuple[Any, ...]:
    return (*items[:i], item, *items[i + 1 :])


def act(game: Game, i: int, actions: tuple[str, ...], change: Callable[[Array, int], Array]) -> Game:
    """The game in which player i has `actions`, and `change(array, axis)` was done to its axis of every array."""
    return replace(
        game,
        actions=with_item(game.actions, i, actions),
        payoff=change(game.payoff, i - game.n),
        transfer=change(game.transfer, i - game.n),
        signals=tuple(replace(s, law=change(s.law, i - game.n - 1)) for s in game.signals),
    )


@apply.register
def _(move: Permit, game: Game) -> Game:
    i = game.index(move.player)
    unknown = [a for a in move.allowed if a not in game.actions[i]]
    if unknown or not move.allowed:
        raise InputError(
            where=f"permit {move.player}",
            needed=f"at least one of the actions {', '.join(game.actions[i])}",
            found=", ".join(unknown) or "none",
        )
    kept = [k for k, a in enumerate(game.actions[i]) if a in move.allowed]
    labels = tuple(game.actions[i][k] for k in kept)
    return act(game, i, labels, lambda array, axis: np.take(array, kept, axis=axis))


# ── speak ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def free_name(name: str, game: Game) -> str:
    """`name`, or `name (2)` and so on, whichever no signal of the game has yet."""
    taken = {s.name for s in game.signals}
    return next(c for c in itertools.chain([name], (f"{name} ({k})" for k in itertools.count(2))) if c not in taken)


def replies(messages: tuple[str, ...], actions: tuple[str, ...]) -> tuple[Array, tuple[str, ...]]:
    """([plan, message] action positions, plan labels): every function from messages to actions."""
    reserve((len(actions) ** len(messages), len(messages)), "the plans of a hearer")
    plans = np.array(list(itertools.product(range(len(actions)), repeat=len(messages))))
    if len(actions) == 1:
        return plans, actions
    return plans, tuple("; ".join(f"{m}→{actions[a]}" for m, a in zip(messages, plan, strict=True)) for plan in plans)


@apply.register
def _(move: Speak, game: Game) -> Game:
    i = game.index(move.speaker)
    if not move.messages or len(set(move.messages)) != len(move.messages):
        raise InputError(where=f"speak by {move.speaker}", needed="different messages", found=str(move.messages))
    bare = game.action_counts[i] == 1
    said = tuple(f"say {m}" if bare else f"say {m}; {a}" for m in move.messages for a in game.actions[i])
    if move.hearer is None:
        heard = act(game, i, said, lambda array, axis: np.concatenate([array] * len(move.messages), axis=axis))
    else:
        heard = with_hearer(game, i, said, move)
    name = free_name(f"message of {move.speaker}", heard)
    shows = np.repeat(np.arange(len(move.messages)), game.action_counts[i])
    signal = heard.pointer(name, move.messages, axis=heard.n + i, shows=shows)
    return replace(heard, signals=(*heard.signals, signal))


def with_hearer(game: Game, i: int, said: tuple[str, ...], move: Speak) -> Game:
    j = game.index(str(move.hearer))
    if i == j:
        raise InputError(where=f"speak by {move.speaker}", needed="a hearer other than the speaker", found=move.speaker)
    plans, labels = replies(move.messages, game.actions[j])
    shape = with_item(with_item(game.payoff.shape, 1 + game.n + i, len(said)), 1 + game.n + j, len(plans))
    reserve(shape, f"{move.hearer} acting after hearing {move.speaker}", item_bytes=game.item_bytes)

    def change(array: Array, speaker_axis: int) -> Array:
        hearer_axis = speaker_axis - i + j
        blocks = [np.take(array, plans[:, m], axis=hearer_axis) for m in range(len(move.messages))]
        return np.concatenate(blocks, axis=speaker_axis)

    return replace(
        game,
        actions=with_item(with_item(game.actions, i, said), j, labels),
        payoff=change(game.payoff, i - game.n),
        transfer=change(game.transfer, i - game.n),
        signals=tuple(replace(s, law=change(s.law, i - game.n - 1)) for s in game.signals),
    )


# ── commit ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@apply.register
def _(move: Commit, game: Game) -> Game:
    i = game.index(move.player)
    signals = [game.signal(name) for name in move.on]
    wanted = (game.type_counts[i], *(len(s.outcomes) for s in signals), game.action_counts[i])
    if move.strategy.shape != wanted:
        raise InputError(
            where=f"commit {move.player}",
            needed=f"a strategy of shape {wanted} [type, signals, action]",
            found=f"shape {move.strategy.shape}",
        )
    check_law(move.strategy, f"commit {move.player}")
    axis = i - game.n - 1
    for signal in signals:
        if (signal.law != np.take(signal.law, [0], axis=axis)).any():
            raise InputError(
                where=f"commit {move.player}",
                needed="signals that do not depend on what it decides",
                found=f"{signal.name}, which does",
            )
    strategy = rational.like(move.strategy, game.payoff)
    chance = []  # for each action of the committed player: its probability at [*types, *others' actions]
    laws = [np.take(s.law, [0], axis=axis) for s in signals]
    for d in range(game.action_counts[i]):
        given_type = [
            expectation(strategy[t, ..., d], [np.take(law, [t if law.shape[i] > 1 else 0], axis=i) for law in laws])
            for t in range(game.type_counts[i])
        ]
        full = [np.broadcast_to(g, _unit_shape(game, i, g)) for g in given_type]
        chance.append(np.concatenate(full, axis=i))
    weight = np.concatenate(chance, axis=game.n + i)

    def change(array: Array, at: int) -> Array:
        spread = weight[..., None] if at == axis else weight
        return (array * spread).sum(axis=at, keepdims=True)

    return act(game, i, ("as committed",), change)


def _unit_shape(game: Game, i: int, given: Array) -> tuple[int, ...]:
    """Shape of a probability at one type of i and one of its actions, whether it depends on signals or not."""
    return given.shape if given.ndim else (1,) * (2 * game.n)


# ── reveal ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@apply.register
def _(move: Reveal, game: Game) -> Game:
    told = [game.index(p) for p in move.to]
    wanted = (*game.type_counts, *map(len, move.outcomes))
    if len(set(told)) != len(told) or len(told) != len(move.outcomes) or move.law.shape != wanted:
        raise InputError(
            where=f"reveal to {', '.join(move.to)}",
            needed=f"different players and a law of shape {wanted} [*types, told to each]",
            found=f"shape {move.law.shape}",
        )
    check_law(move.law.reshape(*game.type_counts, -1), f"reveal to {', '.join(move.to)}")
    law = rational.like(move.law, game.payoff)
    counts = {j: len(outcomes) for j, outcomes in zip(told, move.outcomes, strict=True)}
    sizes = [k * counts.get(j, 1) for j, k in enumerate(game.type_counts)]
    reserve((game.n, *sizes, *game.action_counts), "players told in private", item_bytes=game.item_bytes)
    joint = game.prior.reshape(game.prior.shape + (1,) * len(told)) * law
    order = []  # (type of j, told to j) next to each other for every player j
    for j in range(game.n):
        order += [j] + ([game.n + told.index(j)] if j in counts else [])
    prior = joint.transpose(order).reshape(sizes)

    def repeat(array: Array, lead: int) -> Array:
        for j, count in counts.items():
            array = np.repeat(array, count, axis=lead + j)
        return array

    types = tuple(
        tuple(
            f"told {s}" if len(game.types[j]) == 1 else f"{t}; told {s}"
            for t in game.types[j]
            for s in move.outcomes[told.index(j)]
        )
        if j in counts
        else game.types[j]
        for j in range(game.n)
    )
    result = replace(
        game,
        types=types,
        prior=prior,
        payoff=repeat(game.payoff, 1),
        transfer=repeat(game.transfer, 1),
        signals=tuple(replace(s, law=repeat(s.law, 0)) for s in game.signals),
    )
    for j, outcomes in zip(told, move.outcomes, strict=True):
        shows = np.tile(np.arange(len(outcomes)), game.type_counts[j])
        signal = result.pointer(free_name(f"told {game.players[j]}", result), outcomes, axis=j, shows=shows)
        result = replace(result, signals=(*result.signals, signal))
    return result


# ── admit ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@apply.register
def _(move: Admit, game: Game) -> Game:
    base = game.payoff.shape[1:]
    own_shape, effect_shape = (*base, len(move.actions)), (game.n, *base, len(move.actions))
    for what, array, wanted in (("own", move.own, own_shape), ("effect", move.effect, effect_shape)):
        if array is not None and array.shape != wanted:
            raise InputError(where=f"admit {move.player}, {what}", needed=f"shape {wanted}", found=str(array.shape))
    old = np.repeat(game.payoff[..., None], len(move.actions), axis=-1)
    if move.effect is not None:
        old = old + rational.like(move.effect, game.payoff)
    payoff = np.concatenate([old, rational.like(move.own, game.payoff)[None]])
    money = np.repeat(game.transfer[..., None], len(move.actions), axis=-1)
    transfer = np.concatenate([money, rational.zeros((1, *own_shape), game.payoff)])
    type_axis = 1 + game.n
    return replace(
        game,
        players=(*game.players, move.player),
        types=(*game.types, SINGLE),
        actions=(*game.actions, move.actions),
        prior=game.prior[..., None],
        payoff=np.expand_dims(payoff, type_axis),
        transfer=np.expand_dims(transfer, type_axis),
        signals=tuple(
            replace(s, law=np.repeat(np.expand_dims(s.law, (game.n, 2 * game.n + 1)), len(move.actions), axis=-2))
            for s in game.signals
        ),
    )


# ── care ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@apply.register
def _(move: Care, game: Game) -> Game:
    i = game.index(move.player)
    row = game.payoff[i]
    for other, weight in move.weights.items():
        row = row + rational.like(weight, game.payoff)[()] * game.payoff[game.index(other)]
    if move.dislike is not None:
        if move.dislike.shape != (game.action_counts[i],):
            raise InputError(
                where=f"care of {move.player}",
                needed=f"one number for each of {game.action_counts[i]} actions",
                found=f"shape {move.dislike.shape}",
            )
        shape = [1] * (2 * game.n)
        shape[game.n + i] = -1
        row = row - rational.like(move.dislike, game.payoff).reshape(shape)
    payoff = game.payoff.copy()
    payoff[i] = row if move.value is None else move.value.value(row)
    return replace(game, payoff=payoff)


# ── as plain data ───────────────────────────────────────────────────────────────────────────────────────────────────


def table(array: Array) -> dict[str, Any]:
    """A table of exact rationals as certificates spell it: shape, and entries in C order."""
    numbers = rational.exact(array)
    return {"shape": list(numbers.shape), "entries": [rational.text(x) for x in numbers.flat]}


def as_data(move: Move) -> dict[str, Any]:
    """The move as the plain data of docs/certificate.md: {"word": …, …}, numbers as exact rationals in strings.

    Raises InputError where somebody cares in a way that certificates have no arithmetic for: the checker adds and multiplies.
    """
    if isinstance(move, Care) and move.value is not None:
        raise InputError(
            where=f"care of {move.player}",
            needed="weights and dislikes, of which a stranger can redo the arithmetic",
            found=f"a value function ({move.value.describe()}), which certificates cannot express",
            remedy="Apply it to the game first, and certify rules for the game that comes out.",
        )
    data: dict[str, Any] = {"word": type(move).__name__.lower()}
    for name, value in vars(move).items():
        if name == "value":  # of care, and None
            continue
        if isinstance(value, np.ndarray):
            data[name] = table(value)
        elif isinstance(value, Mapping):
            data[name] = {k: rational.text(rational.fraction(v)) for k, v in value.items()}
        elif isinstance(value, tuple):
            data[name] = [list(v) if isinstance(v, tuple) else v for v in value]
        else:
            data[name] = value
    return data
