"""Named game trees, each with its source, in the format of .efg files."""

from __future__ import annotations

from .files import efg
from .game import Game

HORSE = """EFG 2 R "Selten's horse (Selten 1975, Int. J. Game Theory 4, figure 1)" { "1" "2" "3" }
"a comment"
p "" 1 1 "one's" { "C" "D" } 0
  p "" 2 1 "two's" { "c" "d" } 0
    t "" 1 "straight on" { 1, 1, 1 }
    p "" 3 1 "three's" { "L" "R" } 0
      t "" 2 "" { 4 4 0 }
      t "" 3 "" { 0 0 1 }
  p "" 3 1 0
    t "" 4 "" { 3 2 2 }
    t "" 5 "" { 0 0 0 }
"""
# Cho and Kreps 1987, Quarterly J. Economics 102: strong with 9/10, weak with 1/10. The sender gets 1 for its favourite
# breakfast (strong: beer, weak: quiche) and 2 for no duel; the receiver 1 for fighting the weak or sparing the strong.
# The breakfast is paid where it is chosen, the duel at the end.
BREAKFAST = """EFG 2 D "Beer and quiche" { "sender" "receiver" }
c "" 1 "nature" { "strong" 0.9 "weak" 0.1 } 0
  p "" 1 1 "strong" { "beer" "quiche" } 0
    p "" 2 1 "after beer" { "duel" "not" } 1 "favourite" { 1 0 }
      t "" 0
      t "" 2 "spared the strong" { 2 1 }
    p "" 2 2 "after quiche" { "duel" "not" } 0
      t "" 0
      t "" 2 "spared the strong" { 2 1 }
  p "" 1 2 "weak" { "beer" "quiche" } 0
    p "" 2 1 0
      t "" 3 "fought the weak" { 0 1 }
      t "" 4 "spared the weak" { 2 0 }
    p "" 2 2 1
      t "" 3
      t "" 4
"""
# Selten 1978 (Theory and Decision 9), one town of the chain store: entry, then a fight or none
ENTRY = """EFG 2 R "Entry" { "rival" "store" }
p "" 1 1 "" { "out" "in" } 0
t "" 1 "" { 1 5 }
p "" 2 1 "" { "share" "fight" } 0
t "" 2 "" { 2 2 }
t "" 3 "" { 0 0 }
"""
# Going in, then a battle of the sexes between the two: three equilibria of the subgame, two outcomes of entry
OUTSIDE = """EFG 2 R "Outside option" { "row" "column" }
p "" 1 1 "" { "home" "go" } 0
t "" 1 "" { 2 2 }
p "" 1 2 "" { "bach" "stravinsky" } 0
p "" 2 1 "" { "bach" "stravinsky" } 0
t "" 2 "" { 3 1 }
t "" 3 "" { 0 0 }
p "" 2 1 0
t "" 3
t "" 4 "" { 1 3 }
"""


def horse() -> Game:
    """Selten's horse (Selten 1975, Int. J. Game Theory 4): no subgame but itself; (D, c, L) rests on a threat off the path."""
    return efg.parse(HORSE, "horse")


def beer_and_quiche() -> Game:
    """A signal about strength (Cho & Kreps 1987, Q. J. Econ. 102)."""
    return efg.parse(BREAKFAST, "beer_and_quiche")


def entry() -> Game:
    """Entry and the empty threat of a fight (one town of Selten 1978's chain store, Theory and Decision 9)."""
    return efg.parse(ENTRY, "entry")


def outside_option() -> Game:
    """A battle of the sexes that the row player may leave for 2 (after Kohlberg & Mertens 1986, Econometrica 54)."""
    return efg.parse(OUTSIDE, "outside_option")
