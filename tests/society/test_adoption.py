"""Booking assistants in a city: best numbers, rests, the mean field as expectation, thresholds, wrong settings."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.society.adoption import BookingAssistants, bookings
from rulewright.society.model import Plan

EDGE = "on the edge"
costs = st.floats(0.001, 4)


@given(
    st.floats(0.5, 20), st.floats(0, 0.95), costs, st.sampled_from([0.0, 0.5, 2.0]), st.sampled_from([0, 1, 3, 10])
)
def test_no_other_number_of_bookings_is_better(value, fail, cost, more, cap):
    def worth(m):
        return value * (1 - fail**m) - cost * m - more * max(m - 1, 0)

    m = bookings(value, fail, cost, more, cap)
    assert m <= (cap or m)
    assert worth(m) >= max(worth(k) for k in range((cap or 400) + 1)) - 1e-9


def test_a_tie_is_one_more():
    assert bookings(10, 0.5, 5 / 1024) == 11 and bookings(10, 0.5, 5 / 1024 + 1e-15) == 10


@st.composite
def cities(draw):
    return BookingAssistants(
        kappa=draw(st.sampled_from([0.001, 0.002, 0.02, 0.3, 2.0])),
        call=draw(st.sampled_from([2.0, 3.0, 4.0, 6.0])),
        earns=draw(st.sampled_from([0.0, 3.0, 12.0, 30.0, 50.0])),
        crowding=draw(st.sampled_from([0.0, 0.05, 0.3])),
        price=draw(st.floats(0, 12)),
        reach=draw(st.floats(0, 1).map(lambda v: round(v, 3))),
        open=draw(st.sampled_from([0.0, 0.01, 0.3])),
        fee=draw(st.sampled_from([0.0, 0.1])),
        deposit=draw(st.sampled_from([0.0, 0.5])),
        cap=draw(st.sampled_from([0, 1, 5])),
    )


@given(cities())
def test_rests_are_fixed_points_and_one_is_stable(city):
    found = city.outcomes()
    assert any(o.stable for o in found)
    assert sum(o.basin for o in found if o.stable) == pytest.approx(1.0)
    for o in found:
        x, share = o.measures["assistants"], o.measures["taking"]
        after = city.step(x, share)
        assert after[0] == pytest.approx(x, abs=1e-9)
        if not o.name.startswith(EDGE):  # on the edge restaurants come and go: nobody's share stays, its mean does
            assert after[1] == pytest.approx(share, abs=1e-12)


@given(cities(), st.floats(0.02, 0.98))
@settings(max_examples=30, deadline=None)
def test_from_every_start_it_goes_to_the_rest_of_that_basin(city, part):
    """The mean field itself, from where restaurants have responded already, ends at a stable rest that was named."""
    x = part * city.reach
    o = 1.0 if x <= city.tipping_share else city.open
    assume(city.reach > 0.01 and abs(city.gain(x, o)) > 0.2)
    for _ in range(4000):
        x, o = city.step(x, o)
    ends = [e.measures["assistants"] for e in city.outcomes() if e.stable]
    slow = abs(city.gain(x, o)) < 0.05
    assert slow or min(abs(x - e) for e in ends) < 0.05


def test_one_step_of_many_is_on_average_the_mean_field():
    for city in (BookingAssistants(start=0.4, crowding=0.1), BookingAssistants(start=0.4, price=9.5, reach=0.9)):
        seeds = range(20)
        course = city.simulate(Plan(10_000, 2, seeds)).measures
        moved = [
            after - city.step(x, o)[0]
            for (x, after), o in zip(course["assistants"], course["taking"][:, 0], strict=True)
        ]
        error = np.std(moved, ddof=1) / np.sqrt(len(seeds))
        assert abs(np.mean(moved)) < 4 * error < 0.01


def test_restaurants_respond_as_the_mean_field_has_it():
    city = BookingAssistants(start=0.9)
    taking = city.simulate(Plan(100_000, 12, range(10))).measures["taking"].mean(axis=0)
    x, o = 0.9, 1.0
    for t in range(12):
        assert taking[t] == pytest.approx(o, abs=0.02)
        x, o = city.step(x, o)


def test_the_simulation_follows_the_mean_field_to_the_end():
    city = BookingAssistants(crowding=0.1)
    seen = city.simulate(Plan(50_000, 120, [0, 1])).measures["assistants"].mean(axis=0)
    x, o = 0.02, 1.0
    for t in range(120):
        assert seen[t] == pytest.approx(x, abs=0.05)  # an early difference grows before it ends
        x, o = city.step(x, o)
    assert seen[-1] == pytest.approx(x, abs=0.002) and x > 0.99


def test_beyond_the_share_all_is_lost_and_before_it_not():
    before, beyond = (BookingAssistants(reach=r).outcomes()[-1] for r in (0.75, 0.7501))
    assert before.name.startswith("assistants") and beyond.name == "bookings stop"
    assert beyond.measures["surplus"] < 0.011 * before.measures["surplus"]


def test_a_dear_assistant_has_two_stable_ends_and_an_edge():
    none, watershed, edge = BookingAssistants(crowding=0.1, price=8.5).outcomes()
    assert none.stable and not watershed.stable and edge.stable and edge.name.startswith(EDGE)
    assert edge.measures["assistants"] == 0.75 and 0.01 < edge.measures["taking"] < 1


@pytest.mark.parametrize(
    ("rule", "surplus"),
    [({"fee": 0.0039}, 9.980234375), ({"cap": 10}, 9.980234375), ({"cap": 1}, 31.999), ({"deposit": 1.0}, 29.747)],
)
def test_remedies(rule, surplus):
    assert BookingAssistants(**rule).outcomes()[-1].measures["surplus"] == pytest.approx(surplus, abs=1e-9)
    assert all(row.holds for row in BookingAssistants(**rule).claims())


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"kappa": 4.0}, "kappa.*at most what a call costs"),
        ({"kappa": 0.0}, "a cap"),
        ({"fail": 1.2}, "fail"),
        ({"value": 0.0}, "value"),
        ({"handles": 0.0}, "handles"),
        ({"cap": -1}, "cap"),
        ({"price": float("nan")}, "price"),
    ],
)
def test_wrong_settings(said, words):
    with pytest.raises(InputError, match=words):
        BookingAssistants(**said)
