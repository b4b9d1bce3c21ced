"""One file per idea, each with `rows() -> list[Row]`."""
