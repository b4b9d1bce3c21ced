"""Decisions: a majority is no other quota, the latest judgement counts, coins are quick, and odd files are told."""

import math
from fractions import Fraction as F

import numpy as np
import pytest

from rulewright.assessment.decisions import judged, tables
from rulewright.assessment.decisions.case import case
from rulewright.assessment.decisions.rules import quota
from rulewright.errors import InputError
from rulewright.scenario.load import load
from rulewright.welfare.compatibility.authority import coin
from rulewright.welfare.compatibility.quota import implied_quota, majority_errors


def scenario(tmp_path, votes, more=""):
    (tmp_path / "votes.csv").write_text(votes)
    file = tmp_path / "d.toml"
    file.write_text(f'title = "t"\n[decisions]\njudgements = "votes.csv"\nresamples = 20\n{more}')
    return load(str(file))


def votes(rng, quota_, cases=80, people=15):
    rows, said = ["case,person,judgement"], ["case,decision"]
    for x in range(cases):
        yes = rng.random(people) < rng.beta(3, 2)
        rows += [f"c{x},p{k},{int(v)}" for k, v in enumerate(yes)]
        said.append(f"c{x},{int(yes.mean() >= quota_) ^ int(rng.random() < 0.03)}")
    return "\n".join(rows), "\n".join(said)


@pytest.mark.parametrize(("quota_", "verdict"), [(0.5, "cannot tell"), (0.75, "pass")])
def test_an_institution_that_counts_as_a_majority_does_is_not_called_another(tmp_path, quota_, verdict):
    judgements, decisions = votes(np.random.default_rng(3), quota_)
    (tmp_path / "said.csv").write_text(decisions)
    found = case(scenario(tmp_path, judgements, '[institution]\ndecisions = "said.csv"\n'), lambda _: None)
    assert [c.verdict for c in quota(found).checks] == [verdict]


def test_a_majority_that_refuses_ties_has_one_half_at_its_end():
    yes, no, said = [1, 2, 3, 5], [3, 2, 1, 0], [0, 0, 1, 1]
    assert implied_quota(yes, no, said).low == F(1, 2)  # (1/2, 3/4]: a majority, though 1/2 is outside
    assert majority_errors(yes, no, said) == 0
    assert majority_errors(yes, no, [1, 0, 0, 1]) == 2
    assert majority_errors([2, 2, 2], [2, 2, 2], [1, 0, 0]) == 1


def test_the_latest_judgement_counts_where_there_are_dates(tmp_path):
    rows = "case,person,judgement,day\nx,ann,yes,2020-02-01\nx,ann,no,2020-01-01\n"
    for more, worth in (('date = "day"\n', 1.0), ("", 0.0)):
        found = judged.judged(scenario(tmp_path, rows, more))
        assert found.judgements.once.value.tolist() == [worth]


def test_the_line_of_a_person_of_two_groups(tmp_path):
    rows = "case,person,judgement,team\nx,ann,,red\nx,ben,yes,red\ny,ben,no,blue\n"
    with pytest.raises(InputError, match="line 3"):
        judged.judged(scenario(tmp_path, rows, 'group = "team"\n'))


def test_words_do_not_turn_numbers_from_0_to_1_into_others(tmp_path):
    found = judged.judged(scenario(tmp_path, "person,x,y\nann,no,0.4\nben,yes,1\n", 'form = "wide"\n'))
    assert sorted(found.judgements.value.tolist()) == [0.0, 0.4, 1.0, 1.0]


def test_files_that_are_broken(tmp_path):
    import gzip

    packed = bytearray(gzip.compress(b"case,person\n" * 200))
    packed[12] ^= 0xFF
    file = tmp_path / "t.csv.gz"
    file.write_bytes(bytes(packed))
    with pytest.raises(InputError):
        tables.read(file)
    for cell in ("1/0", "1e999", f"{10**400}/3"):
        with pytest.raises(ValueError):
            tables.finite(cell)


def test_coins_are_exact_and_quick():
    for n in range(12):
        for s in range(n + 1):
            assert coin(s, n) == F(sum(math.comb(n, k) for k in range(s, n + 1)), 2**n)
    assert 0.07 < float(coin(10_100, 20_000)) < 0.09
