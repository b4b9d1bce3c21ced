"""Institutions for worlds: money balances to the coin at every step, limits are kept, monitors catch what they compute."""

from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.game import library
from rulewright.learning import institutions as ins
from rulewright.learning.classification import (
    Allowance,
    Amendment,
    Codebook,
    NormativeOrder,
    Schedule,
)
from rulewright.learning.institutions.ledger import COIN, among_others, coins
from rulewright.learning.institutions.permits import clear
from rulewright.learning.ostrom.running import Probe, logs
from rulewright.learning.policy import Fixed, Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.world import Events, Kind, Seen, Turn, World, pytree, static
from rulewright.learning.world.events import NO_YES
from rulewright.learning.world.seen import no_view
from rulewright.learning.world.world import action_kind
from rulewright.learning.worlds.cleanup import clean_up
from rulewright.learning.worlds.fishery import Fishery
from rulewright.learning.worlds.harvest import harvest
from rulewright.learning.worlds.irrigation import Irrigation

AMOUNTS = jnp.arange(21.0)
RULE = Allowance(jnp.float32(10), AMOUNTS, "catch")
EVERYBODY = jnp.full(5, -1)


def run(world, policy=None, *, batch=16, steps=None, key=0):
    """Step by step, each episode to its end."""
    told = EVERYBODY if policy is None else jnp.asarray(policy)
    probe = Probe(Uniform(), told, told, jnp.int32(0))
    return logs(world, [probe], jax.random.key(key), episodes=batch, steps=steps or world.horizon)[0]


def watched(**more):
    return ins.Monitors(RULE, **more)


BRIBED = watched(look=0.9, corrupt=0.5, accountability=0.3, wage=0.1, bribe=0.7, stake=1.1, false=0.3, monitor=2)
BALANCED = {
    "charges": ins.catch_tax(1 / 3)
    >> ins.Territory("catch", {"3": 0, "4": "agent 1", "12": 2}, fine=1.3)
    >> ins.AuditedClaims("catch", 0.1, 0.25, 2.0)
    >> ins.Gifts(0.3),
    "sanctions": ins.Appeals(ins.Graduated(BRIBED, Schedule((1 / 3, 1, 2), 3)), 0.8, 0.1, latency=2),
    "posted price": ins.Tradable(ins.Quota(growth=2, shares=(3, 1, 1, 1, 1)), price=0.3),
    "auction": ins.Tradable(ins.Quota(growth=2, shares=(3, 1, 1, 1, 1)), prices=(0.1, 0.5, 0.9)),
    "altar": ins.Altar("catch", {"low": tuple(map(str, range(6, 21))), "free": ()}, fine=0.7, period=2),
    "negotiated": ins.Negotiation(ins.catch_space(), drawn=True, null=0.2),
    "after Ostrom": ins.AfterOstrom((0, 1, 2, 3), growth=2, allowance=8),
}


@pytest.mark.parametrize("name", BALANCED)
def test_what_one_pays_others_get_to_the_coin_at_every_step(name):
    institution = BALANCED[name]
    log = run(institution(Fishery()))
    assert all(part.budget == "balanced" for part in getattr(institution, "links", (institution,)))
    assert np.abs(log.transfer).max() > 0
    assert (log.transfer.sum(axis=-1) == 0).all()


def test_fund_and_players_add_up_to_nothing():
    world = (ins.pigouvian_tax(0.37) >> ins.Reputation(RULE, 0.9, worth=0.21))(Fishery())
    state, step = jax.jit(world.reset)(jax.random.key(0)), jax.jit(world.step)
    for t in range(3):
        turn = step(jax.random.key(t), state, jnp.array([3, 12, 5, 7, 1]))
        state = turn.state
        assert float(turn.transfer.sum() + turn.fund) == 0 and float(turn.fund) != 0


def test_shares_are_whole_coins_and_gradients_pass():
    money = among_others(jnp.array([-0.1, 0.0, 0.37, 0.0]))
    assert float(money.sum()) == 0 and (np.asarray(money) / COIN % 1 == 0).all()
    assert float(jax.grad(lambda x: coins(x * 3))(0.1)) == pytest.approx(3)


def test_five_hundred_taxes_are_one_call():
    space, world = ins.catch_space(), Fishery(months=3)
    thetas = jnp.linspace(0, 2, 500)
    paid = jax.jit(jax.vmap(lambda t: rollout(space.under(world, t), Uniform(), jax.random.key(0), steps=3).transfer))(
        thetas
    )
    alone = rollout(space.at(0.5)(world), Uniform(), jax.random.key(0), steps=3).transfer
    one = rollout(space.under(world, jnp.float32(0.5)), Uniform(), jax.random.key(0), steps=3).transfer
    np.testing.assert_array_equal(alone, one)
    np.testing.assert_allclose(paid[:, 0], thetas[:, None] * paid[-1, 0] / 2, atol=1e-3)


def test_one_text_on_a_matrix_game_and_on_a_world():
    text = ins.Charge("action", amounts={"defect": -2})
    game = text(library.prisoners())
    assert game.payoff.reshape(2, 2, 2).tolist() == [[[3, 2], [3, 1]], [[3, 3], [2, 1]]]
    fines = ins.Charge("action", amounts={"20": -2})(Fishery())
    turn = fines.step(jax.random.key(0), fines.reset(jax.random.key(0)), jnp.array([20, 0, 0, 0, 0]))
    assert turn.transfer.tolist() == [-2, 0.5, 0.5, 0.5, 0.5]


# ── monitors ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_corrupt_monitor_detects_less_by_as_much_as_is_computed():
    chances = {"look": 0.8, "hit": 0.9}
    for corrupt, accountability in ((0, 0), (0.6, 0), (0.6, 0.5)):
        monitors = watched(**chances, corrupt=corrupt, accountability=accountability, false=0.1)
        log = run(monitors(Fishery(months=2)), [15, 15, 15, 4, 4], batch=1500, steps=1)
        caught = log.code("report")[:, 0, :3].mean()
        assert monitors.detection == pytest.approx(0.72 * (1 - corrupt * (1 - accountability)))
        assert caught == pytest.approx(monitors.detection, abs=4 * 0.5 / np.sqrt(4500))
        assert log.code("report")[:, 0, 3:].mean() == pytest.approx(0.08, abs=0.03)


def test_a_monitor_refuses_bribes_where_exposure_costs_more_than_they_bring():
    bribe, accountability = 1.0, 0.4
    for stake in (1.0, 2.0):  # (1 − a)·b = 0.6 against a·s = 0.4 or 0.8
        monitors = watched(corrupt=1.0, accountability=accountability, bribe=bribe, stake=stake, monitor=4)
        log = run(monitors(Fishery(months=2)), [15, 4, 4, 4, 4], batch=2000, steps=1)
        gained = log.transfer[:, 0, 4].mean()
        assert (gained <= 0.05) == ins.refuses(bribe, accountability, stake) == (stake == 2.0)
        assert gained == pytest.approx(0.6 * bribe - 0.4 * stake, abs=0.15)


def test_what_looking_costs_is_used_up():
    played = rollout(watched(cost=0.25)(Fishery(months=3)), Fixed(jnp.full(5, 4)), jax.random.key(0))
    assert played.cost.tolist() == [3 * 5 * 0.25] and (played.transfer == 0).all()


# ── graduated sanctions ─────────────────────────────────────────────────────────────────────────────────────────────


def test_fines_climb_with_offences_and_good_conduct_is_forgiven():
    world = ins.Graduated(watched(), Schedule((1, 2, 4), recovery=2), to="fund")(Fishery())
    told = jnp.array([11, 8, 8, 8, 8])
    probe = Probe(Uniform(), told, jnp.full(5, 8), jnp.int32(3))
    (log,) = logs(world, [probe], jax.random.key(0), episodes=1, steps=8)
    assert log.transfer[0, :, 0].tolist() == [-1, -2, -4, 0, 0, 0, 0, 0]
    assert log.code("offences")[0, :, 0].tolist() == [0, 1, 2, 2, 2, 1, 1, 0]


@pytest.mark.parametrize("fine", [1.4, 1.6])
def test_one_ton_more_is_deterred_exactly_where_detection_times_fine_reaches_its_gain(fine):
    gain, detection = 1.0, 0.8 * 0.8  # detection · fine ≥ gain iff fine ≥ 1.5625
    schedule = Schedule((fine,))
    world = ins.Graduated(watched(look=0.8, hit=0.8), schedule, to="fund")(Fishery(months=1))
    over = run(world, [11, 10, 10, 10, 10], batch=20_000, steps=1)
    profit = (over.base + over.transfer)[:, 0, 0].mean() - 10
    assert profit == pytest.approx(gain - detection * fine, abs=0.02)
    assert (profit > 0) == (schedule.deters(detection, gain) is None) == (fine == 1.4)


# ── quotas and permits ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rule, licences", [("equal", 0), ("rotation", 1), ("random", 2)])
def test_quotas_are_respected_and_keep_the_stock(rule, licences):
    world = ins.Quota(growth=2, rule=rule, licences=licences)(Fishery(most=60))
    log = run(world, [60] * 5)
    stock, taken = log.amount("stock"), log.amount("catch")
    assert (taken.sum(axis=-1) <= stock / 2).all() and log.alive.all()
    if rule != "equal":
        assert ((taken > 0).sum(axis=-1) == licences).all()
    if rule == "rotation":
        assert [int(np.flatnonzero(x)[0]) for x in taken[0, :6]] == [0, 1, 2, 3, 4, 0]


def test_what_is_above_the_quota_is_not_available():
    world = ins.Quota(growth=2, shares=(1, 1, 1, 1, 0))(Fishery())
    free = world.available(world.reset(jax.random.key(0)))
    assert free.sum(axis=-1).tolist() == [13, 13, 13, 13, 1]


@pytest.mark.parametrize("market", [{"price": 0.3}, {"prices": (0.1, 0.5, 0.9)}])
def test_trade_keeps_the_cap_exactly(market):
    world = ins.Tradable(ins.Quota(growth=2, shares=(3, 1, 1, 1, 1)), **market)(Fishery())
    log = run(world)
    assert (log.amount("catch").sum(axis=-1) <= log.amount("stock") / 2 + 1e-3)[log.alive].all()
    bought, sold = log.amount("permits bought"), log.amount("permits sold")
    assert (bought.sum(axis=-1) == sold.sum(axis=-1)).all() and bought.sum() > 0
    assert not ((bought > 0) & (sold > 0)).any()


def test_the_auction_clears_by_hand():
    wanted, permits = jnp.array([5.0, 4, 0, 1]), jnp.array([2.0, 2, 2, 2])  # wants 3 and 2, offers 2 and 1
    bids = jnp.array([0.75, 0.25, 0.5, 0.125])  # offered: 0.125, 0.5, 0.5; bid: 0.75 × 3, 0.25 × 2
    bought, sold, price = clear(wanted, permits, bids, jnp.arange(4.0), 6)
    assert bought.tolist() == [3, 0, 0, 0] and sold.tolist() == [0, 0, 2, 1] and float(price) == (0.75 + 0.5) / 2


def test_nested_quotas_bind_only_where_they_are_said_to():
    groups, fractions = ((0, 1), (2, 3, 4)), (0.3, 0.4)
    assert sum(ins.Nested(groups, fractions, 0.5).granted) == pytest.approx(0.5)
    assert ins.Nested(groups, fractions, 0.5, binding=False).granted == fractions


# ── claims, reputation ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fine", [2.0, 4.0])
def test_claims_are_honest_exactly_where_audit_times_one_plus_fine_reaches_one(fine):
    rate, audit = 0.5, 0.25  # p(1 + λ) = 0.75 or 1.25
    world = ins.AuditedClaims("catch", rate, audit, fine, to="fund")(Fishery(months=1))
    honest, excess = 4 * 4, 4 * 4 + 3
    log = run(world, [honest, excess, honest, honest, honest], batch=8000, steps=1)
    gained = (log.transfer[:, 0, 1] - log.transfer[:, 0, 0]).mean()
    assert gained == pytest.approx(3 * rate * (1 - audit * (1 + fine)), abs=0.12)
    assert (gained <= 0) == ins.honest(audit, fine) == (fine == 4.0)


def test_reputation_pays_by_the_closed_form():
    memory, patience = Fraction(4, 5), Fraction(9, 10)
    lost = sum((1 - memory) * (patience * memory) ** k for k in range(400))
    assert float(ins.largest_gain(memory, patience)) == pytest.approx(float(lost))
    assert ins.largest_gain(memory, 0) == 1 - memory
    assert ins.largest_gain(Fraction(1, 2), Fraction(999999, 1000000)) > Fraction(999, 1000)
    with pytest.raises(rw.InputError, match="patience"):
        ins.largest_gain(0.5, 1)


def test_a_world_pays_reputation_from_the_next_period_on():
    memory, patience, worth = 0.5, 0.75, 10.0
    world = ins.Reputation(RULE, memory, worth=worth, levels=1000)(Fishery(months=40))
    bad = jnp.array([11, 6, 6, 6, 6])
    good = bad.at[0].set(10)
    sinner = Probe(Uniform(), bad, good.at[0].set(6), jnp.int32(1))
    saint = Probe(Uniform(), good, good.at[0].set(6), jnp.int32(1))
    one, other = logs(world, [sinner, saint], jax.random.key(0), episodes=1, steps=40)
    lost = ((other.transfer - one.transfer)[0, :, 0] * patience ** np.arange(40)).sum()
    assert lost == pytest.approx(worth * ins.largest_gain(memory, patience, delayed=True), abs=0.05)


def test_bad_repute_closes_large_takes():
    world = ins.Reputation(RULE, 0.5, access=0.9, closed=3)(Fishery())
    log = run(world, [12] + [5] * 4, steps=2, batch=1)
    assert log.amount("catch")[0, :, 0].tolist() == [12, 3]


# ── altars, appeals, constitutions, order ───────────────────────────────────────────────────────────────────────────


def test_where_the_rule_is_shown_changes_what_is_seen_and_nothing_else():
    def under(shown):
        return ins.Altar("catch", {"a": ("3",), "b": ("4",)}, fine=1.0, period=2, shown=shown)(Fishery())

    told = jnp.array([3, 4, 3, 4, 0])
    hidden = run(under("hidden"), told, batch=4)
    for shown, first, second in (("posted", [1] * 5, [1] * 5), ("catch", [0] * 5, [1, 1, 1, 1, 0])):
        world = under(shown)
        one = run(world, told, batch=4)
        for a, b in zip(
            (*one.codes, one.base, one.transfer), (*hidden.codes, hidden.base, hidden.transfer), strict=True
        ):
            assert a.tobytes() == b.tobytes()
        at = world.number_names.index("altar shows a")

        def seen(world=world, at=at):
            state = world.reset(jax.random.key(0))
            after = world.step(jax.random.key(1), state, told).state
            return [world.observe(x).numbers[:, at : at + 2].sum(axis=1) for x in (state, after)]

        assert [numbers.tolist() for numbers in jax.jit(seen)()] == [first, second]


@pytree
class Orchard(World):
    """Three players who rest, eat one of three berries, or zap the next one: a world of six lines."""

    count: int = static(default=3)
    players = ("a", "b", "c")
    actions = (("rest", "good", "poison", "silly", "zap"),) * 3
    horizon = 6

    @property
    def kinds(self):
        return (action_kind(self.actions), Kind("zap", NO_YES, "pair"))

    def reset(self, key):
        return jnp.int32(0)

    def step(self, key, state, actions):
        zap = jnp.roll(jnp.eye(3, dtype=jnp.int32), 1, axis=1) * (actions == 4)[:, None]
        none = jnp.zeros(3)
        never = jnp.bool_(False)
        return Turn(state + 1, none, none, none, jnp.float32(0), never, never, Events((actions, zap), self.kinds))

    def observe(self, state):
        return Seen(no_view(3), jnp.zeros((3, 0)))


def test_marks_make_sanctions_pay_and_silly_taboos_mark_as_well():
    taboo = ins.Taboo("action", ("poison",), ("silly",), length=2, cost=0.5, loss=2.0, bounty=1.5)
    assert taboo.codebook(Orchard()).classify((), 3, 0).reasons == ("taboo",)
    world = taboo(Orchard())
    step, see = jax.jit(world.step), jax.jit(world.observe)
    state = jax.jit(world.reset)(jax.random.key(0))
    paid, marks = [], []
    for acts in ([0, 3, 1], [4, 0, 0], [4, 0, 0], [4, 0, 0], [0, 0, 4]):  # b eats what is silly; a zaps b, c zaps a
        turn = step(jax.random.key(0), state, jnp.array(acts))
        state = turn.state
        paid.append(turn.transfer.tolist())
        marks.append(np.asarray(see(state).numbers)[0].tolist())
        assert float(turn.transfer.sum() + turn.fund) == 0
    assert paid == [[0, 0, 0], [1, -2, 0], [1, -2, 0], [-0.5, -2, 0], [-2, 0, -0.5]]
    assert marks == [[0, 1, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_whose_patch_it_is_is_excluded_or_pays():
    owner = {"good": "a"}
    world = ins.Territory("action", owner, exclude=True)(Orchard())
    free = np.asarray(world.available(world.reset(jax.random.key(0)))).sum(axis=-1)
    assert free.tolist() == [5, 4, 4]
    world = ins.Territory("action", owner, fine=0.25)(Orchard())
    turn = jax.jit(world.step)(jax.random.key(0), jnp.int32(0), jnp.array([1, 1, 1]))
    assert turn.transfer.tolist() == [0.5, -0.25, -0.25] and float(turn.fund) == 0


def test_a_stale_altar_goes_on_showing_the_first_rule():
    rules = {"a": ("3",), "b": ("4",)}
    world = ins.Altar("catch", rules, fine=1.0, period=1, stale=True)(Fishery())
    fresh = ins.Altar("catch", rules, fine=1.0, period=1)(Fishery())
    at = world.number_names.index("altar shows a")
    shown = {"stale": [], "fresh": []}
    for name, here in (("stale", world), ("fresh", fresh)):
        state = jax.jit(here.reset)(jax.random.key(3))
        step, see = jax.jit(here.step), jax.jit(here.observe)
        for t in range(12):
            shown[name].append(int(see(state).numbers[0, at]))
            state = step(jax.random.key(t), state, jnp.zeros(5, jnp.int32)).state
    assert len(set(shown["stale"])) == 1 and len(set(shown["fresh"])) == 2


def test_appeals_return_false_fines_after_their_latency():
    sanctions = ins.Graduated(watched(false=1.0), Schedule((2.0,)), to="fund")
    log = run(ins.Appeals(sanctions, 1.0, latency=2)(Fishery()), [4] * 5, steps=5, batch=1)
    assert log.transfer[0, :, 0].tolist() == [-2, -2, 0, 0, 0]
    assert log.code("reversal")[0, :, 0].tolist() == [0, 0, 1, 1, 1]


def test_constitutions_change_by_vote_only():
    rules = (ins.catch_tax(0.1), ins.catch_tax(0.2))
    law = ins.Constitution(rules, Amendment((0, 1, 2), 2, ((True, True), (False, True))))
    assert law.amended(1, (0, 4)).current == 0 and law.amended(1, (0, 2)).current == 1
    assert law.amended(1, (0, 2)).amended(0, (0, 1, 2)).current == 1
    assert not law.amendment.reaches and Amendment((0,), 1, ((True,),)).reaches


def test_one_act_and_all_acts_are_classified_alike():
    table = jnp.array([[[0, 1, 0]], [[0, 0, 2]]])
    book = Codebook(table, "catch", ("too little", "too much"), "rule")
    assert book.classify((0,), 1, 3).reasons == ("too little",) and not book.classify((1,), 1, 0).wrong
    codes = book.code((jnp.array([0, 1]),), jnp.array([1, 2]), jnp.arange(2))
    assert [book.reasons[k] for k in codes] == ["too little", "too much"]
    order = NormativeOrder(book, Schedule((1, 2)), observers=0.0)
    assert order.seen(jax.random.key(0), 3).tolist() == np.eye(3, dtype=bool).tolist()
    assert order.schedule.graduated and not Schedule((2, 1)).graduated


# ── what is wrong is told ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "wrong, match",
    [
        (lambda: ins.catch_tax(0.1)(library.prisoners()), "catch"),
        (lambda: ins.density_tax(1)(Fishery()), "“catch”|event"),
        (lambda: ins.Monitors(RULE, look=1.2), "look from 0 to 1"),
        (lambda: ins.Quota(rule="whoever"), "equal, rotation or random"),
        (lambda: ins.Quota(growth=2, stock="rain")(Fishery()), "rain"),
        (lambda: (ins.Gifts(1) >> ins.Quota(growth=2))(Fishery()), "Limit first"),
        (lambda: ins.Tradable(ins.Quota(growth=2)), "posted price"),
        (lambda: ins.Gifts(-1), "size"),
        (lambda: ins.Territory("catch", {"3": 0}, exclude=True), "Fine trespass"),
        (lambda: ins.Altar("catch", {"a": ("fish",)}, fine=1)(Fishery()), "fish"),
        (lambda: ins.Charge("catch"), "either a rate or amounts"),
        (lambda: ins.Negotiation(ins.catch_space(), rule="dictator"), "unanimity"),
        (lambda: ins.catch_space().at(7), "from 0 to 2"),
        (lambda: ins.Taboo("catch", ("3",))(Fishery()), "zap"),
        (lambda: Schedule(()), "penalties"),
        (lambda: Amendment((0,), 2), "quorum"),
        (lambda: ins.Nested(((0,), (0,)), (0.1, 0.1), 1), "one group"),
    ],
)
def test_wrong_parameters_get_a_sentence(wrong, match):
    with pytest.raises(rw.InputError, match=match):
        wrong()


@pytest.mark.parametrize(
    "institution, world",
    [
        (ins.density_tax(1.0), lambda: harvest("open")),
        (ins.Negotiation(ins.harvest_space()), lambda: harvest("open")),
        (ins.Territory("patch", {"patch 0": 0, "patch 1": 1}, fine=1.0), lambda: harvest("open")),
        (ins.Taboo("meal", ("0", "1"), ("12",)), lambda: harvest("open")),
        (ins.Altar("patch", {"left": ("patch 0",), "right": ("patch 1",)}, fine=1.0), lambda: harvest("open")),
        (ins.cleaning_pay(0.2), clean_up),
        (ins.Negotiation(ins.cleaning_space(), rule="two polled"), clean_up),
        (ins.Charge("water", rate=-0.1), Irrigation),
        (ins.AuditedClaims("investment", 0.1, 0.5, 1.0), Irrigation),
    ],
)
def test_presets_fit_the_worlds_that_ship(institution, world):
    """Traced, not compiled: the shapes that a loop needs come back as they went in."""
    made = institution(world())
    state = jax.eval_shape(made.reset, jax.random.key(0))
    turn = jax.eval_shape(made.step, jax.random.key(0), state, jax.ShapeDtypeStruct((made.n,), jnp.int32))
    shapes = [[(x.shape, x.dtype) for x in jax.tree.leaves(tree)] for tree in (state, turn.state)]
    assert shapes[0] == shapes[1] and turn.transfer.shape == (made.n,)
    assert jax.eval_shape(made.observe, state).numbers.shape == (made.n, len(made.number_names))
    assert jax.eval_shape(made.available, state).shape == (made.n, max(made.action_counts))
