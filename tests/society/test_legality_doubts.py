"""Score cards that said more than they knew: what was drawn, what was never asked, who was left out, what users' values are."""

import json
from dataclasses import replace

import numpy as np
import pytest

from rulewright.cli import main
from rulewright.errors import InputError
from rulewright.society.legality import python, table
from rulewright.society.legality.attributes.alike import impersonality
from rulewright.society.legality.attributes.order import congruence, non_contradiction, public_reasoning, uniqueness
from rulewright.society.legality.attributes.time import prospectivity, stability
from rulewright.society.legality.contrast import contrast


def made(tmp_path, text, **effort):
    file = tmp_path / "rule.py"
    file.write_text(text)
    return python.read(str(file), python.Effort(**effort))


def recorded(tmp_path, text):
    file = tmp_path / "decisions.csv"
    file.write_text(text)
    return table.read(file)


MANY = "SPACE = {'who': range(100), 'harm': range(100), 'size': range(100)}\n"


def test_of_drawn_cases_only_those_with_a_partner_say_something_of_reasons(tmp_path):
    """The verdict turns on what its reason does not name; no two drawn cases are alike in what it names."""
    text = f"{MANY}REASONS = {{'harm': ['harm', 'size']}}\ndef classify(case):\n"
    hides = text + "    return ('remove' if case['who'] < 50 else 'allow'), 'harm'\n"
    assert public_reasoning(made(tmp_path, hides, samples=50)).verdict == "fail"
    fair = text + "    return ('remove' if case['harm'] > 50 else 'allow'), 'harm'\n"
    assert public_reasoning(made(tmp_path, fair, samples=50)).verdict == "pass"


def test_groups_that_are_tried_in_part_are_called_so(tmp_path):
    law = made(tmp_path, f"{MANY}IDENTITIES = ['who']\ndef classify(case): return 'allow'\n", samples=50)
    assert f"groups of {law.alternatives} cases" in impersonality(law).says


def test_that_a_function_always_says_the_same_is_not_proved(tmp_path):
    law = made(tmp_path, "SPACE = {'a': [1, 2]}\ndef classify(case): return 'allow'\n")
    line = non_contradiction(law)
    assert (line.verdict, line.grade) == ("pass", "searched only")
    many = made(tmp_path, "SPACE = {'a': range(1500)}\ndef classify(case): return 'allow'\n")
    assert "Holds in all 1,000 cases" in non_contradiction(many).says  # as many as were asked again


def test_a_pair_is_compared_though_it_was_not_drawn(tmp_path):
    pair = "({'who': 1, 'harm': 1, 'size': 1}, {'who': 'one', 'harm': 1, 'size': 1})"
    law = made(
        tmp_path,
        f"{MANY}EQUIVALENT = [{pair}]\ndef classify(case): return 'no' if case['who'] == 'one' else 'yes'\n",
        samples=5,
    )
    line = non_contradiction(law)
    assert line.verdict == "fail" and "who = one" in line.witness


def test_versions_that_were_not_asked_changed_nothing(tmp_path):
    text = "SPACE = {'a': [1, 2, 3]}\ndef classify(case): return 'yes'\nVERSIONS = [(1, classify), (2, classify, 3)]\n"
    law = made(tmp_path, text, calls=8)  # the first version uses them up
    law = replace(law, bounds=replace(law.bounds, flips=0.0))
    assert "fail" not in (stability(law).verdict, prospectivity(law).verdict)


def test_every_logic_is_judged_not_the_lowest_share_only(tmp_path):
    """Of ann 1 of 1 disagrees (which tells little); of ben 500 of 1,000 (which tells that he is below)."""
    rows = ["harm,verdict,logic:ann,logic:ben", "a,allow,remove,"]
    rows += [f"b,allow,,{'allow' if k % 2 else 'remove'}" for k in range(1000)]
    law = recorded(tmp_path, "\n".join(rows))
    line = congruence(replace(law, bounds=replace(law.bounds, agreement=0.9)))
    assert line.verdict == "fail" and "ben" in line.says


def test_a_logic_with_few_cases_does_not_pass_behind_one_with_many(tmp_path):
    rows = ["harm,verdict,logic:ann,logic:ben", "a,allow,allow,"]
    rows += [f"b,allow,,{'remove' if k % 50 == 0 else 'allow'}" for k in range(1000)]
    law = recorded(tmp_path, "\n".join(rows))
    line = congruence(replace(law, bounds=replace(law.bounds, agreement=0.9)))
    assert line.verdict == "cannot tell" and "ann" in line.says


def test_nobody_is_no_authority(tmp_path):
    law = recorded(tmp_path, "harm,authority,verdict\na,court,allow\na,,allow\n")
    assert uniqueness(law).verdict != "fail"


def test_the_witness_of_a_name_shows_two_names(tmp_path):
    """Hundreds of decisions on the first name contradict each other; the pair is still of two names."""
    rows = [f"ann,a,{'allow' if k % 2 else 'remove'}" for k in range(400)]
    law = recorded(tmp_path, "\n".join(["identity:who,harm,verdict", *rows, "ben,a,allow"]))
    pair = contrast(law, [0]).pair
    assert pair.first[0] != pair.second[0] and pair.said[0] != pair.said[1]


@pytest.mark.parametrize("heads", ["harm,hidden:harm,verdict", "identity:,harm,verdict"])
def test_names_of_columns_that_hide_each_other(tmp_path, heads):
    with pytest.raises(InputError, match="line 1"):
        recorded(tmp_path, f"{heads}\na,b,allow\n")


def test_lines_are_those_of_the_file(tmp_path):
    with pytest.raises(InputError, match=r"line 4, date.*'x'"):
        recorded(tmp_path, "harm,date,verdict\n\na,1,allow\nb,x,allow\n")


def test_other_separators_are_told(tmp_path):
    with pytest.raises(InputError, match="commas, not by"):
        recorded(tmp_path, "harm;verdict\na;allow\n")


def test_verdicts_of_an_enum_and_words_that_no_console_shows(tmp_path, capsys):
    text = "from enum import Enum\nclass V(str, Enum):\n    A = 'allow'\n    B = 'remove'\n"
    law = made(tmp_path, text + "SPACE = {'a': [1, 2]}\ndef classify(case): return V.A if case['a'] == 1 else V.B\n")
    assert json.dumps(list(law.answers.labels)) == '["allow", "remove"]'
    assert [type(label) for label in law.answers.labels] == [str, str]


@pytest.mark.parametrize(
    "text",
    [
        "VERSIONS = 5",
        "EQUIVALENT = 5",
        "REASONS = {'r': 5}",
        "REASONS = {'r': ['no such attribute']}",
        "HISTORY = [{'date': 1}, {'date': 'x'}]",
        "AUTHORITIES = {'x': lambda c: 1 / 0}",
    ],
)
def test_odd_tables_are_told(tmp_path, text):
    with pytest.raises(InputError):
        law = made(tmp_path, f"SPACE = {{'a': [1, 2]}}\n{text}\ndef classify(case, history=None): return 'yes'\n")
        uniqueness(law)


@pytest.mark.parametrize("answer", ["Mute()", "('yes', Mute())"])
def test_what_cannot_be_said_is_told(tmp_path, answer):
    text = "class Mute:\n    def __repr__(self): raise RuntimeError\n    __str__ = __repr__\n"
    law = made(tmp_path, f"{text}SPACE = {{'a': [1, 2]}}\ndef classify(case): return {answer}\n")
    assert (law.answers.verdict < 0).all()


def test_yes_and_no_as_values_of_a_scenario(tmp_path):
    file = tmp_path / "law.toml"
    for values, code in (("[true, false]", 0), ("[true, 2]", 0), ("[nan, 1]", 2)):
        file.write_text(f'title = "t"\n[law]\nattributes = {{ a = {values} }}\ndefault = "no"\n')
        assert main(["check-law", str(file)]) == code


def test_interval_of_clarity_counts_cases(tmp_path):
    """Three attributes, three groups around each drawn case: they are no three cases."""
    text = f"{MANY}BOUNDS = {{'jumps': 0.5}}\ndef classify(case): return 'yes' if case['harm'] % 2 else 'no'\n"
    law = made(tmp_path, text, samples=40)
    from rulewright.society.legality.attributes.grades import share

    wide, narrow = share(law, 40, 120, 40), share(law, 40, 120)
    assert wide[0] < narrow[0] and wide[1] > narrow[1]
    assert np.isclose((wide[0] + wide[1]) / 2, 1 / 3, atol=0.05)


@pytest.mark.parametrize("answer", ["f'fine of {case[\"a\"]}'", "('yes', f'because of {case[\"a\"]}')"])
def test_a_verdict_or_a_reason_for_every_case(tmp_path, capsys, answer):
    """Thousands of labels: each is looked up once, and a page shows the most frequent."""
    file = tmp_path / "rule.py"
    file.write_text(f"SPACE = {{'a': range(3000)}}\ndef classify(case): return {answer}\n")
    assert main(["check-law", str(file), "--json"]) == 0
    rows = [t for s in json.loads(capsys.readouterr().out)["sections"] for t in s["tables"] if t["title"] == "Verdicts"]
    assert len(rows[0]["rows"]) <= 31
