"""Keys of providers: read from the environment when a call is made, kept nowhere, struck out of every text that is shown.

A key is named, never given: `key="MY_KEY"` is the name of an environment variable. What looks like a key itself is refused without
being repeated.
"""

from __future__ import annotations

import os
import re

from ...errors import InputError

NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD")
HIDDEN = "[key]"
SHORTEST = 6
"""Characters of a secret; anything shorter would strike out ordinary words."""


def named_key(name: str | None) -> str | None:
    """The name of an environment variable, checked; None for none."""
    if name is None or NAME.fullmatch(name):
        return name
    raise InputError(
        where="key",
        needed="the name of an environment variable that holds the key, in capital letters",
        found="something else, which is not repeated here in case it is a key",
        remedy="Put the key into an environment variable, say MY_KEY, and give its name.",
    )


def read_key(name: str, where: str) -> str:
    """The key itself. Raises InputError where the variable is not set or is no key."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise InputError(
            where=where,
            needed=f"a key in the environment variable {name}",
            found="nothing",
            remedy=f"Run: export {name}=…  (or use a model that needs none: local:selfish)",
        )
    if not value.isascii() or not value.isprintable() or " " in value:
        raise InputError(where=where, needed=f"one word of plain letters in {name}", found="other characters")
    return value


def scrubbed(text: str, *keys: str, shortest: int = SHORTEST) -> str:
    """The text without these keys, and without any secret of the environment that has at least `shortest` characters."""
    secrets = {value for name, value in os.environ.items() if SECRET.search(name.upper())} | set(keys)
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= shortest or secret in keys:
            text = text.replace(secret, HIDDEN) if secret else text
    return text
