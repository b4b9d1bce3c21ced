"""The files of a report, written whole or not at all: report.html, result.json, certificate.json."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..errors import InputError
from ..verify.certificate import written
from .assessment import Assessment


def save(assessment: Assessment, folder: Path) -> list[Path]:
    """Write the report into `folder`, made if need be; returns the paths. Raises InputError where it cannot be written."""
    texts = {"report.html": assessment.page, "result.json": text(assessment.report.result())}
    if assessment.certificate is not None:
        texts["certificate.json"] = written(assessment.certificate)
    return save_all(texts, folder)


def save_all(texts: Mapping[str, str], folder: Path) -> list[Path]:
    """Write {name: text} into `folder`: everything under a temporary name first, then renamed.

    Returns the paths. Raises InputError where the folder cannot be written.
    """
    draft: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder, prefix=".writing-"))
        for name, content in texts.items():
            (draft / name).write_text(content, encoding="utf-8", errors="backslashreplace")
        for name in texts:
            os.replace(draft / name, folder / name)
    except OSError as error:
        raise InputError(
            where=f"--out {folder}", needed="a folder that can be written", found=error.strerror or str(error)
        ) from None
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
    return [folder / name for name in texts]


def save_text(lines: Iterable[str], path: Path) -> Path:
    """Lines, one by one: whole or not at all, and never all in memory. Raises InputError where it cannot be written."""
    draft = path.with_name(f".{path.name}.writing")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(f"{line}\n" for line in lines)
        os.replace(draft, path)
    except OSError as error:
        raise InputError(
            where=f"--out {path.parent}", needed="a folder that can be written", found=error.strerror or str(error)
        ) from None
    finally:
        draft.unlink(missing_ok=True)
    return path


def text(data: object) -> str:
    """JSON; the same data, the same bytes."""
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
