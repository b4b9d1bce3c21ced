"""What a player was asked and did, taken out of episodes: the choices about which something was known, and what it wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..episode import Episode
from ..personalities.prospect import Prospect, prospects


@dataclass(frozen=True)
class Seen:
    """One choice: what was in prospect, and which option was taken."""

    prospect: Prospect
    taken: int


def several(episodes: Episode | Iterable[Episode]) -> tuple[Episode, ...]:
    return (episodes,) if isinstance(episodes, Episode) else tuple(episodes)


def choices(episodes: Episode | Iterable[Episode], player: str) -> Iterator[Seen]:
    """In order; answers that are no option of the prospect are left out, and so are those where there was but one option."""
    for episode in several(episodes):
        for turn in episode.turns:
            if player not in turn.views:
                continue
            for name, prospect in prospects(turn.views[player]).items():
                said = turn.answers[player].values.get(name)
                if said in prospect.options and len(prospect.options) > 1:
                    yield Seen(prospect, prospect.options.index(said))


def texts(episodes: Episode | Iterable[Episode], player: str) -> Iterator[str]:
    """What it wrote where it was asked for text."""
    for episode in several(episodes):
        for turn in episode.turns:
            if player in turn.views:
                for choice in turn.views[player].choices:
                    said = turn.answers[player].values.get(choice.name)
                    if choice.text and said:
                        yield said
