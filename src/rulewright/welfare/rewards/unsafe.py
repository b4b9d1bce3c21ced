"""Check 1: whether what only helps to learn is kept apart from what is wanted, and leaves what is best alone."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ...numerics.rational import Array
from . import attributes, shaping
from .reward import FAIL, PASS, PROVED, UNKNOWN, Case, Verdict
from .say import listed, quoted, said
from .world import World

NAME = "Safe shaping"


def unsafe_shaping(case: Case) -> Verdict:
    """1: shaping apart from the true reward, and a difference of potentials or without any say in what is best."""
    behaviour = _behaviour(case)
    if behaviour:
        return Verdict(
            1,
            NAME,
            FAIL,
            f"{listed([quoted(case.terms[k].name) for k in behaviour])} "
            f"{'rewards' if len(behaviour) == 1 else 'reward'} behaviour, whatever comes of it, and "
            f"{'is' if len(behaviour) == 1 else 'are'} not marked as shaping.",
            _pays(case, behaviour[0]),
        )
    used = ~case.true
    if not used.any():
        if case.outcomes is None:
            return Verdict(
                1,
                NAME,
                UNKNOWN,
                "No term is marked as shaping, and no outcomes are declared that terms should measure.",
            )
        return Verdict(1, NAME, PASS, "No term is shaping: each measures a declared outcome, or time.")
    if case.world is not None:
        return _in_world(case, case.world, (case.world.values * case.weights)[:, used].sum(axis=1))
    return _along(case, used)


def _behaviour(case: Case) -> list[int]:
    """Terms of the true reward that move with no declared outcome. One that never changes measures time, and is none."""
    if case.outcomes is None:
        return []
    felt, found = attributes.felt_by(case, case.outcomes), []
    known = any(attributes.tried(case, o) for o in case.outcomes)
    steps = attributes.values(case)
    for k in np.flatnonzero(case.true):
        reads = case.terms[k].reads
        if reads is not None:
            if reads and not reads & set(case.outcomes):
                found.append(int(k))
        elif known and not felt[k] and len(set(steps[k])) > 1:
            found.append(int(k))
    return found


def _pays(case: Case, k: int) -> str:
    """A step in which the term speaks."""
    for one in case.trajectories:
        at: Array = np.flatnonzero(one.values[:, k] != 0)
        if len(at):
            paid = one.values[at[0], k] * case.terms[k].weight
            step = one.words[at[0]] if one.words else f"step {at[0] + 1}"
            name = quoted(case.terms[k].name)
            return f"In {one.name}, “{step}” brings {said(paid)} by {name}, and would with every other outcome."
    return f"{case.terms[k].name} = {case.terms[k].says} names no declared outcome."


def _in_world(case: Case, world: World, paid: Array) -> Verdict:
    names = listed([quoted(t.name) for t in case.terms if t.shaping])
    if world.potential is not None:
        wrong = _given(case, world, paid, world.potential)
        if wrong:
            return Verdict(1, NAME, FAIL, f"{names}: not the difference of the potential that is given.", wrong)
        return Verdict(
            1, NAME, PASS, f"{names}: γΦ(s′) − Φ(s) of the given Φ on all {len(paid)} moves, and 0 at the end."
        )
    found = shaping.potential(world, paid, case.gamma)
    if found.values is not None:
        shown = ", ".join(f"{s} {said(v)}" for s, v in zip(world.states[:6], found.values, strict=False))
        more = " …" if len(world.states) > 6 else ""
        return Verdict(
            1, NAME, PASS, f"{names}: γΦ(s′) − Φ(s) on every move of the world, for some Φ.", f"Φ: {shown}{more}."
        )
    true = world.expected(case.weights * case.true)
    swayed = shaping.swayed(world, true, paid, case.gamma)
    walks = "; ".join(f"{w.told(world)} sums to {said(w.total)}" for w in found.walks)
    if swayed is False:
        return Verdict(
            1,
            NAME,
            PASS,
            f"{names}: no difference of potentials, but no best act of this world is another for it.",
            f"{walks}.",
        )
    where = ""
    if isinstance(swayed, shaping.Swayed):
        acts = [listed([world.acts[a][1] for a in sorted(best)]) for best in (swayed.before, swayed.after)]
        where = f" In {world.states[swayed.state]} best is {acts[0]} without it and {acts[1]} with it."
    return Verdict(
        1, NAME, FAIL, f"{names}: not a difference of potentials, for no Φ.{where}", f"Shaping along {walks}.", PROVED
    )


def _given(case: Case, world: World, paid: Array, phi: Array) -> str:
    """What is wrong with the potential that is given; nothing, if nothing is."""
    wrong = shaping.broken(world, paid, phi, case.gamma)
    if wrong is not None:
        m, due = wrong
        return f"{shaping.words(world, (m,))} pays {said(paid[m])}; γΦ(s′) − Φ(s) is {said(due)}."
    ends = [s for s in sorted(world.reachable()) if world.ends[s]]
    level = phi[ends[0]] if ends and case.gamma == 1 else Fraction(0)
    off = next((s for s in ends if phi[s] != level), None)
    if off is not None:
        return f"An episode that ends in {world.states[off]} keeps Φ = {said(phi[off])}: it has to be {said(level)} at every end."
    return ""


def _along(case: Case, used: Array) -> Verdict:
    names = listed([quoted(t.name) for t in case.terms if t.shaping])
    known = [t for t in case.trajectories if t.potential is not None]
    if not known:
        return Verdict(
            1, NAME, UNKNOWN, f"{names} marked as shaping; there is neither a potential nor a world to hold it against."
        )
    count = 0
    for one in known:
        assert one.potential is not None
        paid = (one.values * case.weights)[:, used].sum(axis=1)
        due = case.gamma * one.potential[:, 1] - one.potential[:, 0]
        off = np.flatnonzero(paid != due)
        if len(off):
            k = int(off[0])
            step = one.words[k] if one.words else f"step {k + 1}"
            return Verdict(
                1,
                NAME,
                FAIL,
                f"{names}: not the difference of the potential that is given.",
                f"{one.name}, “{step}” pays {said(paid[k])}; γΦ(s′) − Φ(s) is {said(due[k])}.",
            )
        count += len(paid)
    return Verdict(
        1, NAME, PASS, f"{names}: γΦ(s′) − Φ(s) of the given Φ in all {count} steps given.", "", "searched only"
    )
