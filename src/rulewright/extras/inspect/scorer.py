"""Scores of an episode: the gap first, and what the institution did and cost.

Each is a number of its own in the log, with mean, standard error and Student's interval over seeds; epochs of one seed are averaged
first, so that n counts seeds. With several institutions in one task each has its own mean and interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, Value, ci, mean, metric, scorer, stderr
from inspect_ai.solver import TaskState

from ...behaviour.estimation.confidence import mean as student
from .solver import KEY

SCORES = ("gap", "welfare", "violations", "sanctions_correct", "sanctions_misdirected", "tokens", "defaulted")


@scorer(metrics={"*": [mean(), stderr(), ci()]}, name="institution_outcome")
def institution_outcome() -> Scorer:
    """{score: number} of what `institution_play` left; unscored where a limit or an error ended the episode."""

    async def score(state: TaskState, target: Target) -> Score:
        found = state.store.get(KEY)
        if found is None:
            return Score.unscored(reason="no_response", explanation="The episode did not end.")
        missing = float("nan")  # Inspect's sign for what has no score
        value = {name: missing if found[name] is None else float(found[name]) for name in SCORES}
        return Score(value=value, answer=state.output.completion, explanation=state.output.completion)

    return score


@metric(name="by_institution")
def by_institution() -> Metric:
    """For each institution the mean over seeds, and Student's interval of 95 % where there are two seeds at least."""

    def compute(scores: list[SampleScore]) -> Value:
        groups: dict[str, list[float]] = {}
        for one in scores:
            groups.setdefault(str((one.sample_metadata or {}).get("institution")), []).append(one.score.as_float())
        found: dict[str, float] = {}
        for name, values in groups.items():
            found[f"{name} mean"] = sum(values) / len(values)
            if len(values) > 1:
                interval = student(values)
                found |= {f"{name} low": interval.low, f"{name} high": interval.high}
        return found

    return compute


def metrics_for(institutions: Sequence[str]) -> Any:
    """None: the scorer's own; by institution where there are several."""
    return None if len(institutions) < 2 else {"*": [by_institution()]}
