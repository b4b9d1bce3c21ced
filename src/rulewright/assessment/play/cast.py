"""Who sits where: personalities and models at the seats of a stage, made afresh for every episode."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...agents.personalities import personality
from ...agents.player import Player
from ...agents.reader import PERSONAS, Full, Last, Persona, Reader
from ...agents.request import Model
from ...agents.stage import Stage
from ...errors import InputError
from ...naming import Named, read
from ...scenario.play import MODEL, Cast, PlayScenario, Seat, seats
from .runs import Lineup

HOTTEST = 10


def lineups(scenario: PlayScenario, stage: Stage) -> list[Lineup]:
    """One for each cast. Raises InputError where seats do not fit the stage, or a name is not known."""
    return [_lineup(scenario, k, stage) for k in range(len(scenario.file.cast))]


def _lineup(scenario: PlayScenario, k: int, stage: Stage) -> Lineup:
    cast = scenario.file.cast[k]
    with scenario.at("cast", k, "seats"):
        chairs = _chairs(cast, stage)
        made = {name: _seated(scenario, seat) for name, seat in chairs.items()}

    def players(seed: int, model: Model | None) -> Mapping[str, Player]:
        return {name: make(seed, model) for name, make in made.items()}

    return Lineup(cast, players, any(seat.play == MODEL for seat in chairs.values()))


def _chairs(cast: Cast, stage: Stage) -> dict[str, Seat]:
    told = seats(cast)
    if len(told) == 1:
        told = told * len(stage.players)
    if len(told) != len(stage.players):
        raise InputError(needed=f"{len(stage.players)} seats, or one for all", found=str(len(told)))
    full = [Seat(play=one) if isinstance(one, str) else one for one in told]
    return dict(zip(stage.players, full, strict=True))


def _seated(scenario: PlayScenario, seat: Seat) -> Callable[[int, Model | None], Player]:
    if seat.play != MODEL:
        if seat.persona:
            raise InputError(
                where="persona", needed=f"none: {seat.play} is a script, and reads none", found=repr(seat.persona)[:60]
            )
        one = Named("agents.personalities:Personality", seat.play)
        settings = read(one, seat.set, scenario.number, given=("name", "seed"))
        personality(seat.play, seed=0, **settings)  # a wrong one is told before anything is played
        return lambda seed, _: personality(seat.play, seed=seed, **settings)
    told = scenario.file.model
    if seat.set:
        raise InputError(needed="no settings: those of models stand in [model]", found=", ".join(seat.set))
    temperature = float(scenario.number(told.temperature, "model", "temperature"))
    if not 0 <= temperature <= HOTTEST:
        raise InputError(where="temperature", needed=f"a number from 0 to {HOTTEST}", found=f"{temperature:g}")

    def reader(seed: int, model: Model | None) -> Player:
        assert model is not None
        return Reader(
            model,
            persona=_persona(seat.persona or told.persona),
            temperature=temperature,
            memory=Last(told.memory) if told.memory else Full(limit=1),
            tries=told.tries,
            limit=told.limit,
            seed=seed,
            number=seed,
        )

    return reader


def _persona(said: str) -> str | Persona:
    """One that ships, or the words themselves."""
    return said if said in PERSONAS else Persona("own", said) if said else "plain"
