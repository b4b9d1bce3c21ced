"""Three files, written whole or not at all: report.html, result.json, certificate.json."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from ..errors import InputError
from ..verify.certificate import written
from .assessment import Assessment


def save(assessment: Assessment, folder: Path) -> list[Path]:
    """Write into `folder`, made if need be: everything is written under a temporary name first, then renamed.

    Returns the paths. Raises InputError where the folder cannot be written.
    """
    texts = {
        "report.html": assessment.page,
        "result.json": json.dumps(assessment.report.result(), ensure_ascii=False, indent=1, allow_nan=False) + "\n",
    }
    if assessment.certificate is not None:
        texts["certificate.json"] = written(assessment.certificate)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder, prefix=".writing-"))
    except OSError as error:
        raise InputError(
            where=f"--out {folder}", needed="a folder that can be written", found=error.strerror or str(error)
        ) from None
    try:
        for name, text in texts.items():
            (draft / name).write_text(text, encoding="utf-8")
        for name in texts:
            os.replace(draft / name, folder / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return [folder / name for name in texts]
