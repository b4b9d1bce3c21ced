"""What rivals say and what comes of it: claims for competition_checker.py, which looks for this file beside itself.

All Bobs know s, Alice may know t. A plan α is an act for each t; an outcome q(α | s) is obedient if Alice of every type, told α,
does best with α_t. Whatever weights λ ≥ 0 are put on obedience, no obedient outcome gives more of H than

    D(H, λ) = Σ_s max_α ( H[s, α] + Σ λ(α, t, b)·p[s, t]·(u[s, t, α_t] − u[s, t, b]) )                       (`bound`)

Best-AI selection: φ_j(v), the most that Bob j gets where Alice gets v, is concave; an outcome worth V to her is one of a pure
equilibrium if every Bob gets φ_j(V), and below OPT only if (docs/theory/competition_theorems.md). Theorems, after Collina, Goel,
Roth, Ryu & Shi (2025): with f = Σ w_i·U_i − u and F what f is worth where a Bob has revealed all, every equilibrium gives Alice

    Σ w_i·U_i(equilibrium) − E f(equilibrium)  ≥  OPT + F − max E f,          since no Bob gains by revealing everything

`rivals` is the Rivals of competition_checker.py; functions of a claim give (what is to spare, a sentence).
"""

from fractions import Fraction
from itertools import pairwise, product
from math import lcm
from typing import Any

ZERO, ONE = Fraction(0), Fraction(1)
BITS = 96  # after the point, of exp
FAR = 64  # exp is bounded up to there
SEARCH = 1_000_000  # plans in all states
NAMES = {"T1": "best responses, all talk", "T2": "quantal responses, all talk", "T3": "best-AI selection"}
BOUNDS = ("near", "range", "full", "obedient")
TIES = ("unique", "indifferent", "fixed", "recommended", "worst")


def opt(rivals: Any, claim: Any) -> Any:
    said = rivals.said
    value, least = claim["value"].rational(), claim["uninformed"].rational()
    says = f"OPT is {said(rivals.opt_value)}, uninformed she gets {said(rivals.v0)}"
    return -max(abs(value - rivals.opt_value), abs(least - rivals.v0)), says


def plan(rivals: Any, node: Any) -> tuple[int, ...]:
    return tuple(entry.number(len(rivals.acts)) for entry in node.each(len(rivals.types)))


def gain(rivals: Any, s: int, t: int, a: int, b: int) -> int:
    """B: p·(u(a) − u(b)), over mass·unit."""
    return rivals.p[s][t] * (rivals.u[-1][s][t][a] - rivals.u[-1][s][t][b])


def outcome(rivals: Any, node: Any) -> list[Fraction]:
    """What an outcome gives to each Bob and to Alice. Raises Contradiction where it is none, or not obedient."""
    must = rivals.must
    rows: dict[Any, Fraction] = {}
    for entry in node.each():
        s, alpha, chance = entry.each(3)
        key = s.number(len(rivals.states)), plan(rivals, alpha)
        must(key not in rows, f"{entry.path} names a plan in a state again")
        rows[key] = chance.rational(ZERO)
    given, unit = rivals.whole(rows.values())
    rivals.spend(len(rows) * len(rivals.types) * (len(rivals.u) + len(rivals.acts)), unit, rivals.unit, rivals.mass)
    sums, plans = [0] * len(rivals.states), dict[Any, Any]()
    for (s, alpha), q in zip(rows, given, strict=True):
        sums[s] += q
        plans.setdefault(alpha, []).append((s, q))
    must(all(x == unit for x, p in zip(sums, rivals.P, strict=True) if p), f"{node.path}: chances do not sum to 1")
    for alpha, drawn in plans.items():
        for (t, a), b in product(enumerate(alpha), range(len(rivals.acts))):
            over = sum(q * gain(rivals, s, t, a, b) for s, q in drawn)
            must(over >= 0, f"{node.path}: Alice, told {rivals.acts[a]}, had rather do {rivals.acts[b]}")
    every = [(s, t, a, q) for alpha, drawn in plans.items() for s, q in drawn for t, a in enumerate(alpha)]
    each = (sum(q * rivals.p[s][t] * u[s][t][a] for s, t, a, q in every) for u in rivals.u)
    return [Fraction(x, unit * rivals.mass * rivals.unit) for x in each]


def bound(rivals: Any, weights: list[Fraction], node: Any, masses: list[Fraction] | None = None) -> Fraction:
    """D: no obedient outcome gives more of Σ weights·utilities (Bobs', then Alice's), as the multipliers show."""
    states, acts, T = range(len(rivals.states)), range(len(rivals.acts)), len(rivals.types)
    entries, count = node.each(), len(rivals.states) * len(acts) ** min(T, 64)
    rivals.must(count <= SEARCH, "not checked: too many plans")
    multipliers = [
        (plan(rivals, alpha), t.number(T), b.number(len(acts)), w.rational(ZERO))
        for alpha, t, b, w in (entry.each(4) for entry in entries)
    ]
    given, unit = rivals.whole([*weights, *(w for *_, w in multipliers)])
    mass, scale = rivals.whole(masses if masses is not None else [ONE] * len(rivals.states))
    steps = count * T + len(states) * T * len(acts) * len(rivals.u) + len(multipliers) * len(states)
    rivals.spend(steps, unit, scale, rivals.unit, rivals.mass)
    used = [(w, u) for w, u in zip(given[: len(weights)], rivals.u, strict=False) if w]
    extra: dict[Any, int] = {}
    for (alpha, t, b, _), w in zip(multipliers, given[len(weights) :], strict=True):
        for s in states:
            extra[s, alpha] = extra.get((s, alpha), 0) + w * gain(rivals, s, t, alpha[t], b)
    total = 0
    for s in (s for s in states if mass[s] and rivals.P[s]):
        worth = [[rivals.p[s][t] * sum(w * u[s][t][a] for w, u in used) for a in acts] for t in range(T)]
        total += mass[s] * max(
            sum(map(list.__getitem__, worth, alpha)) + extra.get((s, alpha), 0) for alpha in product(acts, repeat=T)
        )
    return Fraction(total, unit * scale * rivals.mass * rivals.unit)


def equilibrium(rivals: Any, claim: Any) -> Any:
    must, said = rivals.must, rivals.said
    *bobs, value = outcome(rivals, claim["outcome"])
    wanted, found = claim["value"].rational(), list[Any]()
    first_best = value == rivals.opt_value and len(bobs) > 1
    shown = claim["multipliers"].be(dict) if first_best else rivals.names
    must(shown, f"{claim.path}.multipliers name nobody")
    for name, node in zip(shown, claim["multipliers"].per_name([*shown]), strict=True):
        j, theta = rivals.position(name), node["value"].rational(ZERO)
        must(len(bobs) > 1 or not theta, "a single AI is bound by nobody's offer")
        most = bound(rivals, [*(Fraction(i == j) for i in range(len(bobs))), theta], node["obedience"]) - theta * value
        found.append((bobs[j] - most, f"{rivals.names[j]} gets {said(bobs[j])}, at most {said(most)} otherwise"))
    slack, says = min(found)
    says += ", if ties are not broken against them" * (len(found) < len(bobs))
    says = f"Alice gets {said(value)}, {said(wanted)} is claimed; {says}"
    return min(slack, -abs(value - wanted)), says


def worst(rivals: Any, claim: Any) -> Any:
    must, said = rivals.must, rivals.said
    wanted, k = claim["at_least"].rational(), len(rivals.names)
    cuts: list[tuple[Fraction, list[Fraction]]] = []
    for node in claim["cuts"].each():
        at, offers = node["at"].rational(), list[Fraction]()
        for j, offer in enumerate(node["offers"].per_name(rivals.names) if wanted > rivals.v0 else ()):
            *bobs, value = outcome(rivals, offer)
            must(
                k == 1 or value >= at,
                f"{offer.path} is worth {said(value)} to Alice, less than {said(at)}",
            )
            offers.append(bobs[j])
        cuts.append((at, offers))
    values = [at for at, _ in cuts]
    must(values and all(x < y for x, y in pairwise(values)), f"{claim.path}.cuts should grow")
    if wanted <= rivals.v0:
        return rivals.v0 - wanted, f"she gets at least {said(rivals.v0)} with nothing said"
    must(values[0] <= rivals.v0, f"nothing is shown between {said(rivals.v0)} and {said(values[0])}")
    for ((v, low), (top, high)), node in zip(pairwise(cuts), claim["multipliers"].each(len(cuts) - 1), strict=True):
        slopes = [(y - x) / (top - v) for x, y in zip(low, high, strict=True)]
        kappa = [each.rational(ZERO) for each in node["bobs"].per_name(rivals.names)]
        floor, ceiling = node["floor"].rational(ZERO), node["ceiling"].rational(ZERO)
        alice = floor - ceiling - sum(x * slope for x, slope in zip(kappa, slopes, strict=True))
        chords = sum(x * (at - slope * v) for x, at, slope in zip(kappa, low, slopes, strict=True))
        left = bound(rivals, [*kappa, alice], node["obedience"]) - chords - floor * v + ceiling * top
        empty = left < 0 or (left == 0 and ceiling > 0)
        must(
            empty,
            f"{node.path}: equilibria from {said(v)} to {said(top)} are not excluded, by {said(left)}",
        )
    says = f"no pure equilibrium gives Alice less than {said(values[-1])}; {said(wanted)} is claimed"
    return values[-1] - wanted, says


def unimprovable(rivals: Any, claim: Any) -> Any:
    must, said = rivals.must, rivals.said
    states, found = range(len(rivals.states)), [(ONE, "nobody")]
    mean, value, total = [ZERO] * len(rivals.states), ZERO, ZERO
    drawn = [(node["belief"].mix(rivals.states), node["weight"].rational(ZERO)) for node in claim["support"].each()]
    rivals.whole(x for mu, tau in drawn for x in (tau, *mu.values()))  # so that sums stay short
    for node in claim["support"].each():
        mu, tau, alpha = node["belief"].mix(rivals.states), node["weight"].rational(ZERO), plan(rivals, node["plan"])
        _, unit = rivals.whole([tau, *mu.values()])
        rivals.spend(
            len(states) * len(rivals.types) * (len(rivals.u) + len(rivals.acts)), unit, rivals.mass, rivals.unit
        )
        must(sum(mu.values()) == 1 and all(rivals.P[s] for s in mu), f"{node.path}.belief is no law of states")
        masses = [mu.get(s, ZERO) * rivals.mass / (rivals.P[s] or 1) for s in states]
        for (t, a), b in product(enumerate(alpha), range(len(rivals.acts))):
            over = sum(masses[s] * gain(rivals, s, t, a, b) for s in mu)
            must(over >= 0, f"{node.path}: Alice had rather do {rivals.acts[b]} than {rivals.acts[a]}")
        cells = [(s, t, a) for s in mu for t, a in enumerate(alpha)]
        scale = rivals.mass * rivals.unit
        each = [sum(masses[s] * rivals.p[s][t] * u[s][t][a] for s, t, a in cells) / scale for u in rivals.u]
        for j, multipliers in enumerate(node["multipliers"].per_name(rivals.names)):
            most = bound(rivals, [Fraction(i == j) for i in range(len(rivals.names))], multipliers, masses)
            found.append(
                (each[j] - most, f"{node.path}: {rivals.names[j]} gets {said(each[j])}, and could {said(most)}")
            )
        total, value = total + tau, value + tau * each[-1]
        mean = [x + tau * mu.get(s, ZERO) for s, x in enumerate(mean)]
    plausible = total == 1 and mean == [Fraction(x, rivals.mass) for x in rivals.P]
    must(plausible, "the beliefs do not average to the prior")
    wanted, (slack, who) = claim["value"].rational(), min(found)
    says = f"Alice gets {said(value)}, {said(wanted)} is claimed; nobody could improve on a belief"
    return min(slack, -abs(value - wanted)), says if slack >= 0 else f"a belief is not unimprovable: {who}"


def zero_sum(rivals: Any, claim: Any) -> Any:
    mix = claim["weights"].mix(rivals.names)
    rivals.must(len(mix) > 1, "two AIs at least should have a weight")
    sums, _ = rivals.whole(mix.values())
    rivals.spend(len(rivals.people) * len(mix), rivals.unit)
    flat = [sum(w * rivals.columns[i][r] for w, i in zip(sums, mix, strict=True)) for r in range(len(rivals.people))]
    first = dict(zip(reversed(rivals.cases), reversed(flat), strict=True))
    off = next((r for r, x in enumerate(flat) if x != first[rivals.cases[r]]), None)
    says = "they are opposed: their weighted sum does not depend on what Alice does (what follows is literature)"
    return (None, says) if off is None else (-ONE, f"their weighted sum depends on what Alice does: {rivals.row(off)}")


def exp(x: Fraction, up: int) -> Fraction:
    """At most exp(x), and hardly less, for x from 0; with up = 1 at least that, and hardly more, for x up to FAR.

    Taylor's series at x/256, cut off where what is left is less than the last term, then squared eight times.
    """
    x = min(x, Fraction(FAR))
    small, one = ((x.numerator << BITS) // (x.denominator << 8)) + up, 1 << BITS
    term, total, k = one, one, 0
    while term > up:
        k += 1
        term = (term * small >> BITS) // k + up
        total += term
    total += up * term
    for _ in range(8):
        total = (total * total >> BITS) + up
    return Fraction(total, one)


def theorem(rivals: Any, claim: Any) -> tuple[Fraction, str]:
    """(what is to spare, a sentence)."""
    said = rivals.said
    name, least = [*NAMES, "ignoring"][claim["name"].among([*NAMES, "ignoring"])], claim["at_least"].rational()
    if name == "ignoring":
        return rivals.v0 - least, f"Alice can ignore them all: she gets {said(rivals.v0)}"
    mix, eta = claim["weights"].mix(rivals.names), claim["eta"].rational(ZERO)
    lost, how = loss(rivals, claim, name, mix)
    reached = rivals.opt_value - lost - eta * sum(mix.values(), ZERO)
    slip = f" up to {said(eta)}" * bool(eta)
    says = f"every equilibrium{slip} gives at least {said(reached)}{how}; {said(least)} is claimed"
    return reached - least, f"{name} ({NAMES[name]}): {says}"


def loss(rivals: Any, claim: Any, name: str, mix: dict[int, Fraction]) -> tuple[Fraction, str]:
    must, said = rivals.must, rivals.said
    by = BOUNDS[claim["by"].among(BOUNDS)]
    must(name != "T2" or by in BOUNDS[:2], "quantal responses need a bound by “near” or “range”")
    columns = rivals.mixed(mix)
    f, unit = rivals.gaps(columns, [])
    lost = rivals.spread(f, unit, rivals.chances)
    if by == "near":
        slack, says = rivals.nearness(claim, columns, [ONE, ONE])
        must(slack >= 0, f"not within {said(claim['epsilon'].rational())}: {says}")
        lost = 2 * claim["epsilon"].rational()
    if name == "T2":
        more, how = quantal(rivals, claim, mix)
        return lost + more, how
    worth, how = revealed(rivals, claim, name, mix, f, unit)
    must(worth is not None or by in BOUNDS[2:], "“near” and “range” need ties to be settled")
    if by in BOUNDS[2:]:
        entries = claim["obedience"].each() if by == "obedient" else []
        lost = most(rivals, f, unit, entries) - (tied(rivals, mix) if worth is None else worth)
    return lost, how


def best(rivals: Any) -> list[list[int]]:
    """For each case, the rows of Alice's best acts."""
    blocks = [range(g * len(rivals.acts), (g + 1) * len(rivals.acts)) for g in range(rivals.groups)]
    tops = [max(rivals.people[r] for r in rows) for rows in blocks]
    return [[r for r in rows if rivals.people[r] == top] for rows, top in zip(blocks, tops, strict=True)]


def revealed(rivals: Any, claim: Any, name: str, mix: Any, f: list[int], unit: int) -> tuple[Fraction | None, str]:
    """F; None for the worst of ties."""
    must = rivals.must
    acts, known = best(rivals), claim["ties"]
    kind, rows, how = TIES[known["kind"].among(TIES)], [max(rows, key=f.__getitem__) for rows in acts], ""
    if kind == "worst":
        return None, ", however ties are broken"
    if kind == "unique":
        single = all(len(rows) == 1 for rows in acts)
        must(single, "Alice has more than one best act somewhere: ties decide what revealing everything brings")
    elif kind == "indifferent":
        differ = (len({rivals.columns[i][r] for r in rows}) > 1 for rows in acts for i in mix)
        must(not any(differ), "an AI with a weight cares how Alice breaks ties")
    elif kind == "fixed":
        chosen = [node.number(len(rivals.acts)) for node in known["choice"].each(rivals.groups)]
        rows = [g * len(rivals.acts) + a for g, a in enumerate(chosen)]
        must(all(map(list.__contains__, acts, rows)), f"{known.path}.choice is not a best act somewhere")
        how = ", if Alice breaks ties as written, whoever speaks"
    else:
        must(name == "T3", "ties are broken as recommended only where Alice talks to one AI")
        how = ", if Alice, indifferent, does what is recommended"
    law, scale = rivals.whole(rivals.chances)
    return Fraction(sum(p * f[r] for p, r in zip(law, rows, strict=True)), unit * scale), how


def tied(rivals: Any, mix: dict[int, Fraction]) -> Fraction:
    """F where ties are broken against whichever Bob reveals everything."""
    (law, scale), acts, total = rivals.whole(rivals.chances), best(rivals), -rivals.opt_value
    for i, w in mix.items():
        least = sum(p * min(rivals.columns[i][r] for r in rows) for p, rows in zip(law, acts, strict=True))
        total += w * Fraction(least, scale * rivals.unit)
    return Fraction(total)


def most(rivals: Any, f: list[int], unit: int, entries: list[Any]) -> Fraction:
    """The most that f is worth where Alice of every type does what is best for her, as the multipliers show."""
    acts, types, states = len(rivals.acts), len(rivals.types), range(len(rivals.states))
    rows = [
        (t.number(types), a.number(acts), b.number(acts), w.rational(ZERO))
        for t, a, b, w in (entry.each(4) for entry in entries)
    ]
    given, den = rivals.whole(w for *_, w in rows)
    law, scale = rivals.whole(rivals.chances)
    rivals.spend(len(rivals.people) + len(rows) * len(states), unit, den, scale, rivals.unit, rivals.mass)
    where = {pair: g for g, pair in enumerate(rivals.pairs)}
    common = lcm(unit * scale, den * rivals.mass * rivals.unit)
    worth = [law[g] * x * (common // (unit * scale)) for g, x in zip(rivals.cases, f, strict=True)]
    for (t, a, b, _), w in zip(rows, given, strict=True):
        for s in (s for s in states if (s, t) in where):
            worth[where[s, t] * acts + a] += (
                w * gain(rivals, s, t, a, b) * (common // (den * rivals.mass * rivals.unit))
            )
    return Fraction(sum(max(worth[g : g + acts]) for g in range(0, len(worth), acts)), common)


def quantal(rivals: Any, claim: Any, mix: dict[int, Fraction]) -> tuple[Fraction, str]:
    """What choosing by chance costs: log|A|/λ, and what a Bob who reveals everything does not control."""
    must, said = rivals.must, rivals.said
    lam, log, gamma, delta = (claim[key].rational(ZERO) for key in ("lambda", "log", "gamma", "delta"))
    must(lam > 0, "λ is not above 0")
    shown = exp(log, 0) >= len(rivals.acts)
    must(shown, f"{claim.path}.log is not shown to be at least log {len(rivals.acts)}")
    far = lam * gamma
    close = delta >= 1 or far == 0 or (far <= FAR and 1 + delta >= (1 - delta) * exp(far, 1))
    must(close, f"{claim.path}.delta is not shown to be at least tanh(λγ/2)")
    law, every = rivals.chances, [(ONE, rivals.people), *((w, rivals.columns[i]) for i, w in mix.items())]
    sway = sum((w * rivals.spread(u, rivals.unit, law) for w, u in every), ZERO)
    how = f" if her estimates are within {said(gamma)} once an AI has revealed everything" * bool(gamma)
    return log / lam + delta * sway, how
