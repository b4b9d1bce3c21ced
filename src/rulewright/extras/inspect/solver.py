"""An episode as a solver: each player is asked through Inspect, under its own role if one is given, and every turn is told.

`--model-role ann=openai/gpt-4o` has one player played by another model; players without a role are the model that is evaluated.
Limits, retries, caching, logs and the viewer are Inspect's. Inspect must run on asyncio, as it does by default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from inspect_ai.log import transcript
from inspect_ai.model import ChatMessageAssistant, ChatMessageUser, ModelOutput, get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import span

from ...agents.episode import Episode, Turn, played
from ...agents.player import Player
from ...agents.reader import Reader
from ...agents.scripted import Scripted
from ...agents.view import Answer, View
from .model import InspectModel
from .settings import stage_of

JUDGED = ("audits", "commons")
"""Tasks whose stages tell violations and sanctions; a matrix game has payoffs only."""
KEY = "rulewright"
"""Of what the solver leaves in the sample's store."""


@dataclass(frozen=True)
class Spanned:
    """A player whose every answer is a span of the transcript."""

    player: Player

    async def answer(self, view: View) -> Answer:
        if all(len(choice.options) == 1 for choice in view.choices):  # nothing to decide: nobody is asked
            return Answer({choice.name: choice.options[0] for choice in view.choices})
        async with span(f"round {view.round}: {view.player}", type="agent"):
            return await self.player.answer(view)


@solver(name="institution_play")
def institution_play(scripted: bool = False) -> Solver:
    """Plays the sample's stage. `scripted` has everybody answer the default, without a model: what nobody's thinking is worth."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        stage = stage_of(state.metadata)
        seed = int(state.metadata["seed"])
        asked = {} if scripted else {name: _asked(name, seed) for name in stage.players}
        players: dict[str, Player] = {name: Spanned(one) for name, one in asked.items()}
        if scripted:
            players = {name: Scripted(_default, seed) for name in stage.players}
        episode = await played(stage, players, seed=seed, tell=lambda turn: _tell(state, turn))
        spent = sum(one.usage.asked + one.usage.answered for one in asked.values())
        found = summary(episode, spent, judged=str(state.metadata["task"]) in JUDGED)
        state.store.set(KEY, found)
        transcript().info(found, source="outcome")
        state.output = ModelOutput.from_content(str(state.model), _words(episode, found))
        state.messages.append(state.output.message)
        return state

    return solve


def _asked(player: str, seed: int) -> Reader:
    return Reader(InspectModel(get_model(role=player.replace(" ", "_"))), seed=seed)


def _default(view: View, rng: Any) -> Answer:
    return Answer({choice.name: choice.default for choice in view.choices}, "the default")


def _tell(state: TaskState, turn: Turn) -> None:
    """A turn as an event of the transcript, and as messages that can be read one after another."""
    events = [asdict(event) for event in turn.events]
    said = {name: {**answer.values, "reason": answer.reason} for name, answer in turn.answers.items()}
    data: dict[str, Any] = {
        "answers": said,
        "payoffs": dict(turn.payoffs),
        "transfers": dict(turn.transfers),
        "goal": turn.goal,
    }
    data["events"] = events
    transcript().info(data, source=f"round {turn.number}")
    state.messages.append(ChatMessageUser(content=f"Round {turn.number}"))
    for name, answer in turn.answers.items():
        chosen = ", ".join(f"{key} = {value}" for key, value in answer.values.items())
        why = f" — {answer.reason}" if answer.reason else ""
        state.messages.append(ChatMessageAssistant(content=f"{name}: {chosen}{why}"))
    if turn.events:
        state.messages.append(ChatMessageUser(content="\n".join(_event(event) for event in turn.events)))


def _event(event: Any) -> str:
    whom = f" → {event.target}" if event.target else ""
    how = "" if event.correct is None else " (deserved)" if event.correct else " (misdirected)"
    return f"{event.kind}: {event.actor}{whom}{f' {event.amount:g}' if event.amount else ''}{how}"


def summary(episode: Episode, tokens: int, judged: bool = True) -> dict[str, Any]:
    """What the scorer reads, plain data. None where a number is not known; `judged`: whether violations are told at all."""
    sanctions = episode.events("sanction")
    answers = [answer for turn in episode.turns for answer in turn.answers.values()]
    return {
        "gap": None if episode.gap != episode.gap else episode.gap,
        "welfare": episode.goal,
        "violations": len(episode.events("violation")) if judged else None,
        "sanctions_correct": sum(event.correct is True for event in sanctions) if judged else None,
        "sanctions_misdirected": sum(event.correct is False for event in sanctions) if judged else None,
        "tokens": tokens,
        "defaulted": sum(answer.defaulted for answer in answers) / max(len(answers), 1),
        "rounds": len(episode.turns),
        "payoffs": {name: episode.payoff(name) for name in episode.players},
    }


def _words(episode: Episode, found: Mapping[str, Any]) -> str:
    paid = ", ".join(f"{name} {value:g}" for name, value in found["payoffs"].items())
    missed = "" if found["gap"] is None else f"; they missed {found['gap']:g}"
    judged = (
        ""
        if found["violations"] is None
        else (
            f"{found['violations']} violations, {found['sanctions_correct']} sanctions deserved and "
            f"{found['sanctions_misdirected']} "
            "misdirected. "
        )
    )
    return f"{len(episode.turns)} turns of {episode.stage}. People got {found['welfare']:g}{missed}. {judged}Payoffs: {paid}."
