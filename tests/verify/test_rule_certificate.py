"""Rule certificates: against the definition by loops, against the other checker, altered, at size, and alone."""

import json
import subprocess
import sys
import tracemalloc
from contextlib import suppress
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest
from by_hand import DEFECT, dilemma
from by_hand import signed as signed_by_hand
from dense import Dense, random_setting
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright import cli
from rulewright.errors import InputError
from rulewright.game.play import Play
from rulewright.verify import bounds, claims, rule_certificate, rule_checker
from rulewright.verify.certificate import statement

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.rows.certificates import auction

SEEDS = st.integers(0, 10**6)
FILE = Path(rule_checker.__file__)


def random_rule(setting, seed):
    """Any law of decisions and recommendations, any payments within liability, in rationals."""
    rng = np.random.default_rng(seed)
    shape, n = setting.game.payoff.shape[1:], setting.game.n
    weights = rng.integers(0, 4, shape).reshape(*shape[:n], -1)
    weights[..., 0] += weights.sum(axis=-1) == 0
    law = np.array([[F(int(w), int(row.sum())) for w in row] for row in weights.reshape(-1, weights.shape[-1])])
    payments = []
    for (_, _, low, high), law_ in zip(setting.payments, Dense(setting).laws, strict=True):
        amounts = [F(int(k), 2) for k in rng.integers(2 * low, 2 * high + 1, law_.size)]
        payments.append(np.array(amounts, dtype=object).reshape(law_.shape))
    return law.reshape(shape), payments


def read(setting, rule):
    return rule_checker.Rule(rule_checker.Lines(rule_certificate.body(setting.game, setting.family(), rule)))


@settings(max_examples=60, deadline=None)
@given(SEEDS, SEEDS)
def test_margins_and_value_are_those_of_the_definition(seed, other):
    """Honesty over all deviation plans, obedience, taking part, and value, from rows that were written by loops."""
    setting = random_setting(seed)
    setting.slack = F(0)
    law, payments = random_rule(setting, other)
    checked = read(setting, rule_certificate.exact_rule(setting.game, setting.family(), law, payments))
    assert not checked.fault
    dense = Dense(setting)
    for i in range(1, dense.n):
        dense.incentives(i)
    mu = law.astype(float)
    zs = [mu[..., None] * t.astype(float) for t in payments]
    margins = {"honest": [], "voluntary": []}
    for (kind, i, kappa, t, *rest), (row, _) in zip(dense.keys, dense.rows, strict=True):
        told = rest[0] if kind == "obey" or (kind == "voluntary" and rest[0] is not None) else None
        cells = [c for c in dense.cells(i, kappa, t) if told is None or c[dense.n + i] == told]
        mass = sum(dense.prior[c[: dense.n]] * mu[c] for c in cells)
        if mass > 0:
            worth = (row[0] * mu).sum() + sum((a * b).sum() for a, b in zip(row[1], zs, strict=True))
            margins["voluntary" if kind == "voluntary" else "honest"].append(worth / mass)
    for kind, said in (("honest", checked.honest({"margin": "0"})), ("voluntary", checked.voluntary({}))):
        assert (said[0] is None) == (not margins[kind])
        if margins[kind]:
            assert float(said[0]) == pytest.approx(min(margins[kind]), abs=1e-9)
    weight = dense.prior.reshape(dense.prior.shape + (1,) * dense.n)
    paid = sum((weight[..., None] * law_ * z).sum() for law_, z in zip(dense.laws, zs, strict=True))
    assert float(checked.worth()) == pytest.approx(
        (weight * mu * dense.u[0]).sum() - float(setting.money_weight) * paid
    )


@settings(max_examples=60, deadline=None)
@given(SEEDS, SEEDS)
def test_two_checkers_see_the_same_bound(seed, other):
    """Written twice, for lists of fractions and for whole numbers line by line: equal to the last digit."""
    setting = random_setting(seed)
    game, family, dense = setting.game, setting.family(), Dense(setting)
    w, pi, _ = dense.multipliers({})
    rng = np.random.default_rng(other)
    w, pi = (
        {p: 2 * rng.random(t.shape) * (rng.random(t.shape) < 0.7) for p, t in tables.items()} for tables in (w, pi)
    )
    beta = rng.random() if setting.budget is not None else 0.0
    exact = bounds.multipliers(game, w, pi, beta, ex_post=setting.post, fineness=1e-2)
    law, payments = random_rule(setting, other)
    rule = rule_certificate.exact_rule(game, family, law, payments)
    lines = [*rule_certificate.body(game, family, rule), *rule_certificate._weights(exact)]
    checked = rule_checker.read(rule_checker.Lines(lines))
    said = statement(game, {"name": "no rule", "moves": []}, Play.pure(game, [0] * game.n))
    assert checked.bound.total() == bounds.bound(said, family, exact)


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_what_a_solver_finds_is_certified_to_a_hair(seed):
    """Floating optimum and duals in, exact claims out: the gap and what is broken are below 1e-6."""
    setting = random_setting(seed)
    dense = Dense(setting)
    solution, duals = dense.solve()
    if solution.x is None:
        return
    size = int(np.prod(dense.shape))
    mu, start, payments = solution.x[1 : 1 + size].reshape(dense.shape), 1 + size, []
    for law in dense.laws:
        z = solution.x[start : start + law.size].reshape(law.shape)
        start += law.size
        payments.append(np.divide(z, mu[..., None], out=np.zeros(law.shape), where=mu[..., None] > 1e-9))
    game, family = setting.game, setting.family()
    exact = bounds.multipliers(game, *dense.multipliers(duals), ex_post=setting.post)
    rule = rule_certificate.exact_rule(game, family, mu, payments)
    lines = [*rule_certificate.body(game, family, rule), *rule_certificate._weights(exact)]
    checked = rule_checker.read(rule_checker.Lines(lines))
    assert not checked.fault
    scale = max(1.0, abs(solution.value))
    assert float(checked.worth()) == pytest.approx(solution.value, abs=1e-6 * scale)
    assert float(checked.bound.total() - checked.worth()) < 1e-6 * scale


# ── an auction ──────────────────────────────────────────────────────────────────────────────────────────────────────


def written(path, k=4, **changes):
    game, family, law, payments, multipliers = auction(k)
    family = {**family, **changes.pop("family", {})}
    rule = rule_certificate.exact_rule(game, family, changes.get("law", law), changes.get("payments", payments))
    return rule_certificate.write(path, game, family, rule, multipliers=multipliers)


def verdicts(path):
    return {v.claim: v for v in rule_checker.check(path)}


@pytest.mark.parametrize("k", [2, 5, 9])
def test_myersons_auction_is_optimal_without_a_gap(tmp_path, k):
    """Myerson 1981: the expected value of the highest virtual value 2v − k, where that is not below 0 (v = 1 … k)."""
    assert all(v.holds for v in written(tmp_path / "a.jsonl", k))
    found = verdicts(tmp_path / "a.jsonl")
    revenue = sum(F(max(0, 2 * max(a, b) - k), k * k) for a in range(1, k + 1) for b in range(1, k + 1))
    assert [*found] == ["rule", "honest", "voluntary", "value", "optimal"]
    assert f"worth {revenue}, and no rule of the family more than {revenue};" in found["optimal"].says
    assert found["honest"].margin == found["optimal"].margin == 0


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines(keepends=True)


def signed(lines):
    """The same file with the digests that its lines ask for."""
    reader, found = rule_checker.Lines(line for line in lines if not line.startswith('{"claim"')), []
    for _ in reader:
        pass
    for line in lines:
        if line.startswith('{"claim"'):
            claim = json.loads(line)
            line = json.dumps({**claim, "digest": rule_checker.sealed(reader.digest.hexdigest(), claim)}) + "\n"
        found.append(line)
    return found


def altered(path, old, new, sign=True):
    lines = lines_of(path)
    assert sum(old in line for line in lines) >= 1
    at = next(k for k, line in enumerate(lines) if old in line)
    lines[at] = lines[at].replace(old, new)
    path.write_text("".join(signed(lines) if sign else lines), encoding="utf-8")
    return path


def number_lines(path):
    return [k for k, line in enumerate(lines_of(path)) if line.startswith("[")]


@pytest.mark.parametrize("which", range(14))
def test_no_number_is_altered_unnoticed(tmp_path, which):
    path = tmp_path / "a.jsonl"
    written(path)
    lines, rows = lines_of(path), number_lines(path)
    assert len(rows) == 12
    if which < 12:
        row = json.loads(lines[rows[which]])
        first = row[0] if isinstance(row[0], list) else row
        first[-1] += 1
        lines[rows[which]] = json.dumps(row) + "\n"
    else:
        lines[0] = lines[0].replace('"slack": "0"', '"slack": "-1"') if which == 12 else lines[0].replace("t1", "t9")
    path.write_text("".join(lines), encoding="utf-8")
    with suppress(rule_checker.NotACertificate):
        assert not any(v.holds for v in rule_checker.check(path))


def test_a_rule_that_pays_more_than_it_may_is_no_rule(tmp_path):
    path = tmp_path / "a.jsonl"
    written(path)
    found = verdicts(altered(path, '"low": ["-4"]', '"low": ["-3"]'))
    assert not any(v.holds for v in found.values()) and "beyond -3" in found["honest"].says


def test_probabilities_that_do_not_sum_to_one_are_no_rule(tmp_path):
    path = tmp_path / "a.jsonl"
    written(path)
    lines = lines_of(path)
    at = next(k for k, line in enumerate(lines) if '"table": "rule"' in line) + 1
    for wrong in ([1, 1, 0], [2, -1, 0]):
        lines[at] = json.dumps(wrong + json.loads(lines[at])[3:]) + "\n"
        path.write_text("".join(signed(lines)), encoding="utf-8")
        assert not any(v.holds for v in verdicts(path).values())


def test_money_where_the_rule_never_gets_is_no_rule(tmp_path):
    path = tmp_path / "a.jsonl"
    written(path)
    lines = lines_of(path)
    at = next(k for k, line in enumerate(lines) if '"table": "money 0"' in line) + 1
    lines[at] = json.dumps([0, -1, *json.loads(lines[at])[2:]]) + "\n"
    lines = [line for line in lines if '"rule", "grade"' not in line]  # whether or not it claims to be one
    path.write_text("".join(signed(lines)), encoding="utf-8")
    assert not verdicts(path)["honest"].holds


def test_a_bidder_who_gains_by_a_lie_is_named(tmp_path):
    """First price instead of second: who is worth 3 or 4 and wins says less."""
    path = tmp_path / "a.jsonl"
    _, _, law, payments, _ = auction(4)
    own = [-np.arange(1, 5).reshape(1, 4, 1, 1, 1, 1, 1), -np.arange(1, 5).reshape(1, 1, 4, 1, 1, 1, 1)]
    first = [law[..., None] * np.where(pay < 0, price, 0) for pay, price in zip(payments, own, strict=True)]
    found = {v.claim: v for v in written(path, payments=first)}
    # ann of 4 against bob of 1, saying 2, pays 2 instead of 4
    assert found["honest"].holds and "gains 2; at least -2 is claimed" in found["honest"].says
    assert "ann of type t4" in found["honest"].says and "saying t2" in found["honest"].says
    wrong = verdicts(altered(path, '"margin": "-2"', '"margin": "0"'))["honest"]
    assert not wrong.holds and wrong.margin == -2


@pytest.mark.parametrize(
    ("old", "new", "claim"),
    [
        ('"value": "19/8"', '"value": "20/8"', "value"),
        ('"gap": "0"', '"gap": "-1/100"', "optimal"),
        ('"outside": {"ann": ["0"', '"outside": {"ann": ["1/4"', "voluntary"),
        ('"money_weight": "1"', '"money_weight": "9/10"', "optimal"),
        ('"low": ["-4"]', '"low": ["-40"]', None),  # owes are all zero: no liability helps
        ('"incentives": "ex post"', '"incentives": "bayesian"', "malformed"),
        ('"of": "bob"', '"of": "ann"', "malformed"),
        ("[0,1,0,0,0,3]", "[0,1,0,0,0,2]", "optimal"),
        ("[0,1,0,0,0,3]", "[0,1,0,0,0,-3]", "malformed"),
        ("[0,1,0,0,0,3]", "[0,0,0,0,0,3]", "optimal"),
        ("[0,1,0,0,0,3]", "[0,4,0,0,0,3]", "malformed"),
        ('"grade": "proved"', '"grade": "searched only"', "malformed"),
    ],
)
def test_what_is_altered_and_signed_again_is_seen_by_arithmetic(tmp_path, old, new, claim):
    path = tmp_path / "a.jsonl"
    written(path)
    altered(path, old, new)
    if claim == "malformed":
        with pytest.raises(rule_checker.NotACertificate):
            rule_checker.check(path)
    else:
        found = verdicts(path)
        assert claim is None or not found[claim].holds
        assert all(found[name].holds for name in found if claim is None)


def test_replies_that_weigh_differently_prove_nothing():
    setting = next(s for s in map(random_setting, range(1000)) if s.game.action_counts[1] == s.game.type_counts[1] == 2)
    game, family = setting.game, setting.family()
    law, payments = random_rule(setting, 0)
    body = [*rule_certificate.body(game, family, rule_certificate.exact_rule(game, family, law, payments))]
    known = [0] * (sum(1 for _ in game.players[2:]) if setting.post else 0)
    body += ['{"multipliers": {"denominator": 2, "budget": 0}}\n', '{"weights": "incentives", "of": "player 2"}\n']
    good = [[*known, 0, 1, 0, 0, 2], [*known, 0, 1, 1, 0, 1], [*known, 0, 1, 1, 1, 1]]
    assert rule_checker.read(rule_checker.Lines([*body, json.dumps(good) + "\n"])).bound
    for wrong in (good[:1], good[:2]):
        with pytest.raises(rule_checker.NotACertificate, match="recommendations are not the same"):
            rule_checker.read(rule_checker.Lines([*body, json.dumps(wrong) + "\n"]))


@pytest.mark.parametrize(
    ("shape", "numbers"),
    [
        ((1, 2, 1, 3, 1, 1, 1), [0, 0, 0, 2, 2, 2]),  # sums of neighbours are right, those over outcomes are not
        ((1, 1, 1, 1, 1, 1, 2), [3, -1]),
        ((1, 1, 1, 1, 1, 1, 2), [1, 0]),
        ((1, 1, 1, 1, 1, 1, 2), [1, 1, 0]),
        ((1, 1, 1, 1, 1, 3, 2), [1, 1, 1, 1, 1, 1]),
        ((1, 1, 1, 1, 1, 1, 2), [1, 1.0]),
        ((1, 1, 1, 1, 1, 1, 2), [True, True]),
    ],
)
def test_a_signals_law_is_probabilities_whatever_its_shape(tmp_path, shape, numbers):
    path = tmp_path / "a.jsonl"
    written(path, 2)
    lines = [line.replace('"sale": 1', '"sale": 2') for line in lines_of(path)]
    at = next(k for k, line in enumerate(lines) if '"law of sale"' in line)
    lines[at] = json.dumps({"table": "law of sale", "denominator": 2, "shape": shape}) + "\n"
    lines[at + 1] = json.dumps(numbers) + "\n"
    path.write_text("".join(signed(lines)), encoding="utf-8")
    with pytest.raises(rule_checker.NotACertificate, match="law"):
        rule_checker.check(path)


@pytest.mark.parametrize("text", ["", "[]\n", "{}\n", "x\n", '{"format": "rulewright rule certificate"}\n', "\xff"])
def test_what_is_no_certificate_ends_with_2(tmp_path, text, capsys):
    path = tmp_path / "a.jsonl"
    path.write_text(text, encoding="latin-1")
    assert rule_checker.main([str(path)]) == 2
    assert capsys.readouterr().err.startswith("not a certificate: ")


def test_every_line_that_is_missing_is_missed(tmp_path):
    path = tmp_path / "a.jsonl"
    written(path, 3)
    lines = lines_of(path)
    claims = [k for k, line in enumerate(lines) if '{"claim"' in line]
    for k in range(len(lines)):
        if k not in claims:
            path.write_text("".join(lines[:k] + lines[k + 1 :]), encoding="utf-8")
            assert rule_checker.main([str(path)]) in (1, 2)


def test_only_what_holds_is_written(tmp_path):
    path = tmp_path / "a.jsonl"
    found = {
        v.claim: v.holds
        for v in written(path, family={"outside": {"ann": ["1/4"] * 4, "bob": ["0"] * 4}, "budget": "-19/8"})
    }
    assert found == {"rule": True, "honest": True, "voluntary": False, "budget": True, "value": True, "optimal": True}
    assert [*verdicts(path)] == ["rule", "honest", "budget", "value", "optimal"]
    found = {v.claim: v.holds for v in written(path, family={"budget": "-5/2"})}
    assert found["budget"] is False


def test_the_command_line_knows_both_kinds(tmp_path, capsys):
    path = tmp_path / "a.jsonl"
    written(path)
    assert cli.main(["check", str(path)]) == 0
    assert "All 5 claims hold, exactly." in capsys.readouterr().out
    altered(path, '"value": "19/8"', '"value": "5/2"')
    assert cli.main(["check", str(path)]) == 1
    assert "1 of 5 claims do not hold: value." in capsys.readouterr().err
    altered(path, '"table": "prior"', '"table": "posterior"')
    assert cli.main(["check", str(path)]) == 2
    assert "prior" in capsys.readouterr().err
    certificate = dilemma(play=DEFECT)
    for made, code, says in (
        ([claims.dominant(1)], 0, "1 claims hold, exactly; 1 were only"),
        ([], 1, "only searched"),
    ):
        searched = claims.searched("a learner that gains", "10 runs", "none")
        certificate["claims"] = [signed_by_hand(certificate, claim) for claim in (*made, searched)]
        path.write_text(json.dumps(certificate), encoding="utf-8")
        assert cli.main(["check", str(path)]) == code
        told = capsys.readouterr()
        assert says in told.out + told.err and "searched only" in told.out


# ── rounding, mixing ────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=40, deadline=None)
@given(SEEDS, SEEDS)
def test_rounding_keeps_probabilities_and_liability(seed, other):
    setting = random_setting(seed)
    rng = np.random.default_rng(other)
    shape, n = setting.game.payoff.shape[1:], setting.game.n
    law = rng.random(shape) * (rng.random(shape) < 0.6) + 1e-12
    law = law / law.sum(axis=tuple(range(n, 2 * n)), keepdims=True)
    laws = zip(setting.payments, Dense(setting).laws, strict=True)
    payments = [rng.uniform(low - 1, high + 1, p.shape) for (_, _, low, high), p in laws]
    rule = rule_certificate.exact_rule(setting.game, setting.family(), law, payments)
    assert not read(setting, rule).fault
    assert abs(rule.law.entries / rule.law.denominator - law).max() < 2e-9 * law.size


def test_a_broken_rule_is_repaired_by_a_strict_one():
    """Payments a hair below second price break honesty; a little of a posted price's room mends it."""
    game, family, law, payments, _ = auction(4)
    family = {**family, "outside": {}}
    off = [np.array(t, dtype=float) for t in payments]
    off[0][0, 3, 0, 1] -= 1e-7  # ann of 4 pays more against bob of 1 than ann of 3: says 3
    rule = rule_certificate.exact_rule(game, family, law.astype(float), off)
    with pytest.raises(InputError, match="room"):
        rule_certificate.repaired(game, family, rule, rule)
    strict_law, strict_pay = np.zeros(law.shape, dtype=object), []
    for a in range(4):
        for b in range(4):  # who wins is drawn with chances 1/8 of each step: strictly more for each more
            strict_law[0, a, b, :, 0, 0] = [1 - F(a + b, 8), F(a, 8), F(b, 8)]
    for i in (0, 1):
        t = np.full((*law.shape, 1), F(0), dtype=object)
        for a in range(4):
            for b in range(4):
                k = (a, b)[i]
                due = sum((F(v + 1) - F(1, 2)) * F(1, 8) for v in range(1, k + 1))  # each step at a price between
                if k:
                    t[0, a, b, 1 + i, 0, 0, 0] = -due / F(k, 8)
        strict_pay.append(t)
    strict = rule_certificate.exact_rule(game, family, strict_law, strict_pay)
    checked = rule_checker.Rule(rule_checker.Lines(rule_certificate.body(game, family, strict)))
    assert checked.honest({"margin": "0"})[0] == F(1, 16)
    mended = rule_certificate.repaired(game, family, rule, strict)
    checked = rule_checker.Rule(rule_checker.Lines(rule_certificate.body(game, family, mended)))
    assert checked.honest({"margin": "0"})[0] >= 0 and not checked.fault
    value = rule_checker.Rule(rule_checker.Lines(rule_certificate.body(game, family, rule))).worth()
    assert abs(checked.worth() - value) < F(1, 10**5)


def test_wrong_shapes_are_told():
    game, family, law, payments, _ = auction(3)
    for wrong in ((law[0], payments), (law, payments[:1]), (law, [p[..., 0] for p in payments])):
        with pytest.raises(InputError):
            rule_certificate.exact_rule(game, family, *wrong)


# ── at size, and alone ──────────────────────────────────────────────────────────────────────────────────────────────


def test_memory_grows_with_the_game_and_not_with_its_rows(tmp_path):
    """Twice the types: four times the game, eight times the rows."""
    peaks = []
    for k in (12, 24):
        written(tmp_path / f"{k}.jsonl", k)
        tracemalloc.start()
        rule_checker.check(tmp_path / f"{k}.jsonl")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 5 * peaks[0]


def test_numbers_longer_than_a_machines_are_read(tmp_path):
    path = tmp_path / "a.jsonl"
    game, family, law, payments, multipliers = auction(3)
    rule = rule_certificate.exact_rule(game, family, law, payments)
    rule = rule_certificate.mixed(rule, rule, F(1, 3**50))
    assert all(v.holds for v in rule_certificate.write(path, game, family, rule, multipliers=multipliers))
    assert all(v.holds for v in rule_checker.check(path))
    assert len(str(rule.law.denominator)) > 20


def test_the_lone_file_checks_with_the_standard_library(tmp_path):
    written(tmp_path / "a.jsonl")
    alone = tmp_path / "rule_checker.py"
    alone.write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-I", str(alone), "a.jsonl"], capture_output=True, text=True, cwd=tmp_path, timeout=240
    )
    assert ran.returncode == 0 and ran.stdout.count("holds  ") == 5 and not ran.stderr
    altered(tmp_path / "a.jsonl", '"value": "19/8"', '"value": "5/2"')
    ran = subprocess.run(
        [sys.executable, "-I", str(alone), "a.jsonl"], capture_output=True, text=True, cwd=tmp_path, timeout=240
    )
    assert ran.returncode == 1 and "FAILS  value" in ran.stdout


JUNK = [None, True, 0, -1, 1.5, 10**30, "x", "1/0", [], {}, [[]], {"a": 1}]


def values(value, path=()):
    """Paths to everything inside."""
    found = [path] if path else []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += values(inner, (*path, key))
    return found


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_junk_anywhere_is_refused_without_a_traceback(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("junk") / "a.jsonl"
    written(path, 2)
    lines = lines_of(path)
    at = data.draw(st.integers(0, len(lines) - 1))
    whole = {"line": json.loads(lines[at])}
    where = data.draw(st.sampled_from(values(whole)))
    inner = whole
    for key in where[:-1]:
        inner = inner[key]
    inner[where[-1]] = data.draw(st.sampled_from(JUNK))
    lines[at] = json.dumps(whole["line"]) + "\n"
    path.write_text("".join(lines), encoding="utf-8")
    assert rule_checker.main([str(path)]) in (0, 1, 2)
