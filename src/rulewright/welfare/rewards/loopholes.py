"""Check 4: whether something else than what was intended pays best.

In a world that is given: by the best acts, exactly. In an environment that can be played: by rollouts, searched only.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ...numerics.rational import Array
from . import world as worlds
from .reward import FAIL, PASS, PROVED, SEARCHED, UNKNOWN, ZERO, Case, Verdict
from .say import listed, said
from .world import Best, World

NAME = "Learnable loopholes"


def loopholes(case: Case) -> Verdict:
    """4: cyclic or idle ways to a return above the intended one."""
    if case.world is not None:
        return _in_world(case, case.world)
    if case.play is not None:
        return _in_play(case)
    return Verdict(4, NAME, UNKNOWN, "No world and no environment is given to search.")


def _intended(case: Case) -> Fraction | None:
    name = case.intended or (case.risk.success if case.risk is not None else None)
    return None if name is None else case.value(case.trajectory(name), shaped=True)


def _in_world(case: Case, world: World) -> Verdict:
    reward = world.expected(case.weights)
    found = worlds.best(world, reward, case.gamma)
    if not world.goal:
        return Verdict(4, NAME, UNKNOWN, "The world does not say in which states what was intended has happened.")
    if found is None:
        return Verdict(
            4,
            NAME,
            UNKNOWN,
            "Without a discount, and with ways that may never end, returns of this world have no meaning.",
        )
    meant = _intended(case)
    with_it = " with shaping" if not case.true.all() else ""
    beside = "" if meant is None else f"; the intended trajectory brings {said(meant)}{with_it}"
    if found.value is None:
        lap = _lap_words(world, found.lap, reward)
        return Verdict(4, NAME, FAIL, f"Going round and round brings more for ever{beside}.", lap)
    away = worlds.astray(world, found, case.gamma)
    worth = f"the most that can be had is {said(found.value[world.start])}"
    if away is not None:
        how = "which stays at" if not worlds.walk(world, away, world.start) else "by"
        return Verdict(
            4,
            NAME,
            FAIL,
            f"{worth[0].upper()}{worth[1:]}, without ever reaching what was intended{beside}.",
            f"It is had {how} {_walk_words(world, away)}.",
        )
    chance = _chance(world, found)
    may = "" if chance == 1 else f" (with a chance of {said(chance)})"
    return Verdict(
        4,
        NAME,
        PASS,
        f"{worth[0].upper()}{worth[1:]}, and whoever gets it reaches what was intended{may}{beside}.",
        f"The best acts: {_walk_words(world, found.policy)}; what was intended is reached with chance {said(chance)}.",
        PROVED,
    )


def _chance(world: World, found: Best) -> Fraction:
    """Of reaching the goal from the start under the policy that was found."""
    if world.start in world.goal:
        return Fraction(1)
    live, grew = set(world.goal), True  # states from which the goal may be reached; elsewhere its chance is 0
    while grew:
        new = {s for s, a in enumerate(found.policy) if a >= 0 and s not in live and set(world.after(int(a))) & live}
        live |= new
        grew = bool(new)
    if world.start not in live:
        return ZERO
    inner = sorted(live - world.goal)
    at = {s: k for k, s in enumerate(inner)}
    chain = np.full((len(inner), len(inner)), ZERO, dtype=object)
    gained = np.full(len(inner), ZERO, dtype=object)
    for s in inner:
        for m in np.flatnonzero(world.act == found.policy[s]):
            t = int(world.target[m])
            if t in world.goal:
                gained[at[s]] += world.chance[m]
            elif t in at:
                chain[at[s], at[t]] += world.chance[m]
    return Fraction(worlds.decision.evaluated(gained, chain, 1)[at[world.start]])


def _walk_words(world: World, policy: Array) -> str:
    walked = worlds.walk(world, policy, world.start)
    text = world.names([a for a, _ in walked])
    return f"{text}, and so on for ever" if walked and walked[-1][1] else text


def _lap_words(world: World, lap: tuple[int, ...], reward: Array) -> str:
    if all(world.certain(a) for a in lap):
        return f"{world.names(list(lap))}: {said(sum((reward[a] for a in lap), ZERO))} each time round."
    acts = [f"{world.acts[a][1]} in {world.states[world.acts[a][0]]}" for a in lap]
    return f"{listed(acts)}, for ever: more comes in than goes out, on average."


def _in_play(case: Case) -> Verdict:
    assert case.play is not None
    played, meant = case.play(), _intended(case)
    if meant is None:
        return Verdict(4, NAME, UNKNOWN, "No trajectory is named as the intended one.")
    tried = f"{len(played)} rollouts (every action for ever, pairs of actions in turns, random and greedy play)"
    away = [p for p in played if not p.success]
    if away and away[0].value > meant:
        top = away[0]
        return Verdict(
            4,
            NAME,
            FAIL,
            f"A rollout that never succeeds brings {said(top.value)}; the intended trajectory brings {said(meant)}.",
            f"{top.how}: {', '.join(top.words[:8])}{' …' if len(top.words) > 8 else ''}.",
            PROVED,
        )
    best = f"; the best without success brought {said(away[0].value)}" if away else ""
    return Verdict(
        4,
        NAME,
        PASS,
        f"None of {tried} brings more than the intended {said(meant)} without success{best}.",
        "",
        SEARCHED,
    )
