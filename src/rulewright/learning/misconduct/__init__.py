"""Learners tempted by misconduct: preference training, audits with fines, and both, in one compiled sweep."""

from .experiment import SHIFTS, Experiment, Mean, Threshold, drawn, experiment, play, thresholds
from .learners import Outcome, Run, follow, sweep
from .picture import picture
from .setting import TREATMENTS, Setting, designed, setting, treated
from .tasks import TASKS, Task, commons, named, pipeline, report, stacked
from .temptation import Temptation, deterring_rate, first_best, honest_load, tempt, worth_to_people, wrongful_load

__all__ = [
    "SHIFTS",
    "TASKS",
    "TREATMENTS",
    "Experiment",
    "Mean",
    "Outcome",
    "Run",
    "Setting",
    "Task",
    "Temptation",
    "Threshold",
    "commons",
    "designed",
    "deterring_rate",
    "drawn",
    "experiment",
    "first_best",
    "follow",
    "honest_load",
    "named",
    "picture",
    "pipeline",
    "play",
    "report",
    "setting",
    "stacked",
    "sweep",
    "tempt",
    "thresholds",
    "treated",
    "worth_to_people",
    "wrongful_load",
]
