"""The guard in an environment: what agents do is permitted, booked, audited and paid for by a charter, step by step.

    env = guarded(env, charter, ledger="run.ledger")       a ParallelEnv, an AECEnv or a gymnasium.Env again, as the one given
    env = guarded(env, institution, ledger=…)              a house institution: the same transfers as `extras.foreign.govern`

A step is a period of the charter (in an AEC environment: a round, until somebody acts again). In it each agent's act is asked of
the guard, and done, replaced or refused; what the environment then shows is reported; the period is settled:

    reward = base + transfer

    infos     base, transfer, fund       the accounts of the step
              asked, done, owed, entry   the act, what was done for it, what is owed for it, and its line
              reason                     why something else was done; what an audit found
              audit                      {audit that looked: whether it found a violation}
              sanction, sanctions        fines, negative; their lines, to appeal against
              events                     what happened, in words
              ledger                     lines of others that the agent may read and has not read yet: messages, what is revealed

Lines are counted from the beginning of the episode (`env.desk.start` in the ledger), so that the same play is told alike.

Nothing is done that is not in the ledger: if it cannot be written, the step is refused with InputError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...game.events import ACTION, Kind
from ...guard import Charter, Guard, wrapped
from ...guard.charter import Agent, Commit, Pay, Permit, Shown
from ...institution.institution import Institution
from ...numerics import rational
from ..foreign import Foreign, Happened
from ..foreign.words import Paid, Permitted, Scripted
from ..needs import needs


def guarded(
    env: Any,
    rules: Charter | Institution | Guard,
    ledger: Path | str | None = None,
    *,
    kinds: Sequence[Kind] = (),
    events: Callable[[Happened], Mapping[str, Any]] | None = None,
    labels: Mapping[Any, Sequence[str]] | None = None,
    names: Sequence[str] | None = None,
    otherwise: str | None = None,
    **options: Any,
) -> Any:
    """The environment under a guard, of the same interface as the one given.

    `rules`: a charter whose agents are called as the environment's; an institution of pay, permit and commit; or a guard that
    is open already. `ledger`: file of the ledger, and `options` as in `Guard.open`, unless a guard is given.
    `kinds`, `events`, `labels`, `names`: what the environment shows, as in `extras.foreign.govern`. `otherwise`: label of
    what is done where the rules allow nothing that the agent wants; None raises InputError then.
    A Gymnasium environment has one agent, "agent" if `names` does not say otherwise.
    """
    face, kind = _face(env, names)
    game = Foreign.of(face, kinds=kinds, events=events, labels=labels, names=names, otherwise=otherwise)
    return kind(env, game, opened(rules, ledger, game, options))


def opened(rules: Any, ledger: Path | str | None, game: Foreign, options: Mapping[str, Any]) -> Guard:
    """The guard of these rules at this environment."""
    if isinstance(rules, Guard):
        if ledger is not None or options:
            raise InputError(where="ledger", needed="none, since the guard that is given has one", found=str(ledger))
        guard = rules
    else:
        if ledger is None:
            raise InputError(where="ledger", needed="the file to book in", found="none")
        if isinstance(rules, Institution):
            rules = charter_of(rules, game)
        if not isinstance(rules, Charter):
            raise InputError(
                where="rules", needed="a charter, an institution, or a guard that is open", found=type(rules).__name__
            )
        guard = Guard.open(rules, ledger, **options)
    known = {agent.name for agent in guard.charter.agents}
    unknown = [name for name in game.names if name not in known]
    if unknown:
        raise InputError(
            where="charter",
            needed=f"every agent of the environment ({', '.join(game.names)})",
            found=", ".join(sorted(known)) or "none",
            remedy="Name them in the charter, or call the environment's agents as it does (names=…).",
        )
    return guard


def charter_of(institution: Institution, game: Foreign) -> Charter:
    """The charter of an institution at an environment: pay, permit, and commit to a law that reads nothing.

    Raises InputError for speak (say it through `say` of the environment, under a charter with `speaks`), for care, which no guard
    can change, and for what has no meaning in an environment at all.
    """
    under = institution(game)
    pays: list[Pay] = []
    commits: list[Commit] = []
    allowed = [tuple(range(len(own))) for own in game.own]
    for layer in under.layers:
        if isinstance(layer, Paid):
            pays.append(_pay(layer, game))
        elif isinstance(layer, Permitted):
            allowed[layer.player] = tuple(a for a in allowed[layer.player] if layer.allowed[a])
        elif isinstance(layer, Scripted) and not layer.on:
            law = tuple(rational.exact_law(layer.strategy).reshape(-1))
            commits.append(Commit(game.names[layer.player], game.own[layer.player], (), {(): law}))
        else:
            word = type(layer).__name__.lower()
            raise InputError(
                where="institution",
                needed="pay, permit, and commit to a law that reads nothing",
                found=f"a move that is {word} here",
                remedy="Write a charter instead, or play without a ledger: rulewright.extras.foreign.govern.",
            )
    return Charter(
        name=institution.describe(),
        agents=tuple(
            Agent(name, instead=game.otherwise or "" if game.listed[i] else "") for i, name in enumerate(game.names)
        ),
        permits=tuple(Permit(tuple(game.own[i][a] for a in allowed[i]), (name,)) for i, name in enumerate(game.names)),
        pays=tuple(pays),
        shown=tuple(
            _shown(game, name)
            for name in dict.fromkeys(s for pay in pays for s in pay.on)
            if game.signal(name).kind == ACTION
        ),
        commits=tuple(commits),
    )


def _pay(layer: Paid, game: Foreign) -> Pay:
    amounts = rational.exact(layer.amounts)
    cells = {}
    for at in range(amounts.size):
        place = _unravel(at, amounts.shape)
        if amounts[place]:
            cells[tuple(r.outcomes[k] for r, k in zip(layer.on, place, strict=True))] = amounts[place]
    return Pay(game.names[layer.player], tuple(reading.name for reading in layer.on), cells)


def _unravel(at: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    place: list[int] = []
    for size in reversed(shape):
        at, k = divmod(at, size)
        place.insert(0, k)
    return tuple(place)


def _shown(game: Foreign, name: str) -> Shown:
    reading = game.signal(name)
    (i,) = reading.at
    return Shown(name, (game.names[i],), {(act,): act for act in reading.outcomes})


def register() -> None:
    """Makes `rulewright.guard.guard` know environments; done when this module is imported."""
    zoo, gym = (needs(name, "environments under a guard") for name in ("pettingzoo", "gymnasium"))
    for kind in (zoo.ParallelEnv, zoo.AECEnv, gym.Env):
        wrapped.register(kind, lambda env, guard, **settings: guarded(env, guard, **settings))


class _Face:
    """An environment of another kind as `Foreign` asks about it: agents and what they may do."""

    def __init__(self, env: Any, agents: Sequence[Any], space: Callable[[Any], Any]) -> None:
        self.env, self.possible_agents, self.action_space = env, list(agents), space

    def reset(self) -> None:
        """Never called: this face is only looked at."""

    def step(self) -> None:
        """Never called."""


def _face(env: Any, names: Sequence[str] | None) -> tuple[Any, Callable[[Any, Foreign, Guard], Any]]:
    """(what `Foreign` reads, the wrapper) by the environment's kind."""
    if hasattr(env, "agent_selection") or hasattr(env, "agent_iter"):
        from .guarded_turns import GuardedTurns

        return _Face(env, env.possible_agents, env.action_space), GuardedTurns
    if hasattr(env, "possible_agents"):
        from .guarded_parallel import GuardedParallel

        return env, lambda env, game, guard: GuardedParallel(game, guard)
    if hasattr(env, "action_space") and hasattr(env, "observation_space"):
        from .guarded_single import GuardedSingle

        name = names[0] if names else "agent"
        return _Face(env, [name], lambda agent: env.action_space), GuardedSingle
    raise InputError(
        where="environment",
        needed="a PettingZoo environment (parallel or AEC) or a Gymnasium one",
        found=type(env).__name__,
    )


register()
