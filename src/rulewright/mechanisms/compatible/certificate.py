"""Compatible menus as a certificate that compatible_checker.py reads: the table in whole numbers, and what is claimed of it."""

from __future__ import annotations

from typing import Any

from .menus import CompatibleMenus


def certify(mechanism: CompatibleMenus, *, title: str = "") -> dict[str, Any]:
    """Sealed JSON. The claims: compatible, truthful, voluntary, over the continuum of types."""
    raise NotImplementedError
