"""Ways to a mechanism that a scenario file may name: from an environment and plain settings to what was found.

No way here stops by the clock: the same settings and seed give the same mechanism, byte for byte. Those of `exact/methods.py` are
mechanisms with names of their own; those of `learning/mechanisms/methods.py` need JAX.
"""

from __future__ import annotations

from .affine import certificate as affine_certificate
from .affine import learn_affine
from .compatible.certificate import certify
from .compatible.learn import learn_compatible
from .environment import Environment
from .found import Curve, Found
from .itemwise import Itemwise, myerson_uniform
from .menus.learn import learn_menu
from .menus.posted import PostedMenu
from .menus.proof import certificate
from .menus.sizes import SizeMenu

ENDLESS = 1e9  # seconds


def item_by_item(environment: Environment, reserves: tuple[float, ...] = ()) -> Found:
    """Every item sold alone, at second prices above `reserves`; none given: Myerson's, for a uniform law that all share."""
    return Found(Itemwise(environment, tuple(reserves)) if reserves else myerson_uniform(environment))


def menu(environment: Environment, options: int = 16, seed: int = 0) -> Found:
    """One buyer: the best menu of lotteries that is found, with exact revenue where there are two items."""
    found = learn_menu(environment, options=options, seed=seed)
    curve = Curve(tuple(float(p.step) for p in found.curve), tuple(p.value for p in found.curve))
    proved = certificate(found.mechanism) if isinstance(found.mechanism, PostedMenu | SizeMenu) else None
    return Found(found.mechanism, curve if len(found.curve) > 1 else None, proved)


def affine(environment: Environment, evaluations: int = 2000, seed: int = 0) -> Found:
    """Affine maximisers with boosts by size and entry fees, from the auction item by item upwards."""
    found = learn_affine(environment, seconds=ENDLESS, most=evaluations, seed=seed)
    curve = Curve(tuple(float(p.evaluations) for p in found.curve), tuple(p.held_out for p in found.curve))
    return Found(found.mechanism, curve if len(found.curve) > 1 else None, affine_certificate(found.mechanism))


def compatible(environment: Environment, cells: int = 16, steps: int = 1500, seed: int = 0) -> Found:
    """Two bidders, two items: menus that depend on the other's report and never sell an item twice, proved."""
    found = learn_compatible(environment, cells=cells, steps=steps, seed=seed)
    told = "; ".join(
        f"{s.name}: {s.revenue:.4f}{' (may still sell twice)' if s.conflicts else ''}" for s in found.steps
    )
    return Found(found.mechanism, None, certify(found.mechanism), (f"how it came about, on one sample: {told}",))
