"""Papers whose claims are exact or quick."""

from paper_claims import (  # noqa: F401
    test_a_paper_says_what_it_is,
    test_claim,
    test_what_we_say_we_got_is_within_the_tolerance,
)

PAPERS = [
    "alignment/carichon-2025",
    "collective-cooperation/barfuss-2025",
    "commons/ostrom-1994",
    "commons/piatti-2024",
    "competition/collina-2025",
    "competition/collina-2026",
    "decisions/ccai-2023",
    "decisions/leskovec-2010",
    "decisions/small-2021",
    "information/gan-2022",
    "law/hadfield-2012",
    "markets/arrow-1969",
    "markets/scarf-1960",
    "mechanisms/manelli-2006",
    "mechanisms/myerson-1983",
    "norms/gurerk-2006",
    "norms/hadfield-menell-2019",
    "rewards/knox-2023",
    "rewards/zhuang-2020",
    "society/boyd-1992",
    "society/boyd-1995",
]
