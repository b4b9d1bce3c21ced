"""The ledger: accounts apart, money conserved at every step, who paid whom, and who would rather have no rule."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.institution.institution import Moves
from rulewright.institution.moves import Care, Pay
from rulewright.learning.ledger import booked, settle, voluntary
from rulewright.learning.policy import Fixed, Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.words import Watched
from rulewright.learning.world import Wrapper, pytree
from rulewright.learning.worlds.fishery import Fishery

KEY = jax.random.key(2)
POND = Fishery(count=3, most=3, capacity=18, least=1, months=4)
UNITS = np.arange(4.0)
SHARED = Moves(
    "catch tax, shared",
    tuple(
        Pay(f"agent {j}", (f"catch of agent {i}",), UNITS * (-1.0 if i == j else 0.5))
        for i in range(3)
        for j in range(3)
    ),
)
FINE = rw.Contract("agent 2", on="catch of agent 2", rate=-2)
TAKE = Fixed(jnp.array([0, 1, 3]))


def test_who_paid_whom_for_which_rule():
    watch = Moves("watch", (Watched("catch", "flag", ("no", "yes"), np.full((4, 2), 0.5), cost=0.25),))
    care = Moves("care", (Care("agent 0", {"agent 1": 1.0}),))
    books = settle(SHARED >> FINE >> watch >> care, POND, TAKE, KEY, batch=2, balanced=[0])
    assert books.base.tolist() == [0, 4, 12] and books.steps == 4 and books.worlds == 2
    shared, fine, watching, caring = books.entries
    assert shared.transfer.tolist() == [8, 2, -10] and fine.transfer.tolist() == [0, 0, -24]
    flows = np.zeros((4, 4))
    flows[2, 0], flows[2, 1] = 8, 2
    np.testing.assert_allclose(shared.flows, flows)
    assert fine.flows[2, 3] == 24 and fine.flows.sum() == 24
    assert (books.fund, books.cost, watching.cost) == (24, 1, 1) and caring.care.tolist() == [6, 0, 0]
    assert books.imbalance < 1e-6 and books.transfer.sum() == -books.fund
    alone = rollout((SHARED >> FINE >> watch >> care)(POND), TAKE, KEY, batch=2)
    assert (alone.transfer == books.played.transfer).all() and (alone.base == books.played.base).all()
    assert "rule 2: pay agent 2 -2" in str(books) and str(books).splitlines()[3].split()[:3] == ["agent", "2", "12"]


def test_a_rule_that_is_said_to_balance_and_does_not_is_named_with_its_step():
    late = Fixed(jnp.array([0, 1, 0]))
    settle(SHARED >> FINE, POND, late, KEY, balanced=True)
    with pytest.raises(rw.InputError, match=r"rule 2, step 0 of world 0: .*declared balanced, found -6"):
        settle(SHARED >> FINE, POND, TAKE, KEY, balanced=True)
    with pytest.raises(rw.InputError, match="links from 0 to 1"):
        settle(SHARED >> FINE, POND, TAKE, KEY, balanced=[2])


@pytree
class Leaky(Wrapper):
    """Money from nowhere."""

    inner: Fishery

    def step(self, key, state, actions):
        turn = self.inner.step(key, state, actions)
        return replace(turn, transfer=turn.transfer.at[1].add(jnp.where(state.month == 2, 0.5, 0.0)))


def test_money_from_nowhere_is_found_with_its_step():
    with pytest.raises(rw.InputError, match=r"all rules, step 2 of world 0: needed transfers and fund .*found 0\.5"):
        settle(FINE, Leaky(POND), TAKE, KEY, batch=2)


def test_books_change_nothing():
    world = booked(SHARED >> FINE, POND)
    turn = world.step(KEY, world.reset(KEY), jnp.array([1, 2, 3]))
    plain = (SHARED >> FINE)(POND).step(KEY, POND.reset(KEY), jnp.array([1, 2, 3]))
    assert (turn.reward == plain.reward).all() and turn.books[1].rule == "catch tax, shared"


def test_who_would_rather_have_no_rule():
    found = voluntary(FINE, POND, Uniform(), KEY, batch=32)
    assert found.refuted == ("agent 2",) and not found.holds and found.difference[:2].tolist() == [0, 0]
    helped = voluntary(rw.Contract("agent 2", on="catch of agent 2", rate=1), POND, Uniform(), KEY, batch=32)
    assert helped.holds and "32 worlds" in str(helped)
    with pytest.raises(rw.InputError, match="4 worlds or more"):
        voluntary(FINE, POND, TAKE, KEY, batch=3)
