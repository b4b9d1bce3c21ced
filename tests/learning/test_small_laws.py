"""What every world promises, and what every word does, on the worlds that are not grids of beams; rules that read what stands."""

import jax
import jax.numpy as jnp
import pytest

from rulewright.game.library import prisoners
from rulewright.game.markov_games import ecological_public_good
from rulewright.institution.institution import Moves
from rulewright.institution.moves import Permit
from rulewright.learning.policy import Fixed
from rulewright.learning.rollout import rollout
from rulewright.learning.words.permit import Bar
from rulewright.learning.worlds.fishery import Fishery
from rulewright.learning.worlds.foraging import Foraging
from rulewright.learning.worlds.irrigation import Access, Irrigation
from rulewright.learning.worlds.irrigators import Settled
from rulewright.learning.worlds.merge import Merge
from rulewright.learning.worlds.repeated import Repeated
from rulewright.learning.worlds.stock import Stock
from rulewright.learning.worlds.tabular import Tabular
from rulewright.testing import world_laws

KEY = jax.random.key(0)
WORLDS = {
    "fishery": Fishery(count=2, most=30, lottery=True),
    "stock": Stock(count=2, levels=2, patches=2, steps=3),
    "irrigation": Irrigation(rounds=2, openings=2, count=3, order="random"),
    "foraging": Foraging(count=2, side=4, tokens=6, seconds=2, keys=2, sanctions=True, sight=1),
    "tabular": Tabular.of(ecological_public_good(), 3),
    "repeated": Repeated.of(prisoners(), 3),
    "merge": Merge(cars=2, steps=3),
}


@pytest.mark.parametrize("name", WORLDS)
def test_laws(name):
    world_laws(WORLDS[name], steps=3)


def test_a_quota_in_the_word_of_the_house_is_the_quota_of_the_canal():
    """Where everybody wants 500, gates up to 6 and a gate that shuts at 300 come to the same."""
    labels = Irrigation().actions[0]
    small = tuple(label for label in labels if label.startswith("invest") or int(label.split()[1]) <= 6)
    permitted = Moves.of("quota", [Permit(p, small) for p in Irrigation().players])(Irrigation(rounds=3))
    closed = Access(quota=300).wrap(Irrigation(rounds=3))
    want = rollout(closed, Settled(5, 10), KEY).base
    assert (rollout(permitted, Settled(5, 6), KEY).base == want).all() and float(want.sum()) == 300
    over = rollout(permitted, Settled(5, 10), KEY)  # a barred gate does not reach the canal
    assert float(over.base.sum()) < 300


def test_fishing_is_closed_while_the_stock_is_low():
    """No more than 10 each at any time, and nothing while fewer than 60 tons are there."""
    high = tuple(str(k) for k in range(11, 21))
    low = {str(x): tuple(str(k) for k in range(1, 21)) for x in range(60)}
    low |= {str(x): high for x in range(60, 101)}
    closed = Moves.of("season", [Bar(f"agent {i}", on="stock", barred=low, otherwise="0") for i in range(5)])
    world = closed(Fishery())
    lasting = rollout(world, Fixed(jnp.full(5, 10)), KEY)
    assert float(lasting.base.sum()) == 600
    greedy = rollout(world, Fixed(jnp.full(5, 20)), KEY)  # more than the rule allows: the rule's "0" instead
    assert float(greedy.base.sum()) == 0 and greedy.episodes.tolist() == [1]
