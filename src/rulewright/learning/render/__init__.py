"""Pictures of worlds: frames, files, and a replay that runs in a page; what the rules stand at is drawn beside the board.

frame(world, state)                          uint8 [height, width, 3], here and now
film = record(world, policy, key, steps)     one episode: board codes, events in words, accounts, records
write_gif(film, "year.gif")                  also write_png, write_mp4 (with your own ffmpeg)
write_replay(film, "year.html")              one page, no network; replay_html(film) is the same as a fragment
"""

from .files import write_gif, write_mp4, write_png
from .raster import frame, frames
from .recording import Recording, record
from .replay import replay_html, write_replay
from .scene import Bar, Scene, Tile

__all__ = [
    "Bar",
    "Recording",
    "Scene",
    "Tile",
    "frame",
    "frames",
    "record",
    "replay_html",
    "write_gif",
    "write_mp4",
    "write_png",
    "write_replay",
]
