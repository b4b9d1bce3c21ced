"""report.html, result.json and certificate.json of `hull`, written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from ...errors import InputError
from .found import HullFound
from .page import render


def save(found: HullFound, folder: Path | str) -> list[Path]:
    """Write into `folder`, made if need be; returns the paths. Raises InputError where it cannot be written."""
    folder = Path(folder)
    texts = {"report.html": render(found), "result.json": text(found.result())}
    if found.certificate is not None:
        texts["certificate.json"] = text(found.certificate)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder, prefix=".writing-"))
    except OSError as error:
        raise InputError(
            where=f"--out {folder}", needed="a folder that can be written", found=error.strerror or str(error)
        ) from None
    try:
        for name, content in texts.items():
            (draft / name).write_text(content, encoding="utf-8")
        for name in texts:
            os.replace(draft / name, folder / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return [folder / name for name in texts]


def text(data: object) -> str:
    """JSON, the same data the same bytes."""
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
