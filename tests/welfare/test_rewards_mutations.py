"""A sound reward passes all eight checks; broken in one way, exactly that check fails. As TOML and as Python."""

import pytest
from sound_rewards import BROKEN_PYTHON, BROKEN_TOML, PYTHON, TOML, broken

from rulewright.assessment.reward import read
from rulewright.scenario.load import parse
from rulewright.welfare.rewards.checks import check

SHOWN = {
    1: "climb",
    2: "arrives should be better than shaken, as 97 % of people say; the returns are 10 and 11.5",
    3: "crashes −99.5, waits 0, arrives 10",
    4: "home –drive→ town –back→ home: 1 each time round",
    5: "arrives, and the same with another noise",
    6: "moves 2 times as much as “arrival”",
    7: "2026-03-01: the fine was doubled",
    8: "has to guess the time step",
}


def of_toml(text):
    return parse(text, name="t", origin="t.toml").case


def of_python(text, folder):
    (folder / "mine.py").write_text(text, encoding="utf-8")
    return read(str(folder / "mine.py"))[0]


def verdicts(case):
    return {v.number: v.verdict for v in check(case)}


ALL = dict.fromkeys(range(1, 9), "pass")


def test_a_sound_reward_passes_all_eight(tmp_path):
    assert verdicts(of_toml(TOML)) == ALL == verdicts(of_python(PYTHON, tmp_path))


@pytest.mark.parametrize("k", range(1, 9))
def test_one_break_fails_one_check_toml(k):
    case = of_toml(broken(TOML, BROKEN_TOML[k]))
    assert verdicts(case) == {**ALL, k: "fail"}
    assert SHOWN[k] in check(case)[k - 1].witness


@pytest.mark.parametrize("k", range(1, 9))
def test_one_break_fails_one_check_python(k, tmp_path):
    case = of_python(broken(PYTHON, BROKEN_PYTHON[k]), tmp_path)
    assert verdicts(case) == {**ALL, k: "fail"}
    if k not in (1, 3, 6):  # there some steps and factors are others
        assert SHOWN[k] in check(case)[k - 1].witness
    assert check(case)[k - 1].witness
