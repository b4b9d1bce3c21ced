"""draft."""


def read() -> None: ...
