"""Silly rules: the stopping policy, the exact law, and every member of many groups, beside the same members as Mesa agents."""

import importlib.util

from benchmarks.row import Ready, Row, Work
from rulewright.society.silly import fixed, law, policy, simulate

DENSITY, COST, SHOCK, THETA = 0.5, 0.0005, (2, 8), 0.8
GROUPS, MEMBERS, SLOTS = 10, 1000, 100  # of the small one: 200 events for each member


def members(groups: int, size: int, slots: int, observations: int, native: bool = True) -> object:
    """Members left in all groups, of those who were there."""
    what = policy(DENSITY, COST, SHOCK, observations=observations)
    here = fixed(THETA)
    return lambda: float(
        simulate(what, here, DENSITY, groups=groups, members=size, slots=slots, threads=2, native=native).size[-1]
    )


def mesa_members() -> object:
    """The same model, agents with the same policy, one group after the other; Mesa's own random numbers."""
    import mesa

    what = policy(DENSITY, COST, SHOCK)
    stays, joins = what.stays.tolist(), what.joins.tolist()
    last = what.observations

    class Member(mesa.Agent):  # type: ignore[misc]
        def __init__(self, model: object) -> None:
            super().__init__(model)
            self.punished = self.seen = 0
            self.there = stays[0] <= 0

        def face(self, silly: bool) -> None:
            if not self.there or not (silly or self.punished >= joins[self.seen]) or self.seen == last:
                return
            self.seen += 1
            self.punished += self.model.random.random() < THETA
            self.there = self.punished >= stays[self.seen]

    class Group(mesa.Model):  # type: ignore[misc]
        def __init__(self, seed: int) -> None:
            super().__init__(seed=seed)
            Member.create_agents(self, MEMBERS)

        def step(self) -> None:
            for silly in (False, True):
                self.agents.do("face", silly)

    def run() -> float:
        left = 0
        for seed in range(GROUPS):
            group = Group(seed)
            for _ in range(SLOTS):
                group.step()
            left += sum(agent.there for agent in group.agents)
        return float(left)

    return run


def rows() -> list[Row]:
    there = importlib.util.find_spec("mesa") is not None
    peer: tuple[str, Work | None] = ("Mesa", Ready(mesa_members)) if there else ("Mesa is not here", None)  # type: ignore[arg-type]
    shape = f"{GROUPS} groups × {MEMBERS} members × {2 * SLOTS} events"
    exact: Work = lambda: law(policy(DENSITY, COST, SHOCK), fixed(THETA), 200, DENSITY).totals[0]  # noqa: E731
    many: Work = lambda: policy([[k / 50] for k in range(50)], [k / 2000 for k in range(40)], SHOCK)  # noqa: E731
    return [
        Row("silly rules: policy and exact course, 200 slots", exact, target=""),
        Row("silly rules: 2,000 stopping policies of 260 observations", many),
        Row(
            f"silly rules, {shape}",
            Ready(lambda: members(GROUPS, MEMBERS, SLOTS, 260)),  # type: ignore[arg-type, return-value]
            (peer,),
            "10 × faster than Mesa",
        ),
        Row(
            f"silly rules, {shape}, NumPy twin",
            Ready(lambda: members(GROUPS, MEMBERS, SLOTS, 260, native=False)),  # type: ignore[arg-type, return-value]
        ),
        Row(
            "silly rules, 10⁴ groups × 10³ members × 10³ events, every event drawn",
            Ready(lambda: members(10_000, 1000, 500, 1000)),  # type: ignore[arg-type, return-value]
            target="< 60 s on two cores: < 120 CPU-s",
            repeats=1,
        ),
    ]
