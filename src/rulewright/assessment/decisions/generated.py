"""The tables of the scenario `adminship`, made by drawing: no election of any real community is in them.

160 candidates stand over three years. Voters are of two groups, which like different candidates; a board promotes near a
supermajority, three quarters at first and three fifths from the change on, and looks at more than the vote now and then. Four
assistants were "asked" for each candidate: one says what the vote says, one follows the board and takes a while after the change,
one goes on by the old quota, one follows the council of another project. Every draw is from `random.Random(seed).random()`, which
is the same in every version of Python.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

CASES, VOTERS, SEED = 160, 48, 7
START, CHANGE, SPAN = date(2004, 1, 5), date(2005, 7, 1), 1080
OLD, NEW = 0.75, 0.6
AREAS = ("articles", "bots", "disputes", "images", "templates", "translation")
GROUPS = ("new", "old")


@dataclass(frozen=True)
class Tables:
    """CSV texts."""

    votes: str
    outcomes: str
    assistants: str


def adminship(seed: int = SEED) -> Tables:
    """Votes, outcomes and assistants' decisions; the same seed, the same bytes."""
    rng = Random(seed)
    lag = {area: 20 + 55 * k for k, area in enumerate(AREAS)}  # days until the second assistant has learned
    votes, outcomes, assistants = ["case,person,group,vote"], [], []
    for k in range(CASES):
        name = f"c{k + 1:03d}"
        day = START + timedelta(days=round(SPAN * k / CASES + 4 * rng.random()))
        area = AREAS[int(len(AREAS) * rng.random())]
        merit, slant = 0.7 + 0.8 * _normal(rng), 0.9 * _normal(rng)
        yes, no, new = _vote(rng, name, merit, slant, votes)
        share = yes / (yes + no)
        quota = OLD if day < CHANGE else NEW
        home = k % 5 != 4  # every fifth is for an office that is not the board's to fill
        granted = share >= quota
        if abs(share - quota) < 0.06 and rng.random() < 0.15:
            granted = not granted
        reason = "vote and quota" if granted == (share >= quota) else "judgement of the board"
        appealed = rng.random() < 0.12
        days = str(3 + int(20 * rng.random())) if appealed else ""
        row = f"{name},{day.isoformat()},{area},{'yes' if home else 'no'},{int(granted)},{reason},yes"
        outcomes.append((day, f"{row},{'yes' if appealed else 'no'},{days}"))
        if rng.random() < 0.1:  # decided once more, a month later
            again = granted if abs(share - quota) > 0.05 or rng.random() < 0.7 else not granted
            later = day + timedelta(days=30)
            if (later < CHANGE) == (day < CHANGE):
                text = (
                    f"{name},{later.isoformat()},{area},{'yes' if home else 'no'},{int(again)},vote and quota,yes,no,"
                )
                outcomes.append((later, text))
        learned = day < CHANGE or (day - CHANGE).days >= lag[area]
        bars = (0.5, (quota if learned else OLD) if home else 0.5, OLD)
        said = [int(share >= bar) ^ (rng.random() < 0.02) for bar in bars]
        council = int(new >= 0.5)
        said.append(council ^ (rng.random() < 0.05))
        cited = "the vote" if rng.random() < 0.1 else "vote and quota"
        assistants.append(f"{name},{said[0]},{said[1]},{cited},{said[2]},{said[3]},{council},{int(rng.random() < 0.5)}")
    head = "case,date,area,admins,promoted,reason,published,appealed,appeal_days"
    rows = [text for _, text in sorted(outcomes, key=lambda pair: pair[0])]
    names = "case,follows the vote,follows the board,cites,keeps the old quota,follows the council,council,almanac"
    return Tables(*("\n".join(part) + "\n" for part in (votes, [head, *rows], [names, *assistants])))


def _vote(rng: Random, name: str, merit: float, slant: float, votes: list[str]) -> tuple[int, int, float]:
    """Adds the votes on one candidate; (for, against, share for among newcomers)."""
    yes = no = new_yes = new_no = 0
    for i in range(VOTERS):
        group = i % len(GROUPS)
        if rng.random() > 0.42:
            continue
        for_it = rng.random() < 1 / (1 + math.exp(-(merit + (slant if group else -slant))))
        word = "neutral" if rng.random() < 0.06 else "support" if for_it else "oppose"
        votes.append(f"{name},v{i + 1:02d},{GROUPS[group]},{word}")
        if rng.random() < 0.02:  # votes once more; the last counts
            word = word if rng.random() < 0.85 else "oppose"
            votes.append(f"{name},v{i + 1:02d},{GROUPS[group]},{word}")
        yes, no = yes + (word == "support"), no + (word == "oppose")
        if group == 0:
            new_yes, new_no = new_yes + (word == "support"), new_no + (word == "oppose")
    if yes + no == 0:
        votes.append(f"{name},v01,{GROUPS[0]},support")
        return 1, 0, 1.0
    return yes, no, new_yes / max(1, new_yes + new_no)


def _normal(rng: Random) -> float:
    """By Box & Muller."""
    return math.sqrt(-2 * math.log(1 - rng.random())) * math.cos(2 * math.pi * rng.random())
