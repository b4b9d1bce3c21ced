"""The documentation is true: its Python runs and prints what it says, its scenarios load, its tables miss no key.

A page's Python blocks run in order, in one namespace, in an empty folder; a block with a `:caption:` is a file of that
name in it; a text block right after a Python block is its output. Shell blocks are not run.
"""

import contextlib
import io
import re
from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path

import pytest
import typer

import rulewright
from rulewright.behaviour import behaviour
from rulewright.cli import app
from rulewright.report import report
from rulewright.report.findings import report as findings
from rulewright.report.panel import report as panel_report
from rulewright.report.rivals import report as rivals_report
from rulewright.report.world import report as world_report
from rulewright.scenario import (
    contract,
    decisions,
    kinds,
    law,
    mechanism,
    panel,
    persuasion,
    play,
    rivals,
    schema,
    society,
    world,
)
from rulewright.scenario import reward_file as reward
from rulewright.scenario.load import parse
from rulewright.society.catalogue import MODELS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
HIDDEN = ("_build", "generated")
PAGES = [p for p in sorted(DOCS.rglob("*.md")) if not set(p.parts) & set(HIDDEN)]
PAGES += [p for p in (ROOT / "README.md",) if p.exists()]
FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=ticks) *$", re.MULTILINE | re.DOTALL)
OPTIONS = re.compile(r"(?:^:\w+:.*\n)+\n?", re.MULTILINE)
SHELL = ("console", "sh", "bash", "shell")
OPTIONS_OF = {
    "assess": ("out", "set", "help"),
    "audit": (
        *("bidders", "items", "demand", "law", "profiles", "attacked", "seed", "layers", "activation", "head", "pays"),
        *("grid", "exactly", "json", "out", "help"),
    ),
    "check": ("help",),
    "play": (
        *(
            "model",
            "key",
            "episodes",
            "budget",
            "tokens",
            "price",
            "concurrency",
            "record",
            "replay",
            "yes",
            "set",
            "out",
        ),
        "help",
    ),
    "serve-model": ("port", "seed", "help"),
    "check-law": (
        *("identities", "hidden", "flips", "agreement", "samples", "most", "seconds", "seed", "json", "out", "help"),
    ),
    "check-reward": ("out", "json", "help"),
    "oversight": (
        *("score", "label", "gain", "liability", "forfeit", "budget", "audit", "wrongful", "rationality", "tolerated"),
        *("tempted", "harm", "bounty", "stake", "confidence", "bounds", "out", "json", "help"),
    ),
    "estimate": ("json", "out", "weigh", "confidence", "seed", "help"),
    "hull": ("people", "case", "item", "kind", "offset", "ais", "candidates", "folds", "seed", "json", "out", "help"),
    "query": ("csv", "json", "help"),
    "scenarios": ("kind", "help"),
    "sweep": ("over", "predict", "rule", "set", "out", "on", "json", "help"),
    "schema": ("result", "help"),
    "train": ("rule", "by", "steps", "seeds", "patience", "set", "out", "resume", "tensorboard", "help"),
}


@dataclass(frozen=True)
class Block:
    """One fenced block. `caption` names the file that it is; `output` is what a Python block is said to print."""

    kind: str
    body: str
    line: int
    caption: str = ""
    output: str | None = None


def blocks(page):
    text, found = page.read_text(encoding="utf-8"), []
    matches = list(FENCE.finditer(text))
    for match, after in zip(matches, [*matches[1:], None], strict=False):
        kind, body, caption = match["info"].strip(), match["body"], ""
        if kind.startswith("{code-block}"):
            kind = kind.removeprefix("{code-block}").strip()
            options = OPTIONS.match(body)
            if options:
                name = re.search(r":caption: (\S+)", options[0])
                caption, body = name[1] if name else "", body[options.end() :]
        follows = after and after["info"].strip() == "text" and not text[match.end() : after.start()].strip()
        output = after["body"] if kind == "python" and follows else None
        found.append(Block(kind, body, text.count("\n", 0, match.start()) + 1, caption, output))
    return found


def with_kind(*kinds):
    return [page for page in PAGES if any(block.kind in kinds for block in blocks(page))]


def title(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", with_kind("python"), ids=title)
def test_python_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    late = sorted(set(behaviour._AT.values()))
    assert all(import_module(f"rulewright.behaviour.{file}") for file in late)  # once loaded, they register no more
    monkeypatch.setattr(behaviour, "_KINDS", dict(behaviour._KINDS))  # what a page registers is gone after it
    namespace = {"__name__": "page"}
    for block in blocks(page):
        if block.caption:
            (tmp_path / block.caption).write_text(block.body, encoding="utf-8")
        if block.kind != "python":
            continue
        printed = io.StringIO()
        code = compile("\n" * block.line + block.body, title(page), "exec", dont_inherit=True)
        with contextlib.redirect_stdout(printed):
            exec(code, namespace)
        if block.output is not None:
            assert printed.getvalue() == block.output, f"{title(page)}, line {block.line}"


@pytest.mark.parametrize("page", with_kind("toml"), ids=title)
def test_scenarios_load(page, tmp_path):
    for block in blocks(page):
        if block.caption:
            (tmp_path / block.caption).write_text(block.body, encoding="utf-8")
    for block in blocks(page):
        if block.kind == "toml" and block.body.lstrip().startswith("title"):
            name = block.caption or f"line {block.line}"
            scenario = parse(block.body, name=name, origin=f"{title(page)}, {name}", folder=tmp_path)
            assert kinds.kind_name(scenario) != "game" or scenario.game.designer


@pytest.mark.parametrize("page", with_kind(*SHELL), ids=title)
def test_shell_commands_exist(page):
    """Every command and option that is shown is one that there is."""
    known = {command.callback.__name__: command.callback for command in app.registered_commands}
    for block in blocks(page):
        for line in block.body.splitlines() if block.kind in SHELL else ():
            for command, words in re.findall(r"(?:^|[$;|&] *)rulewright ([\w-]+)([^|;&>]*)", line):
                assert command.replace("-", "_") in known, line
                for option in re.findall(r"--([a-z]+)", words):
                    assert option in OPTIONS_OF[command], line


@pytest.mark.skip(reason="shell blocks are not run; their output is pasted")
@pytest.mark.parametrize("page", with_kind(*SHELL), ids=title)
def test_shell_runs(page):
    """Marked, so that a report of the tests says what they leave out."""


def listed(page):
    """{heading: keys in the first column of the tables below it}."""
    found, heading = {}, ""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
            found[heading] = set()
        elif line.startswith("| `"):
            found[heading] |= set(re.findall(r"`([^`]+)`", line.split("|")[1]))
    return found


def keys(*models):
    return {name for model in models for name in model.model_fields}


def test_every_scenario_key_is_in_the_reference():
    found = listed(DOCS / "reference" / "scenario_file.md")
    for heading, wanted in {
        "The file": keys(schema.ScenarioFile),
        "`[game]`": keys(schema.BaseGame),
        "`[designer]`": keys(schema.Designer),
        "`[players]`": keys(schema.Player),
        "`[people]`": keys(schema.People),
        "A rule: `[today]` and `[[compare]]`": keys(schema.Rule, schema.Caring),
        "`[rules]`": keys(schema.Allowed, schema.Pay),
        "`[[curves]]`": keys(schema.Curve),
        "`[[traces]]`": keys(schema.Tracing),
        "`[behaviours]`": keys(schema.Behaviours),
        "The file of a panel": keys(panel.PanelFile),
        "`[panel]`": keys(panel.Board),
        "`[stress]` of a panel": keys(panel.Trials),
        "The file of a market": keys(rivals.RivalsFile),
        "`[rivals]`": keys(rivals.Market),
        "`[[changes]]`": keys(rivals.Change),
        "`[stress]` of a market": keys(rivals.Trials),
        "The file of a world": keys(world.WorldFile),
        "`[world]`": keys(world.Setting),
        "A rule of a world: `[[compare]]`": keys(world.Compared),
        "`[players]` of a world": keys(world.Players),
        "`[training]`": keys(world.Training),
        "`[search]`": keys(world.Search),
        "`[stress]` of a world": keys(world.Trials),
        "The file of a society": keys(society.SocietyFile),
        "`[people]` of a society": keys(society.Wanted),
        "`[society]`": keys(society.Setting),
        "A rule of a society: `[[compare]]`": keys(society.Compared),
        "`[[vary]]`": keys(society.Varied),
        "The file of a mechanism": keys(mechanism.MechanismFile),
        "`[people]` of a mechanism": keys(mechanism.Wanted),
        "`[mechanism]`": keys(mechanism.Where),
        "A way to a mechanism: `[[compare]]`": keys(mechanism.Way),
        "`[look]`": keys(mechanism.Looked),
        "The file of a contract": keys(contract.ContractFile),
        "`[people]` of a contract": keys(contract.Wanted),
        "`[contract]`": keys(contract.Agent),
        "A way to a contract: `[[compare]]`": keys(contract.Way),
        "The file of persuasion": keys(persuasion.PersuasionFile),
        "`[people]` of persuasion": keys(persuasion.Wanted),
        "`[persuasion]`": keys(persuasion.Setting),
        "A way to inform: `[[compare]]`": keys(persuasion.Way),
        "`[look]` of persuasion": keys(persuasion.Looked),
        "The file of a play": keys(play.PlayFile),
        "`[play]`": keys(play.Setting),
        "A rule of a play: `[[compare]]`": keys(play.Ruled),
        "`[[cast]]`": keys(play.Cast),
        "A seat": keys(play.Seat),
        "`[model]`": keys(play.Asked),
        "`[episodes]`": keys(play.Episodes),
        "`[simulate]`": keys(society.Simulated),
        "The file of decisions": keys(decisions.DecisionsFile),
        "`[decisions]`": keys(decisions.Judged),
        "`[institution]` of decisions": keys(decisions.Institution),
        "An agent: `[[agents]]`": keys(decisions.Agent),
        "A decoy: `[[authorities]]`": keys(decisions.Authority),
        "`[change]`": keys(decisions.Changed),
        "`[legitimacy]`": keys(decisions.Legitimacy),
        "A plural answer: `[[plural]]`": keys(decisions.Plural),
        "The file of a law": keys(law.LawFile),
        "`[law]`": keys(law.LawPart),
        "A rule of a law": keys(law.RulePart),
        "`[[law.versions]]`": keys(law.VersionPart),
        "`[[law.logics]]`": keys(law.LogicPart),
        "`[[law.authorities]]`": keys(law.AuthorityPart),
        "`[[law.equivalent]]`": keys(law.RecodingPart),
        "`[law.bounds]`": keys(law.BoundsPart),
        "A mended law: `[[compare]]`": keys(law.MendedPart),
        "The file of a reward": keys(reward.RewardFile),
        "`[reward]`": keys(reward.RewardSaid),
        "`[[reward.terms]]`": keys(reward.TermSaid),
        "`[reward.trajectories.NAME]`": keys(reward.TrajectorySaid),
        "A step: `steps`": keys(reward.StepSaid),
        "`[[reward.preferences]]`": keys(reward.PreferenceSaid),
        "`[reward.risk]`": keys(reward.RiskSaid),
        "`[[reward.changed]]`": keys(reward.ChangeSaid),
        "`[reward.world]`": keys(reward.WorldSaid),
        "A move: `[[reward.world.moves]]`": keys(reward.MoveSaid),
    }.items():
        assert found[heading] == wanted, heading


def test_every_field_of_a_result_is_in_the_reference():
    found = listed(DOCS / "reference" / "result.md")
    for heading, kind in {
        "The file": report.Report,
        "Foreseen": report.Foreseen,
        "A rule row": report.RuleRow,
        "Asked": report.Asked,
        "Design": report.DesignRow,
        "Claims": report.ClaimRow,
        "Noise": report.NoiseRow,
        "Logit curves": report.LogitCurve,
        "Design curves": report.CurveData,
        "Traces": report.TraceData,
        "Dilemma": report.DilemmaRow,
        "Matrix": report.Matrix,
        "A result on a panel": panel_report.PanelReport,
        "A rule of votes": panel_report.VoteRow,
        "Harm": panel_report.HarmRow,
        "A reviewer": panel_report.ReviewerRow,
        "A proposal": panel_report.ProposalRow,
        "A threshold": panel_report.ThresholdRow,
        "Noise on a panel": panel_report.NoiseRow,
        "A result on a market": rivals_report.RivalsReport,
        "An AI": rivals_report.AiRow,
        "A market row": rivals_report.MarketRow,
        "An entry": rivals_report.DesignRow,
        "The AI that is missing": rivals_report.MissingRow,
        "Mistakes": rivals_report.MistakesRow,
        "Noise on a market": rivals_report.NoiseRow,
        "Beliefs": rivals_report.BeliefData,
        "A result on a world": world_report.WorldReport,
        "A rule of a world": world_report.InstitutionRow,
        "A play": world_report.PlayRow,
        "An estimate": world_report.Estimate,
        "A learning curve": world_report.CurveRow,
        "A search": world_report.SearchData,
        "A deviation": world_report.DeviationRow,
        "A principle": world_report.PrincipleRow,
        "Findings": findings.FindingsReport,
        "A sentence": findings.Sentence,
        "A tile": findings.Tile,
        "A rule that was found": findings.RuleFound,
        "An outcome": findings.OutcomeRow,
        "A spread": findings.Spread,
        "A tipping point": findings.Threshold,
        "A section": findings.Section,
        "A figure": findings.Figure,
        "A series": findings.Series,
        "A mark": findings.Mark,
        "A table": findings.Table,
        "A check": findings.Check,
    }.items():
        assert found[heading] == {field.name for field in fields(kind)}, heading


def test_every_public_name_is_in_the_reference():
    text = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")
    assert [name for name in rulewright.__all__ if f"`{name}`" not in text and f"rulewright.{name}" not in text] == []


def test_every_option_of_a_command_is_in_the_reference():
    page = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
    for name, command in typer.main.get_command(app).commands.items():
        part = page.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
        options = {o for p in command.params for o in p.opts if o.startswith("--")} - {"--help"}
        assert not [o for o in options if f"`{o}" not in part], (name, options)


def test_every_behaviour_has_a_row():
    from rulewright.behaviour import known

    assert listed(DOCS / "howto" / "behaviours.md")["All names"] == set(known())


ROOMS = (
    "game",
    "numerics",
    "institution",
    "behaviour",
    "welfare",
    "verify",
    "design",
    "competition",
    "mechanisms",
    "agents",
    "guard",
    "jobs",
    "learning",
    "society",
    "extras",
    "assessment",
)


def test_fences_close_before_the_next_heading():
    for page in sorted(DOCS.rglob("*.md")):
        fence = ""
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
            marks = re.match(r"`{3,}", line)
            if marks and not fence:
                fence = marks.group()
            elif fence and line.rstrip() == fence:
                fence = ""
            assert not (fence and line.startswith("## ")), f"{page}, line {number}: a heading within a fence"
        assert not fence, f"{page}: a fence that is never closed"


def test_every_module_is_in_the_reference():
    pages = "".join(page.read_text(encoding="utf-8") for page in (DOCS / "reference").glob("*.md"))
    shown = set(re.findall(r"automodule:: rulewright\.(\S+)", pages))
    source = ROOT / "src" / "rulewright"
    files = [file.relative_to(source) for room in ROOMS for file in sorted((source / room).rglob("*.py"))]
    parts = [file.with_suffix("").parts for file in files]
    assert [".".join(p) for p in parts if p[-1] != "__init__" and ".".join(p) not in shown] == []
    assert sorted(name for name in shown if not list(source.glob(name.replace(".", "/") + "*"))) == []


def test_every_claim_has_a_row():
    from rulewright.verify import checker

    assert listed(DOCS / "certificate.md")["Claims"] == set(checker.CLAIMS)


def test_every_setting_and_measure_of_a_society_is_listed():
    found = listed(DOCS / "howto" / "society_models.md")
    for name, one in MODELS.items():
        assert found[name] == set(one.settings) | set(one.made.MEASURES), name


def test_every_environment_and_method_of_a_mechanism_is_listed():
    from rulewright.mechanisms.catalogue import ENVIRONMENTS, METHODS

    page = DOCS / "howto" / "mechanisms.md"
    found, text = listed(page), page.read_text(encoding="utf-8")
    unsaid = {"environment", "law"}  # given, or said in Python only
    for name, one in (ENVIRONMENTS | METHODS).items():
        assert found[name] == set(one.settings) - unsaid, name
        assert f"### {name}\n\n{one.says[0].upper()}{one.says[1:]}.\n" in text
    fits = [line.split("|") for line in text.split("## Which method", 1)[1].split("## Environments", 1)[0].splitlines()]
    rows = [re.findall(r"`([^`]+)`", cells[1]) for cells in fits if len(cells) == 4]
    assert {name for row in rows for name in row} == set(ENVIRONMENTS) - {"budget auction"}
    assert {name for name in METHODS if f"`{name}`" in text} == set(METHODS)


def test_the_mechanism_file_of_the_page_is_one():
    import tomllib

    page = (DOCS / "howto" / "mechanisms.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```{code-block} toml\n:caption: tasks.toml\n(.*?)```", page, re.DOTALL)
    from rulewright.scenario.mechanism import MechanismFile

    MechanismFile.model_validate(tomllib.loads(text))
