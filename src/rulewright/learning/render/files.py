"""Recordings as files: PNG and GIF by Pillow, MP4 through the user's own ffmpeg. Same recording, same bytes of PNG and GIF."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError, MissingExtra, Unsolved
from .raster import _pillow, frames
from .recording import Recording


def _in(path: str | Path, ending: str) -> Path:
    found = Path(path)
    if found.suffix.lower() != ending:
        raise InputError(where=str(path), needed=f"a name that ends in {ending}", found=found.suffix or "none")
    if not found.parent.is_dir():
        raise InputError(where=str(path), needed="a folder that exists", found=str(found.parent))
    return found


def _rate(rate: float, every: int) -> None:
    if not rate > 0 or every < 1:
        raise InputError(
            where="film",
            needed="frames per second above 0, and every 1st moment or fewer",
            found=f"{rate}, every {every}",
        )


def write_png(film: Recording, path: str | Path, moment: int = -1) -> Path:
    """One moment, the last one if not said. Raises InputError for a moment that there is not, or a name that is no .png."""
    target = _in(path, ".png")
    if not -len(film.scenes) <= moment < len(film.scenes):
        raise InputError(where="moment", needed=f"one of 0 to {film.steps}", found=str(moment))
    wanted = moment % len(film.scenes)
    for t, picture in enumerate(frames(film)):
        if t == wanted:
            _pillow()[0].fromarray(picture).save(target, optimize=True)
            break
    return target


def write_gif(film: Recording, path: str | Path, rate: float = 8, every: int = 1) -> Path:
    """All moments, or every so many, `rate` frames a second, for ever. Raises InputError, MissingExtra without Pillow."""
    target = _in(path, ".gif")
    _rate(rate, every)
    image = _pillow()[0]
    pictures = [image.fromarray(picture).quantize(64, dither=0) for picture in frames(film, every)]
    pictures[0].save(
        target, save_all=True, append_images=pictures[1:], duration=max(round(1000 / rate), 20), loop=0, optimize=False
    )
    return target


def write_mp4(film: Recording, path: str | Path, rate: float = 8, every: int = 1) -> Path:
    """As `write_gif`, through `ffmpeg` where it is on the PATH; raises MissingExtra where it is not, Unsolved where it fails."""
    target = _in(path, ".mp4")
    _rate(rate, every)
    program = shutil.which("ffmpeg")
    if program is None:
        raise MissingExtra(
            where="MP4",
            needed="ffmpeg on the PATH",
            found="none",
            remedy="Install ffmpeg with your system's packages, or write a GIF: write_gif(film, path).",
        )
    pictures: list[Any] = list(frames(film, every))
    height, width = (size + size % 2 for size in pictures[0].shape[:2])  # yuv420p has even sides
    command = [
        program,
        "-y",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        f"{width}x{height}",
        "-r",
        str(rate),
        "-i",
        "-",
    ]
    command += ["-pix_fmt", "yuv420p", "-loglevel", "error", str(target)]
    padding = [(0, height - pictures[0].shape[0]), (0, width - pictures[0].shape[1]), (0, 0)]
    data = b"".join(np.pad(picture, padding, mode="edge").tobytes() for picture in pictures)
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    if done.returncode:
        raise Unsolved(
            where="MP4", needed="a film that ffmpeg can write", found=done.stderr.decode(errors="replace")[:200]
        )
    return target
