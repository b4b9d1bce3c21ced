"""The oversight dial: from labelled suspicion scores to audits and penalties that deter, the reviewers' own incentives included."""

from .agents import QLearner, learned_rate, learned_violations, logit_margin, logit_rate, logit_violations
from .band import Band, band
from .frontier import Row, Terms, frontier
from .labelled import Labelled, from_rows, read_labelled
from .rubber import Reviewer, known_answers

__all__ = [
    "Band",
    "Labelled",
    "QLearner",
    "Reviewer",
    "Row",
    "Terms",
    "band",
    "from_rows",
    "frontier",
    "known_answers",
    "learned_rate",
    "learned_violations",
    "logit_margin",
    "logit_rate",
    "logit_violations",
    "read_labelled",
]
