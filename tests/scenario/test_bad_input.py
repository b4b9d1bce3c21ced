"""Wrong scenario files: one paragraph with file, line or key, need, found and remedy; never a traceback."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError, RulewrightError
from rulewright.scenario.load import load, parse, shipped

GOOD = """\
title = "Two drivers"

[parameters]
bonus = 0.5

[players]
ann = { actions = ["go", "stop"] }
bob = { actions = ["go", "stop"], types = { calm = 0.4, wild = 0.6 } }

[payoff]
ann = "(ann == 'go') + bonus"
bob = [[[0, 1], [2, 3]],
       [[4, 5], [6, 7]]]

[signals.crash]
yes = "(ann == 'go') * (bob == 'go')"
no  = "rest"

[people]
goal = "total"

[rules]
pay = [{ to = "ann", on = "crash", between = [-1, 0] }]

[[compare]]
name = "lights"
pay = { ann = "-bonus * (crash == 'yes')" }

[behaviours]
predict = ["pure", "logit:2"]
"""


def read(text):
    return parse(text, name="drivers", origin="drivers.toml")


def test_the_good_one_reads():
    scenario = read(GOOD)
    assert scenario.game.type_counts == (1, 1, 2)
    assert scenario.game.payoff[2, 0, 0, 1, 0, 1, 0] == 6


# (what is replaced, by what, everything that the message must say)
MISTAKES = [
    ("ann = \"(ann == 'go') + bonus\"\n", "", ["payoff.ann", "a payoff for player 'ann'", "Add it under [payoff]"]),
    ("[[0, 1], [2, 3]]", "[[0, 1, 9], [2, 3]]", ["line 12", "axis 3 (actions of bob)", "needed 2 entries", "found 3"]),
    ("[[0, 1], [2, 3]]", "[[0, 1]]", ["axis 2 (actions of ann)", "needed 2 entries", "found 1"]),
    ("[[0, 1], [2, 3]]", "[[nan, 1], [2, 3]]", ["payoff.bob", "finite numbers", "NaN"]),
    ("[[0, 1], [2, 3]]", "[[inf, 1], [2, 3]]", ["payoff.bob", "finite numbers", "Infinity"]),
    ("calm = 0.4", "calm = 0.5", ["line 8", "players.bob.types", "sum to 1", "a sum of 1.1"]),
    ("calm = 0.4, wild = 0.6", "calm = -0.4, wild = 1.4", ["line 8", "at least 0", "-0.4"]),
    ("calm = 0.4", "calm = nan", ["line 8", "a finite number"]),
    ("bonus = 0.5", "bonus = inf", ["line 4", "parameters.bonus", "a finite number"]),
    ("[people]\ngoal", "[people]\ngaol", ["line 20", "people.gaol", "Did you mean 'goal'?"]),
    ("[behaviours]", "[behaviors]", ["Did you mean 'behaviours'?"]),
    ("predict =", "predicts =", ["behaviours.predicts", "Did you mean 'predict'?"]),
    ('+ bonus"', '+ bonsu"', ["line 11", "payoff.ann", "found 'bonsu'", "Did you mean 'bonus'?"]),
    ('+ bonus"', '+ sqrt(bonus)"', ["payoff.ann", "a call of sqrt()", "they call nothing else"]),
    ('+ bonus"', '+ "', ["payoff.ann", "cannot be read"]),
    ("(ann == 'go') * (bob == 'go')", "2 * (ann == 'go')", ["line 15", "signals.crash", "at least 0, found -1"]),
    ('"logit:2"', '"logitt:2"', ["line 30", "behaviours.predict", "Did you mean 'logit'?"]),
    ('on = "crash"', 'on = "crush"', ["rules.pay", "Did you mean 'crash'?"]),
    ('to = "ann"', 'to = "anna"', ["rules.pay", "found 'anna'"]),
    ("between = [-1, 0]", "between = [1, 0]", ["rules.pay", "low ≤ high"]),
    ("between = [-1, 0]", "between = [1]", ["rules.pay"]),
    ('goal = "total"', 'goal = "sum"', ["people.goal", "found 'sum'"]),
    ('actions = ["go", "stop"] }', 'actions = ["go", "go"] }', ["players.ann.actions", "all different"]),
    ('actions = ["go", "stop"] }', 'actions = "0:1" }', ["players.ann.actions", 'a range "from:to:step"']),
    ('actions = ["go", "stop"] }', 'actions = "0:1:0" }', ["players.ann.actions", "a step above 0"]),
    ('title = "Two drivers"', "", ["the key 'title'"]),
    ("title = ", "title ", ["drivers.toml", "a TOML file", "line 1"]),
    ("bonus = 0.5", "bonus = true", ["parameters.bonus", "not true or false"]),
    ("[players]", "[players]\ncem = { actions = 3 }", ["players.cem.actions"]),
    ("[rules]", "[rules]\nlevers = { speed = [1] }", ["levers.speed", "a parameter among bonus"]),
    ("[rules]", "[rules]\nprior_ball = 2", ["rules", "prior_ball from 0 to 1", "found 2"]),
    ("[rules]", "[rules]\nirrational = -0.1", ["rules", "irrational from 0 to 1", "found -0.1"]),
    ("[rules]", '[rules]\nirrational = "many"', ["rules.irrational", "found 'many'"]),
    ("[rules]", '[rules]\nadversarial = { bob = ["wlid"] }', ["rules", "one of calm, wild", "found 'wlid'"]),
    ("[rules]", '[rules]\nadversarial = { zoe = ["wild"] }', ["rules", "found 'zoe'"]),
    ("[rules]", "[rules]\ngain_at_most = { ann = -1 }", ["rules", "gain_at_most of ann at least 0"]),
    ("[rules]", "[rules]\ngain_at_most = { zoe = 1 }", ["rules", "found 'zoe'"]),
    ("[rules]", '[rules]\naim = "only"\nprior_ball = 0.1', ["rules", 'aim = "best"']),
    (
        "[rules]",
        '[rules]\nirrational = 0.1\nadversarial = { bob = ["wild"] }',
        ["rules", "one of irrational, faulty and adversarial"],
    ),
]


@pytest.mark.parametrize(("old", "new", "says"), MISTAKES, ids=lambda x: str(x)[:40])
def test_mistakes(old, new, says):
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        read(GOOD.replace(old, new, 1))
    message = str(caught.value)
    assert message.startswith("drivers.toml")
    assert "\n" not in message
    for words in says:
        assert words in message, message


def test_a_rule_that_names_nobody():
    scenario = read(GOOD.replace('{ ann = "-bonus', '{ zoe = "-bonus'))
    here, rule = next(scenario.compared())
    with pytest.raises(InputError, match="rule 'lights', pay: needed a player among people, ann, bob, found 'zoe'"):
        here.induced(rule, "compare", 0)


def test_a_designer_needs_a_status_quo():
    text = GOOD.replace("bob = [[[0, 1], [2, 3]],\n       [[4, 5], [6, 7]]]", "bob = 0")
    text = text.replace("[players]", '[designer]\nname = "city"\nactions = ["police", "rest"]\n\n[players]')
    with pytest.raises(InputError, match=r"what city decides.*Diagnosis needs a status quo"):
        read(text)


def test_too_large_is_said_before_it_is_allocated():
    players = "\n".join(f'p{k} = {{ actions = "1:40:1" }}' for k in range(9))
    payoff = "\n".join(f"p{k} = 0" for k in range(9))
    text = f'title = "x"\n[players]\n{players}\n[payoff]\n{payoff}\n[people]\ngoal = "total"\n'
    with pytest.raises(RulewrightError, match=r"payoff table: needed an array of .* numbers, [\d,.]+ (GiB|TiB)"):
        read(text)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("servce_quality", "Did you mean 'service_quality'?"),
        ("no/such/file.toml", "needed a file, found nothing there"),
        ("/", "found a folder"),
        ("nothing.nfg", "nothing.nfg"),
    ],
)
def test_sources_that_are_not_there(source, says):
    with pytest.raises(InputError) as caught:
        load(source)
    assert says in str(caught.value)


def test_a_folder_does_not_hide_what_ships(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "review_panel").mkdir()  # as `assess review_panel --out review_panel` leaves it
    assert load("review_panel").origin == "review_panel"
    (tmp_path / "mine").mkdir()
    with pytest.raises(InputError, match="found a folder"):
        load("mine")


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes(b"title = 'a'\n\xff\xfe")
    with pytest.raises(InputError, match=r"x\.toml, line 2: needed text in UTF-8"):
        load(str(path))


def test_parameters_that_are_not_there():
    with pytest.raises(InputError, match="Did you mean 'bonus'"):
        load("service_quality", {"bonsu": "1"}).game  # noqa: B018


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(GOOD)), st.text(alphabet="\"'[]{}=.,0a \n-", max_size=3), st.integers(0, 4))
def test_any_slip_of_the_pen_reads_or_is_a_sentence(at, inserted, removed):
    text = GOOD[:at] + inserted + GOOD[at + removed :]
    try:
        read(text)
    except RulewrightError as error:
        assert str(error)


@pytest.mark.parametrize("name", shipped())
def test_what_ships_reads_and_has_a_source(name):
    scenario = load(name)
    assert scenario.file.source
    assert scenario.file.about


@pytest.mark.parametrize("name", shipped("game"))
def test_games_that_ship_are_exact(name):
    assert load(name).game.is_exact
