"""After Wang, Dütting, Ivanov, Talgam-Cohen & Parkes 2023 (networks with jumps): random agencies of ours.

`python papers wang-2023` for the claims; `python papers/contracts/wang-2023/reproduce.py --write` writes the table into README.md.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import numpy as np

from rulewright.behaviour.estimation.confidence import mean
from rulewright.learning.contracts import black_box, learn_by_asking, sampled
from rulewright.mechanisms.contracts import best_contract, random_agency

HERE = Path(__file__).parent
BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"
SIZES = ((4, 3), (6, 6))  # (acts, outcomes)
CAP, SAMPLES, ROUNDS, INSTANCES = 6.0, 300, 5, 20
MODELS = ("with jumps", "plain ReLU")


@cache
def gaps(acts: int, outcomes: int, fast: bool) -> dict[str, np.ndarray]:
    """{way: [instance]}: the exact optimum less what was found, all with equally many questions; and how large the optimum is."""
    found: dict[str, list[float]] = {
        way: [] for way in (*MODELS, "first, with jumps", "first, plain ReLU", "random", "optimum")
    }
    for seed in range(2 if fast else INSTANCES):
        asked = random_agency(acts, outcomes, cap=CAP, seed=seed)
        best = best_contract(asked).value
        for way in MODELS:
            learned = learn_by_asking(
                black_box(asked), outcomes, cap=CAP, samples=SAMPLES, rounds=1 if fast else ROUNDS,
                steps=300 if fast else 2000, jumps=way == "with jumps", seed=seed,
            )  # fmt: skip
            found[way].append(best - learned.value)
            found[f"first, {way}"].append(best - learned.first)
        found["random"].append(best - float(sampled(asked, SAMPLES + learned.asked, seed=seed + 100)[1].max()))
        found["optimum"].append(best)
    return {way: np.array(values) for way, values in found.items()}


def gap(way: str, size: tuple[int, int] = SIZES[0]):
    return lambda fast: float(gaps(*size, fast)[way].mean())


def never_above(fast: bool) -> float:
    """Share of all contracts found that are worth no more than the exact optimum (to 1e-6)."""
    found = gaps(*SIZES[0], fast)
    return float(np.mean([(found[way] >= -1e-6).mean() for way in (*MODELS, "random")]))


def ahead(size: tuple[int, int]):
    """Low end of the 95 % interval of (gap of plain ReLU − gap with jumps), paired."""
    return lambda fast: mean(gaps(*size, fast)["plain ReLU"] - gaps(*size, fast)["with jumps"]).low


CLAIMS = {
    "share of contracts found that are worth no more than the exact optimum": never_above,
    "4 acts, 3 outcomes: mean gap with jumps": gap("with jumps"),
    "4 acts, 3 outcomes: mean gap of a plain ReLU net": gap("plain ReLU"),
    "4 acts, 3 outcomes: mean gap of as many random contracts": gap("random"),
    "6 acts, 6 outcomes: mean gap with jumps": gap("with jumps", SIZES[1]),
    "6 acts, 6 outcomes: mean gap of a plain ReLU net": gap("plain ReLU", SIZES[1]),
    "4 acts, 3 outcomes: low end of the interval of (plain ReLU − jumps)": ahead(SIZES[0]),
    "6 acts, 6 outcomes: low end of the interval of (plain ReLU − jumps)": ahead(SIZES[1]),
}


def table() -> str:
    lines = [
        "| gap to the exact optimum | " + " | ".join(f"{a} acts, {y} outcomes" for a, y in SIZES) + " |",
        "|---|---|---|",
    ]
    both = [gaps(*size, False) for size in SIZES]
    for way in both[0]:
        cells = [mean(found[way]) for found in both]
        told = " | ".join(f"{(c.low + c.high) / 2:.3f} ± {(c.high - c.low) / 2:.3f}" for c in cells)
        lines.append(f"| {way if way != 'optimum' else '(the optimum itself)'} | {told} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> None:
    text = table()
    print(text)
    for name, value in CLAIMS.items():
        print(f"{name}: {value(False):.4f}")
    if "--write" in arguments:
        readme = HERE / "README.md"
        before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
        readme.write_text(f"{before}{BEGIN}\n{text}{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
