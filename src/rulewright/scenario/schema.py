"""The scenario file, key by key. `rulewright schema` prints this as JSON Schema.

A *formula* is a number or a text in the language of `numerics/formula.py`. In payoffs, goals and signals the name of a
player stands for its action and `player.type` for its type; parameters stand for themselves.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, WithJsonSchema


def _formula(value: Any) -> str:
    if isinstance(value, bool):
        raise ValueError("a number or a formula, not true or false")
    if isinstance(value, (int, Decimal, Fraction, float)):
        number = Decimal(repr(value)) if isinstance(value, float) else value
        if isinstance(number, Decimal) and not number.is_finite():
            raise ValueError("a finite number")
        return str(number)
    if isinstance(value, str) and value.strip():
        return value
    raise ValueError("a number or a formula")


def _label(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal, float)):
        raise ValueError("a text or a number")
    return str(value)


Expression = Annotated[
    str, BeforeValidator(_formula), WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]})
]
Label = Annotated[str, BeforeValidator(_label), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}]})]
Table = list[Any]  # nested lists of numbers; shape is checked against the game, where axes have names


class Part(BaseModel):
    """Unknown keys are errors: a misspelt key must not be a silently different game."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Headed(Part):
    """How every scenario file begins."""

    title: str
    source: str = ""
    about: str = ""
    parameters: dict[str, Expression] = Field(default_factory=dict)


class Player(Part):
    """One player: what it may do, and what it may privately be."""

    actions: list[Label] | dict[str, Expression] | str | None = Field(
        None, description='labels, {label = number}, or a range "from:to:step"; left out: nothing to decide'
    )
    types: dict[str, Expression] | None = Field(
        None, description="{label = probability}; probabilities may be left to `prior` by writing 0 for all"
    )


class Designer(Player):
    """The rule-maker: what it knows (types) and decides (actions). Its payoff is what people want."""

    name: str = "people"


class People(Part):
    """What people want."""

    goal: Expression | Table = Field(description='"total", "worst-off", a formula, or a table')
    money_weight: Expression = Field(
        "0", description="what one unit of money paid out is worth to people, in goal units"
    )
    wanted: dict[str, Label] | None = Field(None, description="the play people want, where the goal leaves it open")


class Caring(Part):
    """What a player feels under a rule. Gains and losses are what weights and dislikes leave, against `reference`."""

    weights: dict[str, Expression] = Field(default_factory=dict, description="{player = weight} on others' payoffs")
    dislike: Expression | None = Field(None, description="of the player's own action; taken off its payoff")
    reference: Expression | None = Field(None, description="payoff above which it gains and below which it loses")
    loss_aversion: Expression | None = Field(None, description="what a unit of loss weighs; 1 if left out")
    curvature: Expression | None = Field(None, description="power of gains, and of losses; 1 if left out")
    loss_curvature: Expression | None = Field(None, description="power of losses, if another one")


class Rule(Part):
    """A rule, written out: what players may say, what is decided, who is paid for what."""

    name: str = "today"
    about: str = ""
    set: dict[str, Expression] = Field(default_factory=dict, description="parameters under this rule")
    permit: dict[str, list[Label]] = Field(default_factory=dict, description="the only actions that exist")
    reveal: dict[str, dict[str, Expression]] = Field(
        default_factory=dict, description="{player = {told = probability}}, formulas of types"
    )
    ask: dict[str, list[Label]] = Field(default_factory=dict, description="messages a player may send to the rule")
    decide: dict[str, Expression] | str | None = Field(
        None, description="the designer's decision: a label, or {label = probability}, formulas of what it hears"
    )
    pay: dict[str, Expression] = Field(
        default_factory=dict,
        description="{player = formula} of actions (writer), messages (writer.says), signals, the designer's decision",
    )
    care: dict[str, Caring] = Field(default_factory=dict)
    play: dict[str, Label | dict[str, Label]] = Field(
        default_factory=dict, description="what the rule asks of players: a label, or {type = label}"
    )


class Pay(Part):
    """A kind of payment that may be designed."""

    to: str | list[str] = Field("everyone", description='a player, several, or "everyone"')
    on: str | list[str] = Field(description='"own action", "actions" (of all), or names of signals')
    between: tuple[Expression | dict[str, Expression], Expression | dict[str, Expression]] = Field(
        description="least and most of each payment, or of the rate; {outcome = amount} where it differs by outcome"
    )
    form: Literal["free", "linear", "two-part", "monotone", "falling", "graduated"] = Field(
        "free",
        description="an amount per outcome; a rate times the outcome; a fixed part and a rate; amounts that rise or fall along "
        "the outcomes as listed; falling by growing steps",
    )
    equal: bool = Field(False, description="the same contract for everybody named in `to`")


class Together(Part):
    """Groups of players that must not gain by upsetting the play asked for together."""

    size: int = Field(ge=1, le=6, description="groups of 2 … size players")
    side_payments: bool = Field(False, description="whether members may share what they gain")


class Allowed(Part):
    """What the rule-maker may do."""

    aim: Literal["only", "worst", "best"] | None = Field(
        None,
        description='"only": make the wanted play the only thing to do; "worst": make the worst equilibrium as good for '
        'people as can be; "best": an equilibrium best for people',
    )
    coalition: Annotated[int, Field(strict=True, ge=1, le=6)] | Together = Field(
        1, description='how many players may upset the wanted play together and must not gain (aim "only")'
    )
    levers: dict[str, list[Expression]] = Field(default_factory=dict, description="parameters that may be chosen")
    pay: list[Pay] = Field(default_factory=list)
    ask: StrictBool = Field(True, description="whether players may be asked for their types")
    informed: StrictBool = Field(False, description="whether the rule knows the players' types without asking")
    recommend: Literal[True, False, "public"] = Field(
        True, description='whether players may be told what to do: in private, or all of it to all ("public")'
    )
    budget: Expression | None = None
    budget_when: Literal["ex ante", "ex post", "everywhere"] = "ex ante"
    balance: Literal["", "ex ante", "ex post", "everywhere"] = Field(
        "", description="payments among players sum to zero"
    )
    margin: Expression = "0"
    payoff_error: Expression = "0"
    prior_ball: Expression = Field("0", description="total variation distance that the prior may be off by")
    irrational: Expression = Field("0", description="the share of players who may do anything")
    adversarial: dict[str, list[Label]] = Field(
        default_factory=dict, description="{player = [types]} that do the most harm they can"
    )
    gain_at_most: dict[str, Expression] = Field(
        default_factory=dict, description="{player = the most that a deviation can gain}, where no more is known"
    )
    incentives: Literal["bayesian", "ex post", "dominant"] = "bayesian"
    outside: dict[str, Expression | dict[str, Expression]] = Field(
        default_factory=dict, description="{player = what it gets by staying away}, one number or {type = number}"
    )
    participation: Literal["", "interim", "ex post", "always"] = ""
    anonymous: StrictBool = Field(False, description="players who may do the same are treated alike")
    objective: Literal["goal", "maximin", "nash"] = "goal"
    floor: Expression | None = Field(None, description="the goal must be at least this")


class Curve(Part):
    """Design again for every value of a parameter: what robustness, liability or a better monitor buys."""

    parameter: str
    values: list[Expression] | str
    title: str
    show: list[str] = Field(default_factory=lambda: ["paid"])


class Mistakes(Part):
    """How likely the play asked for has to be where agents make mistakes."""

    at_least: Expression = Field(description="a probability below 1")
    of: Literal["each", "joint"] = Field(
        "each", description="that each type of each player does its part, or that all do at once"
    )
    others: Literal["anything", "uniform"] = Field(
        "anything", description="what those do who are not rational: the worst for the rule, or each action alike"
    )


class Tracing(Part):
    """Trace the equilibria under today's rule along a parameter: where they tip, with what margin, at what recovery cost."""

    parameter: str
    values: list[Expression] | str = Field(description='at least two values, or a range "from:to:step"')
    title: str = ""
    floor: Expression | None = Field(
        None,
        description="the least goal that is good; default: halfway between the best and the worst stable play traced",
    )
    behaviours: list[str] = Field(default_factory=list, description="behaviours drawn beside the equilibria, by name")


class Behaviours(Part):
    """Whom to expect, and whom to stress the rule with."""

    predict: list[str] = Field(default_factory=lambda: ["pure", "nash", "correlated", "logit:5", "level:2"])
    noise: list[Expression] = Field(
        default_factory=list, description="payoff errors to try; default: around payoff_error"
    )
    draws: int = Field(200, ge=10, le=100_000)
    coalition: int = Field(2, ge=1, le=6)
    seed: int = Field(0, ge=0)
    lambdas: Expression = Field("30", description="how far the logit curve of the report goes")
    threshold: Expression | Mistakes | None = Field(
        None,
        description="a probability: from which λ on the play asked for has it in logit play, and from which share of rational "
        "players on it is a best reply, is found and proved",
    )


class BaseGame(Part):
    """A game from elsewhere instead of [players] and [payoff]."""

    file: str | None = Field(None, description="a .nfg or .efg file, relative to the scenario")
    name: str | None = Field(None, description="a game of the library")


class ScenarioFile(Headed):
    """A whole scenario."""

    game: BaseGame | None = None
    designer: Designer = Designer()
    players: dict[str, Player] = Field(default_factory=dict)
    prior: Expression | Table | None = Field(None, description="joint law of types; default: types are independent")
    payoff: dict[str, Expression | Table] = Field(default_factory=dict)
    signals: dict[str, dict[str, Expression]] = Field(
        default_factory=dict, description='{signal = {outcome = probability}}; one may be "rest"'
    )
    people: People
    today: Rule = Rule()
    rules: Allowed = Allowed()
    compare: list[Rule] = Field(default_factory=list)
    curves: list[Curve] = Field(default_factory=list)
    traces: list[Tracing] = Field(default_factory=list)
    behaviours: Behaviours = Behaviours()
