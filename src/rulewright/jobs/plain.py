"""What may travel: JSON and bytes, as text that is the same whenever the value is. Nothing is pickled, nothing can be run.

Floats are written so that they come back bit for bit. Bytes are {"$bytes": base64}, the three numbers that JSON has not are
{"$float": "nan" | "inf" | "-inf"}; a dictionary of the user's own may therefore not have a key that begins with "$".
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from typing import Any

from ..errors import InputError

DEEPEST = 100


def text(value: Any, where: str = "a value") -> str:
    """Canonical JSON: keys sorted, no spaces. Tuples become lists, NumPy's numbers and arrays become Python's.

    Raises InputError for what is neither JSON nor bytes.
    """
    packed = _packed(value, where, 0)
    return json.dumps(packed, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def value(written: str) -> Any:
    """The value of a text that `text` wrote. Raises InputError for anything else."""
    try:
        return json.loads(written, object_hook=_unpacked)
    except (ValueError, RecursionError) as error:
        raise InputError(
            where="a value of a job", needed="JSON as rulewright.jobs writes it", found=str(error)
        ) from None


def _packed(value: Any, where: str, depth: int) -> Any:
    if depth > DEEPEST:
        raise InputError(where=where, needed=f"at most {DEEPEST} levels", found="more")
    if value is None:
        return None
    if isinstance(value, str | bool | int):
        return value.value if hasattr(value, "value") else value  # of an enumeration
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"$float": str(float(value))}
    if isinstance(value, bytes | bytearray):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, list | tuple):
        return [_packed(v, where, depth + 1) for v in value]
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str) or key.startswith("$"):
                raise InputError(where=where, needed='keys that are text and do not begin with "$"', found=repr(key))
        return {k: _packed(v, where, depth + 1) for k, v in value.items()}
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        return _packed(value.tolist(), where, depth + 1)
    raise InputError(
        where=where,
        needed="JSON (numbers, text, lists, dictionaries) or bytes",
        found=f"something of type {type(value).__name__}",
        remedy="Give what describes it, and make it where the job runs.",
    )


def _unpacked(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        ((key, inner),) = found.items()
        if key == "$bytes":
            return base64.b64decode(inner, validate=True)
        if key == "$float":
            return float(inner)
    return found
