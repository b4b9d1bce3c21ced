"""Frozen dataclasses that JAX sees through: arrays are leaves, fields marked `static()` belong to the compiled shape.

    @pytree
    class Fishery(World):
        growth: Array                        # a leaf: can be batched, differentiated, swept
        rounds: int = static(default=12)     # hashable; another value compiles anew

Instances compare by identity, so that an institution can remember what it made of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

import jax

T = TypeVar("T")


def static(**options: Any) -> Any:
    """A field that is part of the compiled shape: hashable, compared by value (numbers, strings, tuples)."""
    return field(metadata={"static": True}, **options)


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(static, field))
def pytree(cls: type[T]) -> type[T]:
    """`cls` as a frozen dataclass registered with JAX. Fields may have defaults; methods see arrays or tracers alike."""
    made = dataclass(frozen=True, eq=False)(cls)
    names = fields(made)  # type: ignore[arg-type]
    return jax.tree_util.register_dataclass(
        made,
        data_fields=[f.name for f in names if not f.metadata.get("static")],
        meta_fields=[f.name for f in names if f.metadata.get("static")],
    )
