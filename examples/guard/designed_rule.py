"""From a scenario to agents under its designed rule, and back: an agent drifts, the alarm goes, the rule is designed anew."""

import random
import tempfile
from fractions import Fraction
from math import exp
from pathlib import Path

from rulewright.assessment.charter import chartered
from rulewright.guard import Act, Guard
from rulewright.verify import ledger

ROUNDS, RATIONALITY = 120, 5.0
PAYS = {"cooperate": {"cooperate": 3, "defect": 0}, "defect": {"cooperate": 5, "defect": 1}}  # mine, by the other's


def play(guard, fine, tempted, seed):
    """Two logit agents; from round 20 on the column player likes defecting by `tempted` more than the scenario says."""
    luck, last = random.Random(seed), {"row": "cooperate", "column": "cooperate"}
    owed = dict.fromkeys(last, 0.0)
    for n in range(ROUNDS):
        did = {}
        for me, other in (("row", "column"), ("column", "row")):
            likes = tempted if me == "column" and n >= 20 else 0.0
            gain = PAYS["cooperate"][last[other]] - (PAYS["defect"][last[other]] - fine + likes)
            wish = "cooperate" if luck.random() < 1 / (1 + exp(-RATIONALITY * gain)) else "defect"
            did[me] = guard.before(Act(me, wish)).act.name  # what the rules let it do
        last = did
        for name, money in guard.settle().items():
            owed[name] = owed.get(name, 0.0) + money
    return {name: round(money, 2) for name, money in owed.items() if name in last}


def told(line):
    print(f"ALARM in line {line.number}: {line.agent} did {line.body['act']} {line.body['hits']} of {line.body['acts']} times")
    print(f"  {line.body['suggestion']}")


with tempfile.TemporaryDirectory() as folder:
    for error in ("0", "0.4"):
        charter = chartered("prisoners", {"error": error}, rationality=RATIONALITY)  # rulewright guard charter prisoners
        fine = -float(charter.pays[0].amounts[("defect",)])
        print(f"payoffs wrong by at most {error}: {charter.name.partition(': ')[2]}")
        path = Path(folder) / f"{error}.ledger"
        guard = Guard.open(charter, path, alarmed=told, seed=bytes(32))  # a seed only so that it prints alike
        print("moved:", play(guard, fine, tempted=0.7, seed=1))
        head = guard.head()
        guard.close(final=True)
        verdicts = ledger.check(path, (head.number, head.hash))  # rulewright guard check
        print("checked:", ", ".join(f"{v.claim} {'yes' if v.holds else 'unchecked'}" for v in verdicts))
        assert all(v.holds is not False for v in verdicts)
        shares = [Fraction(d.share).limit_denominator(100) for d in charter.drifts]
        print("certified shares around", *map(str, shares), end="\n\n")
