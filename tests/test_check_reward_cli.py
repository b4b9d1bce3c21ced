"""`rulewright check-reward` as a user runs it: exit codes, JSON, a folder, Python with and without an environment, mistakes."""

import json
import sys
from pathlib import Path

import pytest

from rulewright.assessment import assess
from rulewright.assessment.reward import read
from rulewright.cli import main
from rulewright.errors import InputError
from rulewright.scenario.load import load, parse, shipped
from rulewright.welfare.rewards.checks import check

sys.path.insert(0, str(Path(__file__).parent / "welfare"))
from sound_rewards import BROKEN_PYTHON, BROKEN_TOML, PYTHON, TOML, broken

ENVIRONMENT = '''"""A robot that is paid to be near a socket, in an environment that can only be played."""
DISCOUNT = 1
TIME_STEP = "1 s"
TERMINATES = ["plugged in"]
TRAJECTORIES = {"plugs in": [(0, "right", 1), (1, "right", 2)]}
INTENDED = "plugs in"
ACTIONS = ["left", "right", "stay"]
HORIZON = 20
NEAR = 1


def reward(state, action, next_state):
    return NEAR * (next_state == 1) + 5 * (next_state == 2)


def SUCCESS(state):
    return state == 2


class ENV:
    def reset(self):
        self.x = 0
        return self.x

    def step(self, action):
        self.x = max(0, self.x + {"left": -1, "right": 1, "stay": 0}[action])
        return self.x, 0.0, self.x == 2, False, {}
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    return name


@pytest.mark.parametrize(("name", "text"), [("mine.toml", TOML), ("mine.py", PYTHON)])
def test_a_sound_reward_exits_with_0(folder, capsys, name, text):
    assert main(["check-reward", put(folder, name, text)]) == 0
    assert "passes all eight checks" in capsys.readouterr().out


@pytest.mark.parametrize("k", range(1, 9))
def test_a_broken_one_exits_with_1_and_names_the_check(folder, capsys, k):
    assert main(["check-reward", put(folder, "mine.toml", broken(TOML, BROKEN_TOML[k])), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    verdicts = [c["verdict"] for c in found["sections"][0]["checks"]]
    assert verdicts == ["fail" if j == k else "pass" for j in range(1, 9)] and found["kind"] == "reward"


def test_the_page_shows_the_indifference_point_and_the_mend(folder, capsys):
    put(folder, "mine.py", broken(PYTHON, BROKEN_PYTHON[3]))
    assert main(["check-reward", "mine.py", "--out", "report"]) == 1
    page = (folder / "report" / "report.html").read_text(encoding="utf-8")
    assert "Which chances of failure are approved of" in page and "How far between two failures" in page
    assert (
        "“crash” alone does it, if it takes −99,996 there instead of −100" in page
        and "Plugged in, p* = 9.9995·10⁻⁵, one in 100,000 km." in page
    )
    assert "report.html" in capsys.readouterr().out


def test_the_shipped_reward_is_assessed_as_other_scenarios_are(capsys):
    assert "driving_reward" in shipped("reward")
    report = assess(load("driving_reward")).report
    assert [c.verdict for c in report.sections[0].checks].count("fail") == 2
    assert assess(load("driving_reward")).page == assess(load("driving_reward")).page
    assert main(["check-reward", "driving_reward"]) == 1
    assert main(["assess", "driving_reward", "--set", "fine=10"]) == 0  # the report is what was asked for
    assert "104.5 km" in capsys.readouterr().out


def test_an_environment_is_searched_and_no_more(folder):
    case, title = read(put(folder, "robot.py", ENVIRONMENT))
    found = check(case)[3]
    assert found.verdict == "fail" and "right" in found.witness and title.startswith("A robot")
    case, _ = read(put(folder, "robot.py", ENVIRONMENT.replace("NEAR = 1", "NEAR = 0")))
    assert (check(case)[3].verdict, check(case)[3].grade) == ("pass", "searched only")


def test_a_bare_function_is_enough(folder):
    case, _ = read(put(folder, "bare.py", "def mine(s, a, t):\n    return 1.5\n") + ":mine")
    assert [v.verdict for v in check(case)] == ["cannot tell"] * 7 + ["fail"]


def test_weights_that_repair_the_order_are_told(folder):
    report = assess(parse(broken(TOML, BROKEN_TOML[2]), name="t", origin="t")).report
    words = next(s for s in report.sections if s.name.startswith("Pairs")).paragraphs
    assert "nearest weights that put all pairs in order" in words[0] and "comfort" in words[0]
    clash = TOML.replace("[reward.risk]", '[[reward.preferences]]\nbetter = "shaken"\nworse = "arrives"\n[reward.risk]')
    report = assess(parse(clash, name="t", origin="t")).report
    words = next(s for s in report.sections if s.name.startswith("Pairs")).paragraphs
    assert "cannot be had together" in words[0] and "arrives over shaken" in words[0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('formula = "jerk"', 'formula = "jerc"', r"line 27, reward.terms.3.formula.*Did you mean 'jerk'"),
        ('better = "arrives"', 'better = "arives"', "reward.preferences.0.better.*Did you mean 'arrives'"),
        ('idle = "waits"', 'idle = "crashes"', "three different"),
        ("distance = 100_000", "distance = 4", "length of a failed attempt"),
        ("distance = 100_000", "rate = 1.5", "from 0 to 1"),
        ("discount = 1", "discount = 2", "reward.discount.*from 0 to 1"),
        ('"town", "drive", "wreck"]', '"town", "fly", "wreck"]', "moves of the world"),
        ('start = "home"', 'start = "hom"', "Did you mean 'home'"),
        ('goal = ["there"]', 'goal = ["three"]', "Did you mean 'there'"),
        ('wreck = "1/10**8" }, then', 'wreck = "2/10**8" }, then', "sum to 1"),
        ('outcomes = ["nearer"', 'outcomes = ["neerer"', "Did you mean 'nearer'"),
        ('name = "arrival"', 'name = "progress"', "no other has"),
        ("shaping = true", 'potential = "-left"', "shaping = true"),
        ("shaping = true", 'shaping = true\npotential = "-lift"', "Did you mean 'left'"),
        ('path = ["home", "wait", "home"]', "", "one of steps, path and total"),
        ("jerk = 3", "jork = 3", "Did you mean 'jerk'"),
        ('features = ["nearer"', 'features = ["nearer", "nearer"', "there once"),
        ("changed = []", "chnged = []", "Did you mean 'changed'"),
    ],
)
def test_mistakes_in_a_file_have_a_place(old, new, words):
    with pytest.raises(InputError, match=words):
        parse(TOML.replace(old, new, 1), name="t", origin="t.toml")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("DISCOUNT = 1", "DISCOUNT = 1.5", "DISCOUNT.*from 0 to 1"),
        ('9 * next_state["arrived"]', '9 * next_state["arived"]', r"mine.py, line \d+, .*KeyError"),
        ('9 * next_state["arrived"]', 'float("nan")', "finite number"),
        ("DISCOUNT = 1", "DISCOUNTS = 1", "DISCOUNTS.*DISCOUNT"),
        ('("arrives", "shaken", 0.97)', '("arives", "shaken")', "PREFERENCES.*arives"),
        ('"idle": "waits"', '"idle": "waiting"', "REFERENCE.*waiting"),
        ('{"distance": 100_000}', '{"distanse": 100_000}', "rate or distance"),
        ('SHAPING = ["closeness"]', 'SHAPING = ["closenes"]', "SHAPING.*closenes"),
        ('TERMS = ["progress", ', "TERMS = [", "TERMS.*'progress'"),
        ('"wreck": "0.00000001"', '"wreck": "0.1"', "sum to 1"),
        ('OUTCOMES = ["left"', 'OUTCOMES = ["speed"', "OUTCOMES.*'speed'"),
        ("def reward(", "def rewrd(", "a function reward"),
        ('[("home", "wait", "home")]', '[("home", "wait")]', "TRAJECTORIES.*steps"),
    ],
)
def test_mistakes_in_python_have_a_place(folder, capsys, old, new, words):
    assert PYTHON.count(old) == 1
    put(folder, "mine.py", PYTHON.replace(old, new))
    with pytest.raises(InputError, match=words):
        read("mine.py")
    assert main(["check-reward", "mine.py"]) == 2
    assert "rulewright: " in capsys.readouterr().err


def test_another_kind_of_scenario_is_told_so(capsys):
    assert main(["check-reward", "chicken"]) == 2
    assert "needed a reward function" in capsys.readouterr().err


def test_a_step_to_a_state_that_is_not_there_is_told(tmp_path):
    path = tmp_path / "typo.py"
    path.write_text(
        'def reward(state, action, next_state):\n    return next_state["done"]\n'
        'STATES = {"open": {"done": 0}, "closed": {"done": 1}}\n'
        'TRAJECTORIES = {"closes": [("open", "close", "closd")]}\n'
    )
    with pytest.raises(InputError, match=r"a state of STATES: open, closed, found 'closd'. Did you mean 'closed'\?"):
        read(str(path))
