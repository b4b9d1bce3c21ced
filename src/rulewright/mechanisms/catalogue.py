"""What scenario files may name: environments, and ways to a mechanism, with the settings of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..naming import Named, Number, known, read
from .environment import Environment
from .found import Found

ENVIRONMENTS: dict[str, Named] = {
    "auction": Named("mechanisms.environment:auction", "items for sale to bidders with independent uniform values"),
}
"""One line each, in order of names."""
METHODS: dict[str, Named] = {
    "item by item": Named("mechanisms.methods:item_by_item", "every item alone, at second prices (Myerson 1981)"),
}
"""One line each, in order of names."""


def environment(name: str, said: Mapping[str, Any], number: Number) -> Environment:
    """The environment of that name with these settings. Raises InputError for a name or a setting that there is not."""
    one = known(name, ENVIRONMENTS, "an environment")
    found: Environment = one(**read(one, said, number))
    return found


def method(name: str, said: Mapping[str, Any], number: Number) -> Callable[[Environment], Found]:
    """A way to a mechanism, ready for an environment. Raises InputError for a name or a setting that there is not."""
    one = known(name, METHODS, "a method")
    settings = read(one, {"environment": 0, **said}, number)
    del settings["environment"]
    return lambda there: one(there, **settings)  # type: ignore[no-any-return]
