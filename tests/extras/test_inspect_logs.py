"""Suspicion scores out of Inspect's own logs, .eval and .json."""

import gc

import pytest

from rulewright.design.oversight import Labelled
from rulewright.errors import InputError

inspect_ai = pytest.importorskip("inspect_ai")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning"),
]

from inspect_ai import Task  # noqa: E402
from inspect_ai.dataset import Sample  # noqa: E402
from inspect_ai.model import ModelOutput, ModelUsage, get_model  # noqa: E402
from inspect_ai.scorer import Score, mean, scorer  # noqa: E402

from rulewright.extras.inspect.logs import is_log, read_log  # noqa: E402


@scorer(metrics=[mean()])
def monitor():
    async def score(state, target):
        return Score(value=float(len(state.metadata["label"])))

    return score


@scorer(metrics={"*": [mean()]})
def trusted():
    async def score(state, target):
        return Score(value={"suspicion": float(state.metadata["k"]), "tokens": 3.0})

    return score


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """The same run as .eval and as .json."""
    folder = tmp_path_factory.mktemp("logs")
    listed = [Sample("?", id=k, metadata={"label": "attack" if k % 2 else "honest", "k": k}) for k in range(4)]
    output = ModelOutput.from_content("mockllm/model", "x")
    output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    model = get_model("mockllm/model", custom_outputs=lambda *_: output)
    (log,) = inspect_ai.eval(
        Task(dataset=listed, scorer=[monitor(), trusted()]), model=model, display="none", log_dir=str(folder)
    )
    assert log.status == "success", log.error
    inspect_ai.log.write_eval_log(log, str(folder / "log.json"))
    gc.collect()
    return log.location.removeprefix("file://"), str(folder / "log.json")


@pytest.mark.parametrize("kind", [0, 1])
def test_scores_and_labels_of_a_log(logs, kind):
    assert is_log(logs[kind])
    found = read_log(logs[kind], score="trusted.suspicion")
    assert isinstance(found, Labelled) and found.scores.tolist() == [0, 1, 2, 3]
    assert found.labels.tolist() == [False, True, False, True] and found.tasks == ("0", "1", "2", "3")
    same = read_log(logs[kind], score="metadata.k", label="metadata.label")
    assert same.scores.tolist() == found.scores.tolist()
    assert read_log(logs[kind], score="monitor").scores.tolist() == [6, 6, 6, 6]


def test_what_a_log_lacks_is_said_with_what_there_is(logs, tmp_path):
    with pytest.raises(InputError, match=r"trusted\.suspicion"):
        read_log(logs[0], score="trusted.doubt")
    with pytest.raises(InputError, match="one score that is a number"):
        read_log(logs[0])
    with pytest.raises(InputError, match=r"metadata with label, k"):
        read_log(logs[0], score="monitor", label="metadata.kind")
    (tmp_path / "a.eval").write_bytes(b"not a log")
    with pytest.raises(InputError, match="a log of Inspect"):
        read_log(tmp_path / "a.eval")
