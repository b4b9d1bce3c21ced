"""Agents that read and write: language models and scripted players in one play, under rules said in words.

A *stage* is what is played, round by round; a *view* is what one player is shown of it and asked; an *answer* is what it says.
`play` runs an episode and keeps everything that was said. Nothing here knows a network: a language model is anything that has
`complete` (`rulewright.extras.llm` has those that speak HTTP).
"""

from .episode import Episode, Turn, play, played
from .player import Player
from .request import Message, Model, Reply, Request, Usage
from .stage import Event, Settled, Stage
from .view import Answer, Choice, View

__all__ = [
    "Answer",
    "Choice",
    "Episode",
    "Event",
    "Message",
    "Model",
    "Player",
    "Reply",
    "Request",
    "Settled",
    "Stage",
    "Turn",
    "Usage",
    "View",
    "play",
    "played",
]
