"""The examples of the guard in other people's frameworks run without a key, and say what they are said to say."""

import contextlib
import io
import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "guard"
SAID = {
    "as_policy": ("rulewright", 'value: ["send"]', 'action: "deny"'),
    "designed_rule": (
        "rulewright",
        "fine column 2.1 if it plays defect\nALARM in line 210: column did cooperate 28 of 70 times",
        "fine column 2.9 if it plays defect\nmoved: {'row': -2.9, 'column': -72.5}\nchecked: chain yes, head yes",
    ),
    "in_autogen": (
        "autogen_core",
        "sent to Ann",
        "clerk may say to boss only: sent",
        "owed: {'boss': 0.0, 'clerk': -1.0}",
    ),
    "in_langchain": (
        "langchain",
        "buyer: pay is permitted only if amount <= 100",
        "owed: {'buyer': 0.0, 'clerk': -1.0}",
    ),
    "in_openai_agents": (
        "agents",
        "pay is not permitted to clerk; permitted: send",
        "owed: {'buyer': 0.0, 'clerk': -1.0}",
    ),
    "in_pettingzoo": ("pettingzoo", "eve took 4, was moved -7, looked at: {'weighing': True}"),
}


def test_all_of_them_are_here():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(SAID)


@pytest.mark.parametrize("name", SAID)
def test_it_runs(name):
    package, *said = SAID[name]
    pytest.importorskip(package)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        runpy.run_path(str(EXAMPLES / f"{name}.py"))
    for line in said:
        assert line in out.getvalue()
