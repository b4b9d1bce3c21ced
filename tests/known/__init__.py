"""Known answers: one file per idea, each with a list `KNOWN`; `tests/test_known_table.py` tests their product."""
