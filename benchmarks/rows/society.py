"""Societies: the punishment model against the same in Mesa, finite populations against EGTtools.

Mesa (Apache-2.0) twice: agents who act by their own methods, and AgentSet's arrays with NumPy in between. EGTtools (GPL-3) is
only ever a peer, imported here where it is installed. All of Mesa's agents are made before the clock starts, as ours are.
"""

import importlib.util

import numpy as np

from rulewright.society.finite import Crowd, GroupGame, Imitation, follow
from rulewright.society.punishment import TYPES, Punishment

from ..row import Ready, Row, Work

Peer = tuple[str, Work | None]
TARGET = "10 times faster"
BETA, MU = 0.01, 0.001
START = 0.2


def rows() -> list[Row]:
    return [*crowds(), *fixations(), *laws(), *courses()]


def crowds() -> list[Row]:
    found = []
    for agents, generations, repeats in ((100_000, 10, 5), (1_000_000, 2, 3)):
        work = Ready(lambda a=agents, g=generations: ours(a, g, "numpy"))
        peers = (*mesa(agents, generations), ("ours, NumPy alone", Ready(lambda a=agents, g=generations: plain(a, g))))
        what = f"punishment, groups of 16, {agents:,} agents, {generations} generations"
        found.append(Row(what, work, peers, target=TARGET, repeats=repeats))
    return found


def ours(agents: int, generations: int, backend: str, native: bool = True) -> Work:
    crowd: Crowd = Punishment().crowd
    start = crowd.start([START, 1 - START], agents, 0)
    crowd.run(start[:1600], 1, 0)  # tables are made before the clock starts, as the peers' agents are
    return lambda: float((crowd.run(start, generations, 1, backend=backend, native=native).last == 0).mean())


def plain(agents: int, generations: int) -> Work:
    return ours(agents, generations, "numpy", native=False)


def mesa(agents: int, generations: int) -> tuple[Peer, ...]:
    if importlib.util.find_spec("mesa") is None:
        return (("Mesa: not installed here", None),)
    return (
        ("Mesa, agents' own methods", Ready(lambda: mesa_society(agents, generations, False))),
        ("Mesa, AgentSet.get and NumPy", Ready(lambda: mesa_society(agents, generations, True))),
    )


def mesa_society(agents: int, generations: int, arrays: bool) -> Work:
    import mesa

    settings = Punishment()
    table = np.asarray(settings.game.worth, float)
    n = settings.group
    least, span = table[settings.game.compositions > 0].min(), np.ptp(table[settings.game.compositions > 0])
    worth = table.tolist()  # [punishers in the group][0 punisher, 1 reluctant]

    class Member(mesa.Agent):  # type: ignore[misc]
        def __init__(self, model: "Society", kind: int) -> None:
            super().__init__(model)
            self.kind, self.payoff, self.born, self.group = kind, 0.0, kind, None

        def earn(self) -> None:
            self.payoff = worth[self.group.punishers][self.kind]

        def imitate(self) -> None:
            a, b = self.random.choice(self.model.members), self.random.choice(self.model.members)
            self.born = b.kind if self.random.random() * span < b.payoff - a.payoff else a.kind

        def grow(self) -> None:
            self.kind = self.born

    class Group:
        def __init__(self, members: list[Member]) -> None:
            self.members, self.punishers = members, 0
            for member in members:
                member.group = self

        def meet(self) -> None:
            self.punishers = sum(member.kind == 0 for member in self.members)

    class Society(mesa.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(seed=1)
            kinds = (np.random.default_rng(0).random(agents) >= START).astype(int).tolist()
            Member.create_agents(self, agents, kinds)
            self.members = list(self.agents)
            self.groups = [Group(self.members[k : k + n]) for k in range(0, agents - agents % n, n)]

        def step(self) -> None:
            for group in self.groups:
                group.meet()
            self.agents.do("earn")
            self.agents.do("imitate")
            self.agents.do("grow")

    class Quick(Society):
        def step(self) -> None:
            kind = np.array(self.agents.get("kind"))
            grouped = kind.reshape(-1, n)
            payoff = table[(grouped == 0).sum(axis=1)[:, None], grouped].ravel()
            rng = self.rng
            a, b = rng.integers(agents, size=(2, agents))
            born = np.where(rng.random(agents) * span < payoff[b] - payoff[a], kind[b], kind[a])
            for member, one in zip(self.agents, born.tolist(), strict=True):
                member.kind = one

    del least
    society = (Quick if arrays else Society)()

    def work() -> float:
        for _ in range(generations):
            society.step()
        return sum(member.kind == 0 for member in society.members) / agents

    return work


def game(n: int, types: tuple[str, ...] = TYPES[:2], errors: float = 0.0) -> GroupGame:
    return Punishment(group=n, types=types, errors=errors).game


def fixations() -> list[Row]:
    found = []
    for size in (100, 1000):
        one = game(16)
        work = Ready(lambda g=one, z=size: warm(lambda: float(np.exp(Imitation(g, z, BETA).fixations()[1, 0]))))
        peer = egt(lambda e, h, z=size: egt_fixation(e, h, z), one)
        what = f"both chances of fixation, groups of 16 among {size:,}"
        found.append(Row(what, work, (peer,), target=TARGET, same=True))
    five = game(8, TYPES, 0.1)
    work = Ready(lambda: warm(lambda: float(Imitation(five, 100, BETA).rare_mutation()[2])))
    what = "five types in groups of 8 among 100, rare mutation: share of moralists"
    return [*found, Row(what, work, (egt(egt_rare, five),), target=TARGET, same=True)]


def laws() -> list[Row]:
    found = []
    for size in (100, 500):
        one = game(16)

        def mean(g: GroupGame = one, z: int = size) -> float:
            law = Imitation(g, z, BETA, MU).stationary()
            return float(law @ np.arange(z + 1) / z)

        peer = egt(lambda e, h, z=size: egt_law(e, h, z), one)
        what = f"stationary law with mutation, groups of 16 among {size:,}"
        found.append(Row(what, Ready(lambda m=mean: warm(m)), (peer,), target=TARGET, same=True))
    return found


def courses() -> list[Row]:
    one, size, steps = game(16), 1000, 1_000_000
    work = Ready(
        lambda: warm(lambda: float(follow(Imitation(one, size, BETA, MU), 500, steps, 1).law @ np.arange(size + 1)))
    )
    peers = (
        egt(lambda e, h: egt_course(e, h, size, steps), one, "EGTtools run_with_mutation"),
        egt(lambda e, h: egt_estimate(e, h, size, steps), one, "EGTtools estimate_stationary_distribution_sparse"),
    )
    return [Row(f"{steps:,} single steps among {size:,}, groups of 16", work, peers, target=TARGET)]


def egt(work, of: GroupGame, name: str = "EGTtools") -> Peer:  # type: ignore[no-untyped-def]
    """`work(egttools, the same game there)`, made before the clock starts."""
    if importlib.util.find_spec("egttools") is None:
        return ("EGTtools: not installed here", None)

    def prepare() -> Work:
        import egttools
        import egttools.analytical
        import egttools.numerical
        import egttools.utils
        from egttools.games import MatrixNPlayerGameHolder

        from rulewright.society.finite.game import rank

        m, rows = len(of.names), len(of.compositions)
        order = np.array([egttools.sample_simplex(k, of.group, m) for k in range(rows)]).astype(np.int64)
        worth = np.where(order > 0, np.asarray(of.worth, float)[rank(order, of.group)], 0.0)
        holder = MatrixNPlayerGameHolder(m, of.group, np.ascontiguousarray(worth.T))
        return warm(lambda: work(egttools, holder))

    return (name, Ready(prepare))


def egt_fixation(egttools, holder, size: int) -> float:  # type: ignore[no-untyped-def]
    process = egttools.analytical.PairwiseComparison(size, holder)
    process.calculate_fixation_probability(1, 0, BETA)
    return float(process.calculate_fixation_probability(0, 1, BETA))


def egt_rare(egttools, holder) -> float:  # type: ignore[no-untyped-def]
    process = egttools.analytical.PairwiseComparison(100, holder)
    steps, _ = process.calculate_transition_and_fixation_matrix_sml(BETA)
    return float(egttools.utils.calculate_stationary_distribution(np.asarray(steps).T)[2])


def egt_law(egttools, holder, size: int) -> float:  # type: ignore[no-untyped-def]
    process = egttools.analytical.PairwiseComparison(size, holder)
    steps = process.calculate_transition_matrix(BETA, MU).toarray()
    law = egttools.utils.calculate_stationary_distribution(steps.T)
    first = np.array([egttools.sample_simplex(k, size, 2)[0] for k in range(size + 1)], float)
    return float(law @ first / size)


def egt_course(egttools, holder, size: int, steps: int) -> float:  # type: ignore[no-untyped-def]
    process = egttools.numerical.PairwiseComparisonNumerical(size, holder, 2 * size)
    return float(process.run_with_mutation(steps, BETA, MU, np.array([size // 2, size // 2]))[:, 0].mean())


def egt_estimate(egttools, holder, size: int, steps: int) -> float:  # type: ignore[no-untyped-def]
    process = egttools.numerical.PairwiseComparisonNumerical(size, holder, 2 * size)
    return float(process.estimate_stationary_distribution_sparse(1, steps, 0, BETA, MU).sum())


def warm(work: Work) -> Work:
    """Nobody pays for the first touch of code."""
    work()
    return work
