"""Run the protocol of the leaderboard on every entry and write docs/leaderboard.md: `python -m benchmarks.leaderboard`."""

import os
import sys
from pathlib import Path

from rulewright.mechanisms.audit.attack import QUICK, STRONG
from rulewright.mechanisms.audit.leaderboard import ATTACKED, PROFILES, SEARCHED, SEED, SUSPECTS, leaderboard

PAGE = Path(__file__).parents[1] / "docs" / "leaderboard.md"
HEAD = f"""# Leaderboard of mechanisms

Written by `python -m benchmarks.leaderboard`; every line meets the same protocol (`rulewright.mechanisms.audit.leaderboard`).
Values are uniform on [0, 1] unless the setting says more.

- **exact**: truth is dominant at all types by a proof, and the attacker below found nothing. Revenue is a mean over
  {PROFILES:,} profiles of seed {SEED}.
- **approximate**: revenue at the same profiles, and what the strong attacker finds: {STRONG.random} random misreports,
  {STRONG.shades} shading factors, every coordinate alone and item by item on {STRONG.points} points ({STRONG.sweeps} sweeps),
  corners, and {STRONG.steps} steps of search from the best {STRONG.kept}. Its mean per agent is over the first {ATTACKED:,}
  profiles; the worst lie is of {SEARCHED:,} profiles, looked at with at most {QUICK.random + QUICK.shades + QUICK.corners}
  misreports each and, where those gained most ({SUSPECTS} profiles), with the whole attack.
- Found regret is a lower bound: another attacker may find more. Revenue that is earned with regret may exceed the optimum of
  truthful mechanisms and is not comparable with it; (√P − √R)² is a comparison only, conjectural for two bidders or more.
- The optimum is of truthful mechanisms, in closed form, where one is proven.
- CPU-seconds are of one thread, on one machine.

"""


def main() -> int:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    table = leaderboard(tell=lambda words: print(words, flush=True))
    PAGE.write_text(HEAD + table, encoding="utf-8")
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
