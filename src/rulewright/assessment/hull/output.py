"""report.html, result.json and certificate.json of `hull`, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from ..output import save_all, text
from .found import HullFound
from .page import render


def save(found: HullFound, folder: Path | str) -> list[Path]:
    """Write into `folder`, made if need be; returns the paths. Raises InputError where it cannot be written."""
    texts = {"report.html": render(found), "result.json": text(found.result())}
    if found.certificate is not None:
        texts["certificate.json"] = text(found.certificate)
    return save_all(texts, Path(folder))
