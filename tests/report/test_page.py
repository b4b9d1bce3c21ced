"""The page: one file, no network, no text that escapes, every section, every None, and figures in a real browser."""

import base64
import hashlib
import html.parser
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from report_examples import empty, hostile, service_quality, small

from rulewright.report import document, markup, words
from rulewright.report.page import render
from rulewright.report.report import ClaimRow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=20000",
    "--window-size=1200,3000",
)
VOID = {"meta", "img", "br", "link", "input", "hr"}


class Reader(html.parser.HTMLParser):
    """Elements, attributes, and text outside scripts and styles; checks that tags nest."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.texts, self.scripts = [], [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "script":
            self.scripts.append((dict(attrs), ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] == ["script"]:
            attrs, before = self.scripts[-1]
            self.scripts[-1] = attrs, before + data
        elif self.open[-1:] != ["style"]:
            self.texts.append(data)

    @property
    def said(self):
        return re.sub(r"\s+", " ", " ".join(self.texts))


@pytest.fixture(scope="module")
def demo():
    return render(service_quality())


@pytest.fixture
def no_viz(monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)


@pytest.mark.parametrize("make", [service_quality, empty, hostile, small])
def test_one_page_that_loads_nothing(make):
    text = render(make())
    read = Reader(text)
    assert "link" not in read.tags and "iframe" not in read.tags and "img" not in read.tags
    for tag, name, value in read.attributes:
        assert name not in ("src", "srcset", "poster", "data", "action", "formaction"), (tag, name, value)
        assert not (name == "href" and not value.startswith("#")), (tag, value)
        assert not name.startswith("on"), (tag, name)
    css = document.text("page.css")
    assert "@import" not in css and "url(" not in css and "http" not in css


def test_policy_names_every_script_that_may_run(demo):
    read = Reader(demo)
    policy = next(
        value for tag, name, value in read.attributes if tag == "meta" and name == "content" and "default-src" in value
    )
    assert policy.startswith("default-src 'none'")
    assert "unsafe-eval" not in policy and "script-src 'unsafe-inline'" not in policy and "http" not in policy
    running = [script for attrs, script in read.scripts if attrs.get("type") != "application/json"]
    assert len(running) == 2
    for script in running:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy


def test_sections_stand_in_order(demo):
    names = re.findall(r'<section class="card" id="(\w+)"', demo)
    assert names == ["diagnosis", "dilemma", "rule", "proof", "rules", "stress", "curves", "notes"]
    assert demo.index("In short") < demo.index('id="diagnosis"')
    assert demo.index('id="notes"') < demo.index("<footer>")


def test_headline_is_the_worst(demo):
    said = Reader(demo).said
    assert (
        "Today, the worst equilibrium gives people 0 of a possible 1. Under the designed rule the worst gives 1."
        in said
    )
    assert "closes 100% of the gap" in said and "0.402" in said
    assert "4 proved" in said and "1 bounded with confidence" in said and "1 not proved" in said


def test_a_rule_that_does_not_lift_the_worst_says_so():
    report = service_quality()
    same = replace(report, after=report.diagnosis)
    said = Reader(render(same)).said
    assert "Under the designed rule the worst is still 0." in said and "no better than today" in said
    assert "Where all do as the rule asks, people get 1; the rule does not exclude other play." in said
    worse = replace(report, after={"correlated": replace(report.diagnosis["correlated"], worst=-1.0)})
    assert "the worst is lower: −1." in Reader(render(worse)).said


def three_players(foreseen):
    """The same, with mixed equilibria not searched and no correlated ones."""
    missed = replace(foreseen["nash"], complete=False, how="pure equilibria only")
    return {name: row for name, row in foreseen.items() if name != "correlated"} | {"nash": missed}


def test_where_mixed_play_was_not_searched_the_headline_says_pure():
    report = service_quality()
    now, then = three_players(report.diagnosis), three_players(report.after)
    both = replace(report, diagnosis=now, after=then)
    said = Reader(render(both)).said
    assert (
        "Today, the worst pure equilibrium gives people 0 of a possible 1. Under the designed rule the worst gives 1."
        in said
    )
    assert "the worst equilibrium for people" not in said and "the worst pure equilibrium for people" in said
    assert "a mixed one may be worse" in said
    after = replace(report, after=then)
    line = words.headline(after)
    assert line.sentence.endswith("Under the designed rule the worst pure equilibrium gives 1.")
    assert line.verdict == "unknown" and words.closed(after) is None
    before = words.headline(replace(report, diagnosis=now))
    assert before.sentence.endswith("Under the designed rule the worst equilibrium gives 1.")
    searched = now | {"nash": report.diagnosis["nash"]}
    assert words.worst_of(searched) == "worst equilibrium" == words.worst_of({})
    nothing = replace(report.diagnosis["correlated"], worst=None)
    assert words.worst_of(now | {"correlated": nothing}) == "worst pure equilibrium"


def test_what_is_exceeded_is_not_called_possible():
    report = service_quality()
    noisy = replace(report.diagnosis["logit:5"], worst=1.2, best=1.2)
    over = replace(report, diagnosis=report.diagnosis | {"logit:5": noisy})
    assert words.exceeded(over) and not words.exceeded(report)
    assert "0 of a first best of 1." in words.headline(over).sentence
    assert "possible" not in words.headline(over).sentence
    blind = replace(over, diagnosis={"logit:5": noisy})
    assert "could have" not in words.headline(blind).sentence and "first best is 1." in words.headline(blind).sentence


def test_claims_of_groups_that_hold_are_counted(demo):
    said = Reader(demo).said
    assert (
        "6 claims in the certificate: ✓ 4 proved ≈ 1 bounded with confidence ○ 1 searched only ✗ 1 not proved" in said
    )


def test_the_limit_stands_in_the_sentence_of_the_checker():
    report = service_quality()
    within = ClaimRow("budget, everywhere", True, "proved", "the sum of transfers is 1/2, and at most 3/5 is claimed")
    said = Reader(render(replace(report, claims=[within]))).said
    assert "What is paid is never above the limit, whatever anybody does" in said and "at most 3/5 is claimed" in said


def test_plays_are_parted_at_names_of_players_only():
    play = "dev: say test; merge; ops of type new: test→test; skip→skip; ops of type old: wait"
    assert words.parted(play, ["dev", "ops"]) == [
        "dev: say test; merge",
        "ops of type new: test→test; skip→skip",
        "ops of type old: wait",
    ]
    assert words.parted(play, []) == [play]
    assert words.parted("a: x; a.b: y; (: z", ["a", "a.b", "("]) == ["a: x", "a.b: y", "(: z"]
    report = service_quality()
    asked = replace(report.design.asked, play=play, per_player={"dev": 0.0, "ops": 0.0})
    text = render(replace(report, design=replace(report.design, asked=asked)))
    assert "<li>dev: say test; merge</li>" in text


def test_words_of_the_rule(demo):
    said = Reader(demo).said
    assert re.search(r"Word by word\s+set bonus to 0\s*pay writer", said)
    assert "a correlated play (no list of pure plays)" in said
    assert "Judged by what “people” gets" in said
    assert "Ask for a margin" not in said


def test_what_is_folded_has_one_ellipsis():
    text = markup.folded("pay 1 if a, pay 2 if b, … (3 more cases) and so on and on and on", 45)
    assert "… …" not in text and text.count("…") == 2
    report = service_quality()
    long = "pay 1 if the case is so " * 17 + "… (9 more cases) and more and more"
    assert "… …" not in render(replace(report, design=replace(report.design, institution=long)))


def test_without_a_design_or_an_aim_the_page_stands():
    report = service_quality()
    aimless = Reader(render(replace(report, design=replace(report.design, aim="none")))).said
    assert "Designed none" not in aimless and "Asks for" in aimless
    bare = Reader(render(replace(report, design=None, after={}, impossible=""))).said
    assert "No rule was designed." in bare


def test_claims_show_grades_and_counterexamples(demo):
    said = Reader(demo).said
    for words_ in (
        "✓ proved",
        "≈ bounded with confidence",
        "✗ fails",
        "○ searched only",
        "rulewright check certificate.json",
        "201/500, and at most 1/5 is claimed",
        "1 claim does not hold",
    ):
        assert words_ in said


def test_rules_are_compared_in_a_table(demo):
    said = Reader(demo).said
    for name in (
        "promise .07 if both are at 1",
        "remove the bonus, pay .021 for q = 1 only",
        "changes preferences",
        "robust to errors up to",
        "others fail by",
        "paid per agent",
    ):
        assert name in said
    assert 'class="mine"' in demo or "class=mine" in demo


def test_provenance(demo):
    said = Reader(demo).said
    for fact in ("service_quality", "Conitzer & Oesterheld 2023", "bonus = 0.15, error = 0.01", "rulewright 0.1.0"):
        assert fact in said


def test_nothing_has_a_number_and_the_page_says_why():
    text = render(empty())
    read = Reader(text)
    assert "No rule of the allowed kind makes this play an equilibrium." in read.said
    titles = [value for tag, name, value in read.attributes if tag == "abbr" and name == "title"]
    assert "too large: 10^9 profiles" in titles and "there is no play of this kind" in titles
    assert "None" not in read.said and "nan" not in read.said
    assert 'id="proof"' not in text and 'id="curves"' not in text and 'id="dilemma"' not in text


def test_what_is_no_number_does_not_break_the_page():
    report, nan = service_quality(), float("nan")
    odd = replace(
        report,
        first_best=nan,
        attainable=float("inf"),
        noise=[replace(report.noise[0], worst=nan)],
        diagnosis={"pure": replace(report.diagnosis["pure"], worst=nan, best=nan)},
        curves=[replace(report.curves[0], here=nan)],
        matrices={"today": replace(report.matrices["today"], goal=[[nan] * 11] * 11)},
    )
    text = render(odd)
    assert "NaN" not in next(script for attrs, script in Reader(text).scripts if attrs.get("id") == "figures")


def test_hostile_text_stays_text():
    text = render(hostile())
    read = Reader(text)
    assert "img" not in read.tags and len(read.scripts) == 3
    assert not any(name.startswith("on") for _, name, _ in read.attributes)
    assert 'alert("x")' in read.said
    data = next(script for attrs, script in read.scripts if attrs.get("type") == "application/json")
    assert "<" not in data and "\u2028" not in data
    assert set(json.loads(data)["specs"]) == {
        "gaps",
        "rules",
        "logit",
        "noise",
        "curve-0",
        "matrix-today",
        "matrix-designed",
    }


def test_without_the_viz_extra_there_are_tables_and_one_sentence(no_viz):
    text = render(service_quality())
    read = Reader(text)
    assert read.said.count("pip install 'rulewright[viz]'") == 1
    assert not read.scripts and "figure" not in read.tags and read.tags.count("table") >= 7
    assert "script-src 'none'" in text


def test_without_vl_convert_alone_it_is_the_same(monkeypatch):
    document.bundle.cache_clear()
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    text = render(service_quality())
    assert "pip install &#x27;rulewright[viz]&#x27;" in text and "<figure" not in text


def test_tables_are_accessible(demo):
    read = Reader(demo)
    assert read.tags.count("caption") == read.tags.count("table")
    heads = [value for tag, name, value in read.attributes if tag == "th" and name == "scope"]
    assert len(heads) == read.tags.count("th")
    charts = [value for tag, name, value in read.attributes if tag == "div" and name == "data-figure"]
    labels = [value for tag, name, value in read.attributes if tag == "div" and name == "aria-label"]
    assert len(charts) == 7 and all(labels) and len(labels) >= len(charts)
    identities = [value for _, name, value in read.attributes if name == "id"]
    assert len(identities) == len(set(identities))


def test_the_same_report_gives_the_same_page(demo):
    assert render(service_quality()) == demo


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "∞"),
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (0.0201, "0.0201"),
        (1.4999999955, "1.5"),
        (-9e-9, "−9e−9"),
        (1e-12, "0"),
        (0.00004, "0.00004"),
        (12345.678, "12345.678"),
    ],
)
def test_numbers_for_people(value, shown):
    assert words.number(value) == shown


def test_grades_are_counted_strongest_first():
    rows = [
        ClaimRow("a", False, "proved", ""),
        ClaimRow("b", True, "searched only", ""),
        ClaimRow("c", True, "proved", ""),
    ]
    assert list(words.grades(rows)) == ["proved", "searched only", "fails"]


def browsed(path, folder, *flags):
    done = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={folder}", *flags, "--dump-dom", path.as_uri()],
        capture_output=True,
        timeout=180,
        check=True,
    )
    return done.stdout.decode("utf-8")


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize(("make", "expected"), [(service_quality, 7), (small, 6), (hostile, 7)])
@pytest.mark.parametrize("window", ["--window-size=1200,3000", "--window-size=500,3000"])
def test_a_browser_draws_every_figure(make, expected, window, tmp_path):
    pytest.importorskip("vl_convert")
    path = tmp_path / "report.html"
    path.write_text(render(make()), encoding="utf-8")
    dom = browsed(path, tmp_path / "profile", window)
    charts = dom.split('data-figure="')[1:]
    assert len(charts) == expected
    for chart in charts:
        name, chart = chart.split('"', 1)[0], chart.split("</figure>", 1)[0]
        assert 'data-drawn="yes"' in chart, name
        assert "<svg" in chart, name
        drawn = re.findall(r'class="mark-(?:symbol|rect|rule|line|area)[^"]*"[^>]*>\s*<(?:path|line|rect)', chart)
        assert drawn and "NaN" not in chart, name
    assert "could not be drawn" not in dom.split("<script", 1)[0]
    assert dom.count("<h1>") == 1
