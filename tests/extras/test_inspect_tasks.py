"""The Inspect task family, run by Inspect itself in this process: found by name, scored, readable, and played by roles."""

import gc
from importlib.metadata import EntryPoint

import pytest

from rulewright.errors import InputError, Unsolved

inspect_ai = pytest.importorskip("inspect_ai")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of what Inspect itself imports and calls
    pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning"),
]

from inspect_ai import _util  # noqa: E402
from inspect_ai._util import entrypoints  # noqa: E402
from inspect_ai.event import InfoEvent, ModelEvent, SpanBeginEvent  # noqa: E402
from inspect_ai.model import ModelOutput, ModelUsage, get_model  # noqa: E402

from rulewright.agents import Message, Request, play  # noqa: E402
from rulewright.agents.scripted import Scripted, always  # noqa: E402
from rulewright.agents.stages.audits import Audits  # noqa: E402
from rulewright.extras.inspect import tasks  # noqa: E402
from rulewright.extras.inspect.model import InspectModel  # noqa: E402
from rulewright.extras.inspect.settings import samples, stage_of  # noqa: E402


@pytest.fixture(autouse=True)
def quiet(monkeypatch, tmp_path):
    monkeypatch.setenv("INSPECT_DISPLAY", "none")
    monkeypatch.setenv("INSPECT_LOG_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    yield
    gc.collect()  # streams that Inspect leaves to the collector are collected under this test's filters


def run(task, model="rulewright/random", **more):
    (log,) = inspect_ai.eval(task, model=model, display="none", log_samples=True, **more)
    return log


def means(log):
    return {s.name: {k: m.value for k, m in s.metrics.items()} for s in log.results.scores}


def said(text, usage=ModelUsage(input_tokens=7, output_tokens=3, total_tokens=10)):  # noqa: B008
    output = ModelOutput.from_content("mockllm/model", text)
    output.usage = usage
    return output


def test_it_is_found_by_name_through_its_entry_point(monkeypatch):
    """As `inspect eval rulewright/commons -T institution=contracts` finds it."""
    point = EntryPoint("rulewright", "rulewright.extras.inspect.registry", "inspect_ai")
    monkeypatch.setattr(entrypoints, "entry_points", lambda group: [point] if group == "inspect_ai" else [])
    entrypoints.clear_entry_points_state()
    assert _util is not None
    log = run("rulewright/commons", task_args={"institution": "contracts", "fishers": 2, "months": 2, "seeds": 1})
    assert log.status == "success", log.error
    (sample,) = log.samples
    scores = sample.scores["institution_outcome"].value
    assert set(scores) >= {"gap", "welfare", "violations", "sanctions_correct", "sanctions_misdirected", "tokens"}
    assert scores["gap"] == pytest.approx(float(sample.target) - scores["welfare"])
    asked = [e for e in sample.events if isinstance(e, ModelEvent)]
    assert scores["tokens"] == sum(e.output.usage.total_tokens for e in asked) > 0
    spans = [e.name for e in sample.events if isinstance(e, SpanBeginEvent)]
    assert "round 1: fisher 1" in spans and "round 1: fisher 2" in spans
    told = [e for e in sample.events if isinstance(e, InfoEvent)]
    assert {e.source for e in told} >= {"round 1", "outcome"}
    assert any("refused" in m.text for m in sample.messages), (
        "a proposal that is no contract is refused, and that can be read"
    )


def test_institutions_are_compared_over_seeds():
    log = run(tasks.audits(institution=["none", "probes"], workers=1, rounds=2, seeds=2))
    assert log.status == "success" and len(log.samples) == 4
    found = {key.removeprefix("rulewright/by_institution_"): value for key, value in means(log)["gap"].items()}
    for name in ("none", "probes"):
        values = [
            s.scores["institution_outcome"].value["gap"] for s in log.samples if s.metadata["institution"] == name
        ]
        assert found[f"{name} mean"] == pytest.approx(sum(values) / 2)
        assert found[f"{name} low"] <= min(values) <= found[f"{name} high"]
    first, again = (stage_of(log.samples[0].metadata) for _ in range(2))
    assert first == again, "a log holds all that is needed to play a sample again"


def test_a_mock_model_that_answers_nothing_of_use_defaults():
    model = get_model("mockllm/model", custom_outputs=lambda *_: said("I would rather not."))
    log = run(tasks.games("prisoners", rounds=1, seeds=1), model)
    found = log.samples[0].scores["institution_outcome"].value
    # two players, three tries each; a matrix game tells no violations
    assert found["defaulted"] > 0 and found["tokens"] == 2 * 3 * 10
    assert means(log)["gap"]["mean"] == 0  # the default of both is to cooperate


def test_players_have_roles():
    """One player is another model, and meets the rule that the rest do not."""
    defect = get_model(
        "mockllm/defector", custom_outputs=lambda *_: said('{"reason": "more for me", "action": "defect"}')
    )
    cooperate = get_model("mockllm/other", custom_outputs=lambda *_: said('{"reason": "fair", "action": "cooperate"}'))
    log = run(tasks.games("prisoners", rounds=2, seeds=1), cooperate, model_roles={"row": defect})
    calls = [e for e in log.samples[0].events if isinstance(e, ModelEvent)]
    assert sorted(e.model for e in calls) == ["mockllm/defector"] * 2 + ["mockllm/other"] * 2
    payoffs = log.samples[0].store["rulewright"]["payoffs"]
    assert payoffs["row"] > payoffs["column"]


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ("commons", {"institution": "anarchy", "fishers": 2, "months": 2, "talk": 0}),
        ("games", {"institution": "designed", "game": "chicken", "rounds": 1}),  # a mediator's advice is private
        ("games", {"institution": "designed", "game": "matching_pennies", "rounds": 1}),
        ("games", {"institution": "none", "game": "no such game", "rounds": 1}),
        ("games", {"institution": "none", "game": "smoke", "rounds": 1}),
        ("audits", {"institution": "fine", "workers": 0, "rounds": 1}),
    ],
)
def test_what_cannot_be_played_is_said_before_anything_is_asked(task, said):
    with pytest.raises(InputError):
        samples(task, said.pop("institution"), 1, **said)


def test_a_provider_that_fails_is_told():
    import asyncio

    model = get_model("mockllm/model", custom_outputs=[])
    with pytest.raises(Unsolved, match="needed an answer"):
        asyncio.run(InspectModel(model).complete(Request((Message("user", "?"),))))


# ── the stage of audits ─────────────────────────────────────────────────────────────────────────────────────────────


def audits(rule, work, inspect, seed=1, **settings):
    stage = Audits(rule, workers=2, rounds=200, **settings)
    players = {p: Scripted(always(work=work)) for p in stage.players[:-1]}
    return stage, play(stage, {**players, "auditor": Scripted(always(inspect=inspect))}, seed=seed)


def test_an_audit_pays_what_its_rule_says():
    stage, episode = audits("bounty", "cut corners", 2)
    caught = len(episode.events("sanction"))
    assert all(e.correct for e in episode.events("sanction")) and len(episode.events("violation")) == 400
    assert abs(caught / 400 - stage.tpr) < 4 * (stage.tpr * (1 - stage.tpr) / 400) ** 0.5
    workers = sum(episode.payoff(p) for p in stage.players[:-1])
    assert workers == pytest.approx(400 * stage.gain - caught * (stage.stake + stage.gain))
    assert episode.payoff("auditor") == pytest.approx(caught * stage.bounty - 400 * stage.audit_cost)
    assert episode.goal == pytest.approx(-(400 - caught) * stage.harm - 400 * stage.audit_cost)


def test_false_flags_are_misdirected_and_probes_cost_who_does_not_look():
    _, episode = audits("bounty", "comply", 2)
    assert episode.events("sanction") and not any(e.correct for e in episode.events("sanction"))
    stage, unseen = audits("probes", "comply", 0)
    assert unseen.gap == 0 and unseen.payoff("auditor") == pytest.approx(-stage.miss * 100, abs=4 * 50**0.5)
    _, today = audits("none", "cut corners", 2)
    assert not today.events("sanction") and today.payoff("worker 1") == pytest.approx(100)
