"""Plays: every rule by every cast, models through the local server, the record, and wrong files told in a sentence."""

import json

import pytest

from rulewright.assessment import assess
from rulewright.assessment.play import run
from rulewright.assessment.play.models import Terms
from rulewright.errors import InputError
from rulewright.scenario.load import load, parse

SMALL = """
title = "a small lake"
[parameters]
audit = 1
[play]
stage = "fishery"
set = { months = 3, fishers = 3 }
[[compare]]
name = "quota"
rule = "quota"
set = { audit = "audit", fine = 9 }
[[cast]]
name = "selfish"
seats = "selfish"
[[cast]]
name = "altruists"
seats = ["altruist", "altruist", { play = "altruist" }]
[episodes]
count = 3
"""
PLAYS = ("cartel", "join_the_sanctions", "lake_talk", "silly_talk", "which_altar")


def made(text):
    return parse(text, name="small", origin="small.toml")


def test_a_sure_and_heavy_fine_saves_the_lake_from_the_selfish():
    report = assess(made(SMALL)).report
    today, quota = report.rules
    assert today.name == "no rule" and today.worst == 100 < quota.worst
    assert {row.name for row in quota.outcomes} == {"selfish", "altruists"}
    assert "not a proof" not in report.headline[0].text and any("proof" in note for note in report.notes)


def test_the_same_file_gives_the_same_report():
    assert assess(made(SMALL)).page == assess(made(SMALL)).page


def test_characters_are_read_off_their_play():
    section = next(s for s in assess(made(SMALL)).report.sections if s.name == "Who is what")
    sat, like = [row[2] for row in section.tables[0].rows], [row[3] for row in section.tables[0].rows]
    assert all(who in read.split(" or ") for who, read in zip(sat, like, strict=True))


@pytest.mark.parametrize("name", PLAYS)
def test_shipped_plays_are_read_and_planned(name):
    from rulewright.assessment.play.assess import planned

    assert planned(load(name)).parts


WRONG = [
    ('stage = "fishery"', 'stage = "fishary"', "play.stage", "fishery"),
    ("months = 3", "moons = 3", "play", "moons"),
    ('rule = "quota"', 'rule = "quote"', "compare.0", "quota"),
    ("fine = 9", "fin = 9", "compare.0", "fin"),
    ('seats = "selfish"', 'seats = "selfless"', "cast.0.seats", "selfish"),
    ('["altruist", "altruist", { play = "altruist" }]', '["altruist", "altruist"]', "cast.1.seats", "3 seats"),
    ('{ play = "altruist" }', '{ play = "altruist", set = { ring = 3 } }', "cast.1.seats", "ring"),
    ('{ play = "altruist" }', '{ play = "model", set = { tremble = 0.1 } }', "cast.1.seats", "settings"),
    ('name = "altruists"', 'name = "selfish"', "cast.1.name", "selfish"),
    ("fine = 9", "fine = -9", "compare.0", "at least 0"),
]


@pytest.mark.parametrize("old, new, where, said", WRONG)
def test_wrong_files_are_told_with_their_place(old, new, where, said):
    assert old in SMALL
    with pytest.raises(InputError) as found:
        assess(made(SMALL.replace(old, new)))
    assert where in str(found.value) and said in str(found.value)


# ── models ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def seated(count=2):
    return made(SMALL.replace('seats = "selfish"', 'seats = "model"').replace("count = 3", f"count = {count}"))


def test_a_rerun_of_models_asks_nothing_and_says_the_same(tmp_path):
    pytest.importorskip("httpx")
    terms = Terms("local:selfish", record=tmp_path / "record.sqlite")
    play = seated()
    assert run.forecast(play, terms).calls > 0
    first, second = run.played(play, terms), run.played(play, terms)
    assert list(run.lines(first.played)) == list(run.lines(second.played))
    assert (
        second.model.tally.fresh == 0
        and second.model.tally.recorded == first.model.tally.fresh + first.model.tally.recorded
    )
    assert run.forecast(play, terms).calls == 0
    replayed = run.played(play, Terms("local:selfish", record=tmp_path / "record.sqlite", replay=True))
    assert list(run.lines(replayed.played)) == list(run.lines(first.played))
    for line in run.lines(first.played):
        json.loads(line)
    said = next(s for s in run.reported(play, first).report.sections if s.name == "The model")
    assert said.tables[1].rows[0][0] == first.model.tally.fresh + first.model.tally.recorded


def test_a_game_is_played_today_and_as_designed():
    pytest.importorskip("httpx")
    report = run.reported(play := run.readable("stag_hunt", {}, 1), run.played(play, Terms("local:selfish"))).report
    assert [rule.name for rule in report.rules] == ["no rule", "designed"]
    assert report.rules[0].worst < report.rules[1].worst == 8


def test_what_is_no_play_is_told():
    with pytest.raises(InputError, match="a play"):
        run.readable("review_panel", {})
    with pytest.raises(InputError, match="two numbers"):
        run.prices("2.5")
    with pytest.raises(InputError, match="--price"):
        run.budgeted(1.0, None, "")


def test_a_model_that_is_named_is_asked_even_where_the_file_seats_scripts(tmp_path):
    pytest.importorskip("httpx")
    file = tmp_path / "small.toml"
    file.write_text(SMALL, encoding="utf-8")
    assert not run.readable(str(file), {}).asks_a_model
    play = run.readable(str(file), {}, 2, "local:selfish")
    assert [cast.name for cast in play.file.cast] == ["selfish", "altruists", "language models"]
    done = run.played(play, Terms("local:selfish"))
    assert done.model.tally.fresh > 0
    assert any(
        said.text.startswith("Language models, by rule: no rule 100;")
        for said in run.reported(play, done).report.headline
    )
    seated_already = file.with_name("model.toml")
    seated_already.write_text(SMALL.replace('seats = "selfish"', 'seats = "model"'), encoding="utf-8")
    assert len(run.readable(str(seated_already), {}, 2, "local:selfish").file.cast) == 2


def test_terms_of_a_model_where_none_is_asked_are_refused(capsys):
    from rulewright.cli import main

    assert main(["play", "lake_talk", "--tokens", "10"]) == 2
    assert "--tokens" in (said := " ".join(capsys.readouterr().err.split())) and "Add --model" in said


def test_a_budget_that_ends_is_told_in_one_sentence(tmp_path):
    pytest.importorskip("httpx")
    from rulewright.agents.models import Budget, Overspent

    with pytest.raises(Overspent, match="Raise the budget"):  # several episodes at once run into it, one is told
        run.played(seated(3), Terms("local:selfish", record=tmp_path / "r.sqlite", budget=Budget(tokens=1500)))


def test_episodes_that_are_all_alike_bound_nothing():
    report = assess(made(SMALL)).report
    alike = next(row for row in report.rules[0].outcomes if row.name == "selfish")
    assert alike.grade == "searched only" and alike.how == "3 episodes, all alike: no interval"
    once = assess(made(SMALL.replace("count = 3", "count = 1"))).report
    assert {row.grade for rule in once.rules for row in rule.outcomes} == {"searched only"}


def test_a_game_says_its_goal_and_its_designed_rule_and_has_no_empty_sections():
    pytest.importorskip("httpx")
    report = run.reported(play := run.readable("stag_hunt", {}, 1), run.played(play, Terms("local:selfish"))).report
    assert report.goal == "the sum of what all players get, summed over an episode"
    assert report.rules[0].sentence == "" and "row plays hare" in report.rules[1].sentence
    assert [part.name for part in report.sections] == ["What it pays", "Who is what", "The model", "What was said"]


def test_money_that_the_rule_pays_out_is_counted_as_the_games_file_says(tmp_path):
    text = """
title = "a task"
[players]
ann = { actions = ["work", "rest"] }
bob = { actions = ["work", "rest"] }
[payoff]
ann = "-(ann == 'work')"
bob = "-(bob == 'work')"
[people]
goal = "5 * (ann == 'work')"
money_weight = 2
[[compare]]
name = "a wage"
pay = { ann = "1.5 * (ann == 'work')" }
"""
    (tmp_path / "task.toml").write_text(text, encoding="utf-8")
    play = tmp_path / "play.toml"
    play.write_text(
        'title = "p"\n[play]\nstage = "game"\nset = { scenario = "task.toml", rounds = 2 }\n[[compare]]\nname = "a wage"\n'
        'rule = "a wage"\n[[cast]]\nname = "selfish"\nseats = "selfish"\n[episodes]\ncount = 1\n',
        encoding="utf-8",
    )
    report = assess(load(str(play))).report
    assert [rule.worst for rule in report.rules] == [0, 2 * (5 - 2 * 1.5)]
    assert report.goal.endswith("less 2 for a unit of money that the rule pays out, summed over an episode")


def test_of_every_stage_it_is_said_what_people_want():
    from rulewright.agents.catalogue import STAGES
    from rulewright.assessment.play.stages import WANTS

    assert set(WANTS) == set(STAGES)
