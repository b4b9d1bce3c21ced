"""Spurious normativity, after Köster et al. 2022 (PNAS): a reduced, non-spatial model of ours.

`python papers koster-2022` for the claims; `python papers/norms/koster-2022/reproduce.py --write` writes the tables into README.md.
Public names of rulewright only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from rulewright.behaviour.estimation import confidence
from rulewright.learning import norms

HERE = Path(__file__).parent
BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"
SEEDS, SEED = 15, 2  # populations per arm; another seed than the one of the search
ARMS = list(norms.ARMS)
LEVEL = 0.35  # criterion: share poisoned
PUBLISHED_T = (-22.35, -15.62, 1.23, 3.94, 3.26, 2.43, 0.21, -1.08, -0.66, -1.38)
PUBLISHED_R = {"important": -0.80, "silly": -0.39}


@cache
def courses() -> dict[str, np.ndarray]:
    """{measure: [arm, setting, seed, bin]}; settings: the first reduction, the found one. 90 runs, 60,000 steps."""
    both = {name: [norms.REDUCED[name], value] for name, value in norms.FOUND.items()}
    course = norms.societies(norms.society(**both), seeds=SEEDS, seed=SEED)
    return {m: np.asarray(getattr(course, m), float) for m in "abcdef"}


def mean(measure: str, arm: str, setting: int) -> np.ndarray:
    """[tenth]: mean over populations."""
    return norms.tenths(courses()[measure][ARMS.index(arm), setting].mean(axis=0))


def reached(arm: str, setting: int) -> np.ndarray:
    """[seed]: bin of 40 in which the share poisoned first falls below the criterion."""
    return norms.time_to(courses()["d"][ARMS.index(arm), setting], LEVEL)


def t_of_return(setting: int, one: str = "silly", other: str = "important") -> tuple[norms.Statistic, ...]:
    f = courses()["f"]
    return norms.by_tenth(f[ARMS.index(one), setting], f[ARMS.index(other), setting])


def correlation(arm: str, setting: int) -> norms.Statistic:
    k = ARMS.index(arm)
    return norms.early_and_late(courses()["b"][k, setting], courses()["d"][k, setting])


def criteria() -> dict[str, np.ndarray]:
    found = norms.Course(*(courses()[m] for m in "abcdef"))
    return {what: np.asarray(mask) for what, mask in norms.criteria(found).items()}


def at_end(measure: str, arm: str, setting: int) -> float:
    return float(mean(measure, arm, setting)[-2:].mean())


def t_claim(k: int) -> Callable[[bool], float]:
    return lambda fast: t_of_return(1)[k].value


CLAIMS: dict[str, Callable[[bool], float]] = {
    "reduced: populations that reach the criterion without a rule": lambda fast: float(
        np.isfinite(reached("none", 0)).sum()
    ),
    "reduced: mean bin at the criterion, important": lambda fast: float(reached("important", 0).mean()),
    "reduced: mean bin at the criterion, silly": lambda fast: float(reached("silly", 0).mean()),
    "reduced: B, hump of silly over that of important": lambda fast: float(
        mean("b", "silly", 0).max() / mean("b", "important", 0).max()
    ),
    "reduced: C at the end, silly less important": lambda fast: at_end("c", "silly", 0) - at_end("c", "important", 0),
    "reduced: D at the end, none": lambda fast: at_end("d", "none", 0),
    "reduced: E early, silly over important": lambda fast: float(
        mean("e", "silly", 0)[:2].mean() / mean("e", "important", 0)[:2].mean()
    ),
    "found: populations in which silly is first at the criterion": lambda fast: float(
        (reached("silly", 1) < reached("important", 1)).sum()
    ),
    "found: populations that reach the criterion without a rule": lambda fast: float(
        np.isfinite(reached("none", 1)).sum()
    ),
    "found: D at the end, important": lambda fast: at_end("d", "important", 1),
    "found: D at the end, silly": lambda fast: at_end("d", "silly", 1),
    "found: A at the end over its highest tenth, silly": lambda fast: float(
        at_end("a", "silly", 1) / mean("a", "silly", 1).max()
    ),
    "found: tenths in which F is significantly lower under silly, first half": lambda fast: float(
        sum(s.value < 0 and s.p < 0.05 for s in t_of_return(1)[:5])
    ),
    "found: tenths in which F is significantly higher under silly": lambda fast: float(
        sum(s.value > 0 and s.p < 0.05 for s in t_of_return(1))
    ),
    **{f"found: t of F, silly less important, tenth {k + 1}": t_claim(k) for k in range(10)},
    "found: correlation of early punishment and later poison, important": lambda fast: (
        correlation("important", 1).value
    ),
    "found: correlation of early punishment and later poison, silly": lambda fast: correlation("silly", 1).value,
    "found: criteria met, of 10": lambda fast: float(sum(mask[1] for mask in criteria().values())),
}


def p_value(p: float) -> str:
    return "< .001" if p < 0.001 else f"{p:.3f}".lstrip("0")


def tables() -> str:
    lines = ["| tenth | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 |", "|---" * 11 + "|"]

    def row(name: str, cells: list[str]) -> None:
        lines.append("| " + " | ".join([name, *cells]).replace("-", "−") + " |")

    row("published t of F, silly less important", [f"{t:.2f}" for t in PUBLISHED_T])
    for setting, name in ((1, "found setting"), (0, "first reduction")):
        row(f"ours, {name} (p)", [f"{s.value:.2f} ({p_value(s.p)})" for s in t_of_return(setting)])
    for setting, name in ((1, "found setting"), (0, "first reduction")):
        for measure in "abcdef":
            for k, arm in enumerate(ARMS):
                means = [confidence.mean(tenth) for tenth in norms.tenths(courses()[measure][k, setting]).T]
                row(
                    f"{measure.upper()}, {arm}, {name}",
                    [f"{(m.low + m.high) / 2:.3f} ± {(m.high - m.low) / 2:.3f}" for m in means],
                )
    lines += [
        "",
        "| early punishment and later poison | published r | ours, found setting (p) | ours, first reduction (p) |",
    ]
    lines.append("|---|---|---|---|")
    for arm, r in PUBLISHED_R.items():
        ours = [correlation(arm, setting) for setting in (1, 0)]
        row(arm, [f"{r:.2f}", *(f"{s.value:.2f} ({p_value(s.p)})" for s in ours)])
    lines += ["", "| criterion | found setting | first reduction |", "|---|---|---|"]
    for what, mask in criteria().items():
        lines.append(f"| {what} | {'yes' if mask[1] else 'no'} | {'yes' if mask[0] else 'no'} |")
    return "\n".join(lines) + "\n"


def swept(count: int) -> str:
    """Shares of settings, drawn at random, that meet each criterion."""
    found = norms.search(count)
    lines = [
        f"{count} settings × 3 arms × 2 seeds, one compiled call.",
        "",
        "| criterion | share of settings |",
        "|---|---|",
    ]
    lines += [f"| {what} | {share:.3f} |" for what, share in found.shares().items()]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> None:
    text = tables()
    print(text)
    for name, value in CLAIMS.items():
        print(f"{name}: {value(False):.4f}")
    if "--write" in arguments:
        readme = HERE / "README.md"
        before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
        readme.write_text(f"{before}{BEGIN}\n{text}{END}{rest.split(END)[1]}", encoding="utf-8")
    if "--search" in arguments:
        print(swept(1024))


if __name__ == "__main__":
    main(sys.argv[1:])
