"""Reputation in place of contracts."""

from paper_claims import (  # noqa: F401
    test_a_paper_says_what_it_is,
    test_claim,
    test_what_we_say_we_got_is_within_the_tolerance,
)

PAPERS = ["contracts/reputation-2026"]
