"""Scenarios of persuasion in time: a user's own tables, ties that go against people, wrong files in words, what is proved."""

from dataclasses import replace

import numpy as np
import pytest

from rulewright.assessment.kinds import assess
from rulewright.assessment.persuasion.ways import FRESH, STAYS
from rulewright.design.information.markov import (
    Process,
    all_said,
    answered,
    audit,
    by_itself,
    cases,
    drawn,
    navigator,
    nothing_said,
    oversight,
    persuade_patient,
    persuade_stream,
    slacks,
    telling,
)
from rulewright.design.information.markov.catalogue import PROCESSES
from rulewright.errors import Impossible, InputError
from rulewright.numerics.rational import floats
from rulewright.report.findings.page import render
from rulewright.scenario.load import load
from rulewright.scenario.load import parse as parsed
from rulewright.verify import formats

WATCH = """
title = "Watched at night"
[parameters]
watched = 0.2
[people]
goal = "(act == 'comply') * (1 if state == 'sound' else 0.5) - 2 * (1 + (state == 'broken')) * (act == 'cheat' and seen == 'off')"
whose = "the owner"
[persuasion]
states = ["sound", "broken"]
acts = ["comply", "cheat"]
law = { on = "watched", off = "rest" }
receiver = "0 if act == 'comply' else (1 if seen == 'off' else -2)"
discount = 0.9
[persuasion.moves]
broken = "1 if act == 'cheat' and seen == 'off' else (0 if state == 'sound' else 0.75)"
sound = "rest"
[[compare]]
method = "stream"
[[compare]]
method = "promises"
[look]
horizon = 3
promises = 5
"""
SHIPS = """
title = "Drivers"
[persuasion]
process = "navigator"
set = { levels = 3, discount = 0.5 }
[look]
promises = 3
"""


def parse(text):
    return parsed(text, name="watch", origin="watch.toml")


def claims(report):
    return [claim for part in report.sections for claim in part.claims]


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tables_of_ones_own_are_the_process_that_they_write_out():
    own, ours = parse(WATCH).process, oversight()
    for key in ("law", "sender", "receiver", "moves", "start"):
        assert np.allclose(floats(getattr(own, key)), floats(getattr(ours, key))), key
    assert own.called == (("sound", "broken"), ("on", "off"), ("comply", "cheat"))


def test_nested_tables_and_numbers_as_labels():
    text = """
    title = "Tables"
    [persuasion]
    states = "0:2:1"
    seen = ["low", "high"]
    law = [[0.5, 0.5], [0.25, 0.75], [1, 0]]
    acts = [1, 2]
    sender = "state * act"
    receiver = [[[1, 0], [0, 1]], [[1, 0], [0, 1]], [[1, 0], [0, 1]]]
    start = { 0 = 0.5, 2 = 0.5 }
    [look]
    horizon = 1
    """
    process = parse(text).process
    assert floats(process.sender)[:, 0].tolist() == [[0, 0], [1, 2], [2, 4]]
    assert floats(process.start).tolist() == [0.5, 0, 0.5]
    assert floats(process.moves)[1].tolist() == [[[0, 1, 0], [0, 1, 0]], [[0, 1, 0], [0, 1, 0]]]


def test_the_goal_is_what_the_sender_maximises():
    city = parse(SHIPS.replace("[persuasion]", '[people]\ngoal = "sender + receiver / 2"\n[persuasion]'))
    ours = navigator(levels=3, discount=0.5)
    assert np.allclose(floats(city.process.sender), ours.sender + ours.receiver / 2)


@pytest.mark.parametrize(
    ("text", "old", "new", "said"),
    [
        (SHIPS, '"navigator"', '"navigater"', "Did you mean 'navigator'"),
        (SHIPS, "levels = 3", "level = 3", "Did you mean 'levels'"),
        (SHIPS, "levels = 3", "levels = 1", "at least 2"),
        (SHIPS, "set =", "acts = [1, 2]\nset =", "leave `process` out"),
        (SHIPS, "discount = 0.5", "discount = 1", "a discount below 1, or a horizon"),
        (SHIPS, "promises = 3", "promises = 1", "greater than or equal to 2"),
        (SHIPS, "promises = 3", "margin = 0.9", "Lower [look] margin"),
        (SHIPS, "promises = 3", 'margin = "x"', "'x'"),
        (SHIPS, "[look]", '[[compare]]\nmethod = "strem"\n[look]', "Did you mean 'stream'"),
        (SHIPS, "[look]", '[[compare]]\nmethod = "learned"\n[look]', "traffic"),
        (SHIPS, "[look]", '[[compare]]\nmethod = "memoryless"\n[look]', "Give a horizon"),
        (WATCH, 'off = "rest"', "off = 0.7", "sum"),
        (WATCH, 'sound = "rest"', 'sund = "rest"', "Did you mean 'sound'"),
        (WATCH, 'sound = "rest"', "", "sum"),
        (WATCH, 'acts = ["comply", "cheat"]', "", "the key 'acts'"),
        (WATCH, '"comply", "cheat"]', '"comply", "comply"]', "twice"),
        (WATCH, "seen == 'off' else -2", "sen == 'off' else -2", "'sen'"),
        (WATCH, "watched = 0.2", "seen = 1\nwatched = 0.2", "a name other than"),
        (WATCH, "discount = 0.9", "discount = 1.5", "from 0 to 1"),
        (WATCH.replace("horizon = 3", ""), "discount = 0.9", "patience = 1", "a patience below 1"),
        (WATCH, "discount = 0.9", 'discount = 0.9\nstart = "sond"', "Did you mean 'sound'"),
        (WATCH, 'method = "promises"', 'method = "stream"', "a name that no other way has"),
        (WATCH, "[persuasion]", "[mechanism]\n[persuasion]", "[mechanism] and [persuasion]"),
    ],
)
def test_wrong_files_are_told_with_place_need_and_remedy(text, old, new, said):
    assert old in text
    with pytest.raises(InputError) as told:
        assess(parse(text.replace(old, new)))
    assert said in str(told.value) and "watch.toml" in str(told.value)


def test_no_goal_and_no_sender_is_told():
    text = WATCH[: WATCH.index("[people]")] + WATCH[WATCH.index("[persuasion]") :]
    with pytest.raises(InputError, match="what the sender gets"):
        parse(text)


# ── what is reported ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_headline_holds_however_ties_are_broken_and_is_proved():
    found = assess(parse(WATCH))
    report = found.report
    assert "-1.19" not in report.headline[0].text and "however ties are broken" in report.headline[0].text
    rows = {(rule.name, row.name): row for rule in report.rules for row in rule.outcomes}
    fresh, stays = rows["stream", FRESH], rows["promises", STAYS]
    assert fresh.goal < -1.45478 < fresh.goal + 0.1  # the optimum, if ties go people's way: docs/theory
    assert fresh.measures["if ties go people's way"] == pytest.approx(-1.45478)
    assert stays.measures["if ties go people's way"] == pytest.approx(-1.198718, abs=1e-5)
    assert fresh.stable and stays.goal > fresh.goal
    assert [c.holds for c in claims(report)] == [True] * 4 and all(c.grade == "proved" for c in claims(report))
    assert all(verdict.holds for verdict in formats.check(found.certificate))
    assert "−6.6803" in report.headline[2].text  # the optimum without a margin, as bad as silence
    page = render(report)
    assert "Who is told what" in page and "the owner" in page


def test_curves_over_discounts_where_there_is_no_horizon():
    report = assess(parse(SHIPS)).report
    (figure,) = [f for part in report.sections for f in part.figures if f.name == "value"]
    assert figure.across == "discount" and {s.x[-1] for s in figure.series} == {0.5}


def test_without_a_margin_promises_alone_say_nothing_of_the_worst_ties():
    only = WATCH.replace('[[compare]]\nmethod = "stream"\n', "").replace("promises = 5", "promises = 5\nmargin = 0")
    report = assess(parse(only)).report
    assert report.rules[0].worst is None and not report.headline and render(report)


def test_a_network_is_one_way_among_others():
    text = """
    title = "Traffic"
    [persuasion]
    process = "traffic"
    [[compare]]
    method = "stream"
    [[compare]]
    method = "learned"
    [look]
    states = 3
    parameters = 4
    steps = 2
    seeds = 1
    horizon = 2
    """
    exact, learned = assess(parse(text)).report.rules
    assert learned.outcomes[0].grade == "searched only" and learned.worst <= exact.best + 1e-9


@pytest.mark.parametrize("name", ["night_watch", "navigator"])
def test_what_ships_is_of_this_kind(name):
    assert type(load(name)).__name__ == "PersuasionScenario" and load(name).process.states in (2, 4)


def test_every_process_of_the_catalogue_has_a_line_and_is_made():
    for name, one in PROCESSES.items():
        assert one.says and (name == "traffic" or isinstance(one(), Process)), name


# ── ties ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("horizon", [None, 4])
@pytest.mark.parametrize("seed", range(3))
def test_replies_agree_with_two_other_ways_to_find_them(seed, horizon):
    process = drawn(seed=seed)
    for said, told in ((nothing_said(process), False), (all_said(process), True)):
        alone = by_itself(process, horizon, told=told).sender[0]
        assert np.allclose(answered(process, said, horizon=horizon, rate=0.9, kind=True)[0], alone)
    signal = persuade_stream(process, margin=0.01).signal
    if horizon is None:
        for sigma in (signal, telling(process)):
            start = answered(process, sigma)[0] @ process.start
            assert start == pytest.approx(audit(process, sigma).answered)
    assert slacks(process, signal).min() == pytest.approx(0.01, abs=1e-7)


def test_the_optimum_without_a_margin_is_worth_silence_in_the_worst_of_ties():
    agent = oversight()
    best = persuade_stream(agent)
    worst, kind = (answered(agent, best.signal, kind=kind)[0] @ agent.start for kind in (False, True))
    assert kind == pytest.approx(best.value) and worst == pytest.approx(best.nothing)
    safe = persuade_stream(agent, margin=0.001)
    assert answered(agent, safe.signal)[0] @ agent.start == pytest.approx(safe.value)


def test_ties_that_go_against_people_are_the_least_over_all_ways_to_break_them():
    process = navigator(levels=3)  # at level 2 drivers do not mind which way, if there is no accident
    least = np.inf
    for act in (0, 1):
        sigma = telling(process)
        sigma[2, 0] = np.eye(2)[act]
        least = min(least, answered(replace(process, receiver=sigma), sigma)[0] @ process.start)
    assert answered(process, all_said(process))[0] @ process.start == pytest.approx(least)


def test_promises_with_a_margin_cost_a_little_and_too_much_is_refused():
    two = cases(stakes=(1.0, 0.5))
    values = [persuade_patient(two, horizon=2, promises=5, margin=m).value for m in (0.0, 0.01, 0.02)]
    assert values[0] == pytest.approx(36 / 35)
    assert values[0] > values[1] > values[2] > values[0] - 0.1
    with pytest.raises(Impossible, match="telling all"):
        persuade_patient(two, horizon=2, promises=5, margin=1.1)
