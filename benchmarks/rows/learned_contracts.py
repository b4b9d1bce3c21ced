"""Learned contracts against the exact programmes: CPU-seconds, compilation included."""

import highspy  # noqa: F401  (loaded before the clock starts)

from rulewright.mechanisms.contracts import best_contract, best_menu, random_agency, random_tree, subgame_perfect

from ..row import Ready, Row, Work


def rows() -> list[Row]:
    one, three = random_agency(5, 5, seed=0), random_agency(3, 4, types=3, seed=0)
    tree = random_tree(4, 2, 2, discount=0.9, seed=0)
    return [
        Row(
            "best contract, 5 acts × 5 outcomes, exact",
            lambda: best_contract(one),
            (learned("gradients, 600 steps × 16", one, 1),),
        ),
        Row(
            "best menu, 3 types × 3 acts × 4 outcomes",
            lambda: best_menu(three),
            (learned("gradients, 600 steps × 16", three, 3),),
        ),
        Row("contracts in a tree of 15 states, exact", lambda: subgame_perfect(tree), (sampled(tree),)),
    ]


def learned(name: str, asked: object, entries: int) -> tuple[str, Work | None]:
    """The same by gradients; its value is the principal's, at exact replies."""

    def prepare() -> Work:
        from rulewright.learning.contracts import learn_contract

        return lambda: learn_contract(asked, entries=entries, steps=600, restarts=16).value

    return name, Ready(prepare)


def sampled(tree: object) -> tuple[str, Work | None]:
    def prepare() -> Work:
        from rulewright.learning.contracts import learn_delegation

        return lambda: learn_delegation(tree, each=1000).value

    return "Q networks from 30,000 samples", Ready(prepare)
