"""A reward scenario, key by key.

In formulas of terms a *feature* stands for its number in a step, `before.x` and `after.x` for a feature of the state before and
after it; in formulas of potentials `x` alone stands for a feature of one state.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from .schema import Expression, Headed, Label, Part

Features = dict[str, Expression]


class TermSaid(Part):
    """One summand of the reward."""

    name: str
    formula: Expression = Field(description="of features of the step, and of parameters")
    weight: Expression = "1"
    shaping: bool = Field(False, description="whether it only helps to learn")
    potential: Expression | None = Field(None, description="of features of a state; of a shaping term only")


class StepSaid(Part):
    """One step of a trajectory, or several alike."""

    name: str = Field("", description="what people call it")
    features: Features = Field(default_factory=dict, description="{feature = number}; 0 where left out")
    before: Features = Field(default_factory=dict, description="features of the state before")
    after: Features = Field(default_factory=dict, description="features of the state after")
    repeat: Expression = Field("1", description="how often, one after another")


class TrajectorySaid(Part):
    """A trajectory: steps, or a path through the world, or only what it is worth."""

    steps: list[StepSaid] | None = None
    path: list[Label] | None = Field(None, description='["state", "act", "state", …] of the world')
    total: Expression | None = Field(None, description="its return, where nothing else is known")
    length: Expression | None = Field(None, description="distance covered")


class PreferenceSaid(Part):
    """Two trajectories whose order people agree on."""

    better: str
    worse: str
    consensus: Expression | None = Field(None, description="the share of people who agree")


class RiskSaid(Part):
    """Three reference outcomes of a task with a safe default."""

    idle: str
    success: str
    failure: str
    rate: Expression | None = Field(None, description="largest acceptable chance of failure of an attempt")
    distance: Expression | None = Field(None, description="least acceptable distance per failure, in units of `length`")


class ChangeSaid(Part):
    """The reward was changed."""

    on: date | str
    what: str
    after_viewing: bool = Field(description="whether after seeing how agents performed with it")


class MoveSaid(Part):
    """What an act does."""

    at: str = Field(description="a state")
    act: Label
    to: str | dict[str, Expression] = Field(description="a state, or {state = chance}")
    features: Features = Field(default_factory=dict, description="{feature = number} of the step; 0 where left out")
    then: dict[str, Features] = Field(
        default_factory=dict, description="{state = {feature = number}}: more, if it leads there"
    )


class WorldSaid(Part):
    """A small world to look for loopholes in."""

    start: str
    goal: list[str] = Field(description="states where what was intended has happened")
    states: dict[str, Features] = Field(
        default_factory=dict, description="features of states; others have 0 everywhere"
    )
    moves: list[MoveSaid]


class RewardSaid(Part):
    """The reward and all that is known of it."""

    features: list[str] = Field(description="of a step")
    state: list[str] = Field(default_factory=list, description="features of a state")
    outcomes: list[str] | None = Field(None, description="the features that should matter")
    terms: list[TermSaid] = Field(default_factory=list)
    discount: Expression | None = None
    time_step: Label | None = Field(None, description='for example "0.1 s"')
    terminates: list[str] | None = Field(None, description="when an episode ends")
    intended: str | None = Field(None, description="the trajectory that is meant to be best")
    unit: str = Field("", description="of lengths")
    trajectories: dict[str, TrajectorySaid] = Field(default_factory=dict)
    preferences: list[PreferenceSaid] = Field(default_factory=list)
    risk: RiskSaid | None = None
    changed: list[ChangeSaid] | None = Field(None, description="[] records that nothing was changed")
    world: WorldSaid | None = None


class RewardFile(Headed):
    """A whole reward scenario."""

    reward: RewardSaid
