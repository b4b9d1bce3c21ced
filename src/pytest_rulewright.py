"""The pytest plugin: incentives as regression tests. Nothing of rulewright is imported until a test asks for it.

    @rulewright.test(game="service_quality", institution="remove the bonus", claims=["equilibrium"], expect_gap=0)
    def test_the_rule(certificate): ...

    *.rule.toml                 scenario files are tests themselves: one for each rule that they write out
    --rulewright-update         write what holds into the snapshots (NAME.incentives.toml, beside the test)
    --rulewright-report=PATH    results of all these tests as JSON, for `python -m rulewright.testing.report_summary`

With pytest-xdist, workers hand what they found to the controller, which alone writes files.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rulewright.testing.incentives import Incentives

MARK, SETTING, SUFFIX = "rulewright", "rulewright_setting", ".rule.toml"
FOUND = pytest.StashKey["Incentives"]()
ENTRIES = pytest.StashKey[list[dict[str, Any]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("rulewright", "incentives as regression tests")
    group.addoption(
        "--rulewright-update", action="store_true", help="write what holds into the snapshots of incentives"
    )
    group.addoption(
        "--rulewright-report", metavar="PATH", default="", help="write the results of tests of incentives as JSON"
    )
    group.addoption("--no-rulewright-files", action="store_true", help=f"do not collect *{SUFFIX} files as tests")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARK}(asked): claims about incentives that are checked before the test runs.")
    config.stash[ENTRIES] = []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each combination of parameters that `over` names."""
    mark = metafunc.definition.get_closest_marker(MARK)
    if mark is not None and mark.args[0].over and SETTING in metafunc.fixturenames:
        settings = mark.args[0].settings()
        names = [",".join(f"{k}={v}" for k, v in setting.items()) for setting in settings]
        metafunc.parametrize(SETTING, settings, indirect=True, ids=names)


@pytest.fixture
def rulewright_setting(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Parameters of the game of this test, from `over`."""
    return dict(getattr(request, "param", {}))


@pytest.fixture
def certificate(request: pytest.FixtureRequest, rulewright_setting: dict[str, Any]) -> Any:
    """The checked certificate of a test marked with `@rulewright.test`, as plain data; the test runs only if all claims hold."""
    marks = list(request.node.iter_markers(MARK))
    if len(marks) != 1:
        found = f"{len(marks)} on this one" if marks else "none"
        pytest.fail(f"`certificate`: needed one @rulewright.test(game=…) on a test and its class, found {found}", False)
    from rulewright.testing.incentives import baseline, incentives, located

    asked = located(marks[0].args[0], request.path.parent)
    found = _or_fail(lambda: incentives(baseline(asked) if asked.baseline else asked, rulewright_setting))
    request.node.stash[FOUND] = found
    return found.certificate


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """Claims that fail, fail the test with a table; so its own code runs only on a checked certificate."""
    found, mark = item.stash.get(FOUND, None), item.get_closest_marker(MARK)
    if found is not None:
        _judged(item, found, bool(mark and mark.args[0].baseline), _key(item))
    elif mark is not None:
        pytest.fail("no claim was checked: this test has another fixture called `certificate`; rename that one", False)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
    """Whatever else fails a test of incentives is in the results too: a game that raises, a claim that nobody can read."""
    report: pytest.TestReport = yield
    if report.failed and call.excinfo and (item.get_closest_marker(MARK) or isinstance(item, RuleItem)):
        error = call.excinfo.value
        said = "" if isinstance(error, pytest.fail.Exception) else f"{type(error).__name__}: "
        _failed(item.config, item.nodeid, said + (str(error).strip().splitlines() or [""])[0])
    return report


def _failed(config: pytest.Config, test: str, problem: str) -> None:
    """Books a failure that is not one of a claim."""
    entries = config.stash[ENTRIES]
    mine = next((e for e in entries if e["test"] == test), None)
    if mine is None:
        nothing: dict[str, Any] = {"rule": "", "play": "", "claims": [], "lures": []}
        entries.append({"test": test, "failed": True, "lost": [problem], **nothing})
    elif not mine["failed"]:
        mine |= {"failed": True, "lost": [problem]}


def _or_fail(work: Callable[[], Any]) -> Any:
    """What is wrong with a game, a file or a claim is a sentence, not a traceback."""
    from rulewright.errors import RulewrightError

    try:
        return work()
    except RulewrightError as error:
        problem = str(error)
    pytest.fail(problem, pytrace=False)


def _key(item: pytest.Item) -> str:
    """Of a test within its file."""
    return item.nodeid.partition("::")[2]


def _judged(item: pytest.Item, found: Incentives, compared: bool, key: str) -> None:
    """Books what was found; raises pytest's failure where a claim is broken, or where the snapshot knew better."""
    from rulewright.testing import snapshot

    config, path = item.config, snapshot.beside(item.path)
    lost, update = [], bool(config.getoption("--rulewright-update"))
    kept = _or_fail(lambda: snapshot.read(path)).get(key) if compared else None
    if compared and not update:
        lost = snapshot.lost(found, kept, path)
    item.user_properties += [
        ("rulewright", "; ".join(f"{f.claim}: {'holds' if f.holds else 'broken'}" for f in found.findings))
    ]
    if found.lures:
        item.user_properties.append(("rulewright.most_gained", str(found.lures[0].gain)))
    failed = bool(lost) if compared else not found.holds
    entry = {"test": item.nodeid, "failed": failed, "lost": lost, **found.data()}
    if compared and update:
        entry["snapshot"] = {"path": str(path), "key": key, "entry": snapshot.entry(found)}
    config.stash[ENTRIES].append(entry)
    if failed:
        pytest.fail(
            "\n".join([found.headline() if found.broken else "the snapshot says otherwise", *lost, found.table()]),
            pytrace=False,
        )


# ── scenario files ──────────────────────────────────────────────────────────────────────────────────────────────


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.name.endswith(SUFFIX) and not parent.config.getoption("--no-rulewright-files"):
        return RuleFile.from_parent(parent, path=file_path)
    return None


class RuleFile(pytest.File):
    """A scenario file: one test for each rule that it writes out, or one for the whole of it if it is not about a game."""

    def collect(self) -> Any:
        from rulewright.errors import RulewrightError
        from rulewright.testing.rule_files import rules_of

        try:
            names = rules_of(self.path)
        except RulewrightError as error:
            _failed(self.config, self.nodeid, str(error))
            raise self.CollectError(str(error)) from None
        for name in names:
            yield RuleItem.from_parent(self, name=name)


class RuleItem(pytest.Item):
    """What holds of one rule is what the snapshot says."""

    def runtest(self) -> None:
        from rulewright.testing.rule_files import of_file

        found = _or_fail(lambda: of_file(self.path, self.name))
        _judged(self, found, True, self.name)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name


# ── what is written at the end, by one process ──────────────────────────────────────────────────────────────────


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: Any) -> None:
    """A worker is done: what it found is the controller's now."""
    node.config.stash[ENTRIES] += json.loads(getattr(node, "workeroutput", {}).get("rulewright", "[]"))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    entries = list({json.dumps(e, sort_keys=True): e for e in config.stash[ENTRIES]}.values())  # each worker collects
    if hasattr(config, "workeroutput"):
        config.workeroutput["rulewright"] = json.dumps(entries)
        return
    report = config.getoption("--rulewright-report")
    if report:
        ordered = sorted(
            ({k: v for k, v in e.items() if k != "snapshot"} for e in entries), key=lambda e: str(e["test"])
        )
        text = json.dumps({"format": "rulewright incentives 1", "tests": ordered}, ensure_ascii=False, indent=1)
        Path(report).parent.mkdir(parents=True, exist_ok=True)
        Path(report).write_text(text + "\n", encoding="utf-8")
    by_file: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if "snapshot" in entry:
            said = entry["snapshot"]
            by_file.setdefault(said["path"], {})[said["key"]] = said["entry"]
    if by_file:
        from rulewright.testing import snapshot

        for path, changed in by_file.items():
            snapshot.write(Path(path), changed)
