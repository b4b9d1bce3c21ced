"""How rational agents have to be: the claim `rationality`, for checker.py, which looks for this file beside itself.

In *logit play* at λ ≥ 0 every possible type of every player, an *agent* k, plays σ_k(a) ∝ exp(λ·U_k(a)), where U_k(a) is
its expected payoff against what the others play (McKelvey & Palfrey 1995, Games Econ. Behav. 10). Let each σ_k lie in a box,
low_k ≤ σ_k ≤ high_k, and let d_ab be at most what action a is worth more than b to k wherever the others are in their boxes.
Then for every λ from λ₀ to λ₁, which may be infinite, the response of k has

    σ(a)/σ(b) ≥ t_ab := exp(λ₀·d_ab) where d_ab ≥ 0, exp(λ₁·d_ab) where d_ab < 0: nothing, 0, if λ₁ is infinite
    σ(b) ≤ 1 / (1 + Σ_a t_ab) =: h(b)
    σ(a) ≥ (1 − Σ_b h(b)) / (1 + Σ_b 1/t_ab)             the first sum over b ≠ a with t_ab = 0, the second over the others
    σ(b) ≤ rM / (1 + rM),  r = exp(−λ₀·d)                where a mixture m of other actions is worth d ≥ 0 more than b and
                                                         M = max m: σ(b) ≤ r·Πσ(a)^m(a) ≤ r·Σ m(a)·σ(a) ≤ rM·(1 − σ(b))

So exp is needed at arguments that are not negative: from below, every rounding downward, and for λ₁ from above, every
rounding upward. Probabilities of responses are whole numbers over ONE. Every step in a claim bounds one agent's play.
`checked` is the Checked of checker.py: the induced game, and the play that is asked for.
"""

from fractions import Fraction
from itertools import combinations, pairwise, permutations, product
from math import lcm, prod
from typing import Any

BITS = 96
ONE = 1 << BITS
FAR = 64  # exp(x) from below is taken as exp(64) where x is more: what is lost is below 10⁻²⁷
WORK = 20_000_000  # numbers looked at
PAIR = 16  # numbers that a pair of actions counts for at the least: exp takes its time
LONG = 1024  # binary digits of a λ, or of a common denominator
TOO_LONG = "numbers that are too long"
KINDS = ("every", "stays", "share")


def exp(x: Fraction, up: int = 0) -> int:
    """At most exp(x)·ONE, and hardly less, for 0 ≤ x ≤ FAR; with up = 1 at least that, and hardly more.

    Taylor's series at x/256 ≤ 1/4, cut off, then squared eight times. What is cut off is less than the last term.
    """
    x, up = min(x, Fraction(FAR)), int(up)
    small = (x.numerator << BITS) // (x.denominator << 8) + up
    term, total, k = ONE, ONE, 0
    while term > up:
        k += 1
        term = (term * small >> BITS) // k + up
        total += term
    total += up * term
    for _ in range(8):
        total = (total * total >> BITS) + up
    return total


def rationality(checked: Any, claim: Any) -> Any:
    """(slack, words) of what comes closest to failing, and of all that fails."""
    kind = KINDS[claim["kind"].among(KINDS)]
    mixed = [checked.who[who] for who in checked.choices if len(checked.play[who]) > 1]
    if mixed:
        return [(Fraction(-1), f"{mixed[0]} is asked to mix, and no response comes close to that at every λ")]
    return share(checked, claim) if kind == "share" else logit(checked, claim, kind)


def is_long(x: Fraction) -> bool:
    return max(x.numerator.bit_length(), x.denominator.bit_length()) > LONG


def common(denominators: Any, bits: int) -> int:
    """Their least common multiple; 0 as soon as it is longer than so many binary digits."""
    found = 1
    for denominator in denominators:
        found = lcm(found, denominator)
        if found.bit_length() > bits:
            return 0
    return found


class Agent:
    """One possible type of one player: what each action is worth to it, in whole numbers over `unit`."""

    def __init__(self, checked: Any, i: int, t: int) -> None:
        n, column, prior = checked.n, checked.flat["payoff", i], checked.flat["prior"]
        chances = {c[:n]: p for c, p in prior.items() if p and c[i] == t}  # of types of those who choose
        self.acts, chance = range(len(checked.acts[i])), sum(chances.values())
        self.cases = []  # (the others, in order; for each action what it is worth, over the others' actions in C order)
        for theta in chances:
            others = [(j, theta[j]) for j in checked.active if j != i]
            rows = []
            for a in self.acts:
                menus = ([a] if j == i else range(len(checked.acts[j])) for j in range(n))
                rows.append([column[(*theta, *profile)] / chance for profile in product(*menus)])
            self.cases.append((others, rows))
        self.size = max(sum(len(rows[0]) for _, rows in self.cases), PAIR) * len(self.acts) ** 2
        self.unit = common({x.denominator for _, rows in self.cases for row in rows for x in row}, 16 * LONG)
        self.size *= 1 + self.unit.bit_length() // LONG if self.unit else WORK
        if self.size <= WORK:
            self.cases = [(o, [[int(x * self.unit) for x in row] for row in rows]) for o, rows in self.cases]

    def differences(self, by: Any, b: int) -> Any:
        """For each case: the others, and how much more the mixture `by` is worth than b, over their actions."""
        for others, rows in self.cases:
            if len(by) == 1:
                yield others, [x - y for x, y in zip(rows[next(iter(by))], rows[b], strict=True)]
            else:
                mixed = (sum(by[a] * rows[a][k] for a in by) for k in range(len(rows[b])))
                yield others, [x - y for x, y in zip(mixed, rows[b], strict=True)]


def cheapest(costs: Any, low: list[int], high: list[int], free: int) -> Any:
    """The least Σ x·cost over low ≤ x ≤ high with a sum of Σ low + free: what is free goes to the cheapest, as room allows."""
    value = sum(x * c for x, c in zip(low, costs, strict=True))
    for cost, room in sorted(zip(costs, map(int.__sub__, high, low), strict=True)):
        taken = min(room, free)
        value, free = value + cost * taken, free - taken
        if not free:
            break
    return value


class Boxes:
    """low ≤ σ_k ≤ high for each agent k, in whole numbers over `whole`."""

    def __init__(self, checked: Any, agents: Any, steps: Any) -> None:
        self.agents = agents
        self.whole = common((x.denominator for step in steps for side in step[1:3] for x in side.values()), LONG)
        self.low = {who: [0] * len(agent.acts) for who, agent in self.agents.items()}
        self.high = {who: [self.whole] * len(agent.acts) for who, agent in self.agents.items()}

    def tighten(self, who: Any, at_least: dict[int, Fraction], at_most: dict[int, Fraction]) -> bool:
        """Whether something is left in the box when these bounds hold too."""
        low, high = self.low[who], self.high[who]
        for a, bound in at_least.items():
            low[a] = max(low[a], int(bound * self.whole))
        for a, bound in at_most.items():
            high[a] = min(high[a], int(bound * self.whole))
        return sum(low) <= self.whole <= sum(high) and all(map(int.__le__, low, high))

    def least(self, who: Any, by: Any, b: int) -> Fraction:
        """At most what `by` is worth more than b to this agent, wherever the others are in their boxes.

        The last of the others is taken to do the most harm given what those before it do, and so on to the first. For
        one other player this is exact.
        """
        agent, total, scale = self.agents[who], 0, 1
        for others, row in agent.differences(by, b):
            for other in reversed(others):
                low, high = self.low[other], self.high[other]
                size, free = len(low), self.whole - sum(low)
                row = [cheapest(row[k : k + size], low, high, free) for k in range(0, len(row), size)]
            total, scale = total + row[0], self.whole ** len(others)
        return Fraction(total) / (agent.unit * scale)

    def response(self, who: Any, lam: Fraction, top: Any, mixtures: dict[int, Any]) -> tuple[list[int], list[int]]:
        """(least, most) probability over ONE of each action in this agent's response, at every λ from lam to top (or None)."""
        acts, times = self.agents[who].acts, {}  # {(a, b): σ(a) is so many times σ(b), over ONE, or more}
        for a, b in permutations(acts, 2):
            gap = self.least(who, {a: 1}, b)
            if gap >= 0:
                times[a, b] = exp(lam * gap)
            elif top is not None and -top * gap < FAR:
                times[a, b] = ONE * ONE // exp(-top * gap, up=1)
        most = [_up(ONE * ONE, ONE + sum(times.get((a, b), 0) for a in acts)) for b in acts]
        for b, by in mixtures.items():
            gap = self.least(who, by, b)
            if gap >= 0:
                share = _up(ONE * ONE * max(by.values()).numerator, exp(lam * gap) * max(by.values()).denominator)
                most[b] = min(most[b], _up(ONE * share, ONE + share))
        least = []
        for a in acts:
            left = ONE - sum(most[b] for b in acts if b != a and (a, b) not in times)
            shares = sum(_up(ONE * ONE, times[a, b]) for b in acts if (a, b) in times)
            least.append(max(0, left) * ONE // (ONE + shares))
        return least, most


def _said(bound: Fraction) -> str:
    return f"{float(bound):.6g}" if abs(bound) <= 1 else "what is no probability"


def _up(x: int, y: int) -> int:
    return -(-x // y)


def logit(checked: Any, claim: Any, kind: str) -> Any:
    """Kinds “every” and “stays”, for ranges of λ that together reach from λ₀ to infinity, each with its steps.

    every: all logit equilibria at all λ of the range are in the boxes that the steps lead to, from no bounds at all: each step
           follows from those before it.
    stays: the steps together say what the boxes are; the response to whatever is in them is in them, at every λ of the range.
           So there is a logit equilibrium in them at each such λ (Brouwer), and who responds to a play in them stays there.
    """
    lam, wanted = claim["lambda"].rational(), claim["at_least"].rational()
    joint, ranges = claim["of"].among(("each", "joint")), claim["ranges"].each()
    tops = [None if node["up_to"].value is None else node["up_to"].rational() for node in ranges]
    starts = [lam, *tops[:-1]]
    if any(is_long(x) for x in (lam, *tops) if x is not None):
        yield Fraction(-1), f"not checked: {TOO_LONG}"
        return
    right = lam >= 0 and ranges and tops[-1] is None and None not in starts
    if not right or any(x >= y for x, y in pairwise(starts)) or not 0 <= wanted <= 1:
        yield (
            Fraction(-1),
            "λ should be at least 0, ranges reach from it to null, and a probability lie between 0 and 1",
        )
        return
    agents = {who: Agent(checked, *who) for who in checked.choices}
    every = kind == "every"
    work = sum(agent.size for agent in agents.values()) * len(ranges)
    for start, top, node in zip(starts, tops, ranges, strict=True):
        steps = [(_step(checked, each), each.path) for each in node["steps"].each()]
        for (who, _, _, better), path in steps:
            if who not in agents or any(b in by for b, by in better.items()):
                yield Fraction(-1), f"{path} is about a type that never occurs, or calls an action better than itself"
                return
        mixed = [common((x.denominator for x in by.values()), LONG) for step, _ in steps for by in step[3].values()]
        boxes = Boxes(checked, agents, [step for step, _ in steps])
        work += every * sum(agents[step[0]].size for step, _ in steps)
        if work > WORK or not boxes.whole or not all(mixed):
            yield Fraction(-1), f"not checked: too many steps, for a game of this size, or {TOO_LONG}"
            return
        for (who, at_least, at_most, better), path in steps:
            if every:
                found = boxes.response(who, start, top, better)
                yield from _missed(checked, boxes, who, at_least, at_most, found, path)
            if not boxes.tighten(who, at_least, at_most):
                yield Fraction(-1), f"{path} leaves nothing that {checked.who[who]} may play"
                return
        better = {step[0]: step[3] for step, _ in steps}
        for who in () if every else agents:
            low, high = ({a: Fraction(x, boxes.whole) for a, x in enumerate(s[who])} for s in (boxes.low, boxes.high))
            found = boxes.response(who, start, top, better.get(who, {}))
            yield from _missed(checked, None, who, low, high, found, node.path)
        yield from _asked(checked, boxes, wanted, joint, f"{WHERE[kind]} λ ≥ {lam},")


WHERE = {"every": "in every logit equilibrium at", "stays": "in the boxes, which logit play does not leave at"}


def _step(checked: Any, node: Any) -> Any:
    """(agent, {action: at least}, {action: at most}, {action: a mixture that is better})."""
    i = checked.active[node["player"].among([checked.players[j] for j in checked.active])]
    who = (i, node["type"].among(checked.axes[i]))
    sides = [{a: x.rational() for a, x in node[side].by_label(checked.acts[i])} for side in ("at_least", "at_most")]
    better = {a: x.mixture(checked.acts[i]) for a, x in node["better"].by_label(checked.acts[i])}
    return who, *sides, better


def _missed(checked: Any, boxes: Any, who: Any, at_least: Any, at_most: Any, found: Any, path: str) -> Any:
    """The bounds that do not follow, from the response or, where boxes are given, from what is known already."""
    name, acts = checked.who[who], checked.acts[who[0]]
    for sign, word, bounds, side in ((1, "least", at_least, 0), (-1, "most", at_most, 1)):
        for a, bound in bounds.items():
            slack = sign * (Fraction(found[side][a], ONE) - bound)
            if boxes:
                known = (boxes.low, boxes.high)[side][who][a]
                slack = max(slack, sign * (Fraction(known, boxes.whole) - bound))
            elif bound == side:  # nothing is asked: at least 0, at most 1
                continue
            if slack < 0:
                shown = f"at {word} {float(found[side][a] / ONE):.6g} is"
                yield (
                    slack,
                    f"{path}: {name} plays {acts[a]} with at {word} {_said(bound)} does not follow; {shown} shown",
                )


def _asked(checked: Any, boxes: Boxes, wanted: Fraction, joint: int, where: str) -> Any:
    """The least probability of what is asked: of each agent, or that all do it at once."""
    low = {w: Fraction(boxes.low[w][next(iter(checked.play[w]))], boxes.whole) for w in boxes.agents}
    if joint and low:
        n, prior = checked.n, checked.flat["prior"]
        cases = {c[:n]: p for c, p in prior.items() if p}
        chance = sum(p * prod(low.get((j, t), Fraction(1)) for j, t in enumerate(c)) for c, p in cases.items())
        yield checked.bound(f"{where} the least probability of the whole play", chance, wanted)
    for who, p in [] if joint else low.items():
        act = checked.acts[who[0]][next(iter(checked.play[who]))]
        yield checked.bound(f"{where} the least probability that {checked.who[who]} plays {act}", p, wanted)


def share(checked: Any, claim: Any) -> Any:
    """Kind “share”: what is asked is best for whoever is rational, as long as the others are with chances of at least s.

    With S the players who are not rational, and w(S) the least (“anything”) or the average (“uniform”) over their actions of what
    the asked action is worth more than another, the gain is Σ_S (1 − s)^|S|·s^(rest)·w(S). Whoever may do anything may do
    what is asked, so that a larger s makes the least larger. The average is linear in each player's share, hence least where
    each of them is s or 1.
    """
    s, blind = claim["share"].rational(), claim["others"].among(("anything", "uniform"))
    agents = {who: Agent(checked, *who) for who in checked.choices}
    if not 0 <= s <= 1:
        yield Fraction(-1), "a share is between 0 and 1"
        return
    if sum(agent.size for agent in agents.values()) << len(checked.active) > WORK or is_long(s):
        yield Fraction(-1), f"not checked: the game is too large, or it has {TOO_LONG}"
        return
    for (i, t), agent in agents.items():
        asked, others = next(iter(checked.play[i, t])), [j for j in checked.active if j != i]
        groups = [set(g) for k in range(len(others) + 1) for g in combinations(others, k)]
        for b in (b for b in agent.acts if b != asked):
            worth = [_worth(checked, agent, asked, b, group, blind) for group in groups]
            least = min(
                sum(
                    (1 - s) ** len(g) * s ** (len(some) - len(g)) * w
                    for g, w in zip(groups, worth, strict=True)
                    if g <= some
                )
                for some in (groups if blind else groups[-1:])
            )
            scene = f" where the others are rational with a chance of at least {s}"
            yield checked.deviation(i, t, b, Fraction(least), scene)


def _worth(checked: Any, agent: Agent, asked: int, b: int, group: set[int], blind: int) -> Fraction:
    """w(S): the others outside of S do what is asked of them."""
    total = Fraction(0)
    for others, row in agent.differences({asked: 1}, b):
        menus = [range(len(checked.acts[j])) if j in group else checked.play[j, t] for j, t in others]
        sizes, seen = [len(checked.acts[j]) for j, _ in others], []
        for profile in product(*menus):
            k = 0
            for a, size in zip(profile, sizes, strict=True):
                k = k * size + a
            seen.append(row[k])
        total += Fraction(sum(seen), len(seen)) if blind else min(seen)
    return total / agent.unit
