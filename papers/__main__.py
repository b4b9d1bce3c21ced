"""Published value | ours | tolerance, per claim: `python papers [NAME …] [--fast] [--on PLACE] [--store DIR]`; exit 1 if one fails.

A paper is a folder papers/<idea>/<author-year>/ with reproduce.py, whose `CLAIMS` are {claim: function(fast) → number}, and
expected.toml, whose [[claim]] tables say name, published (where the paper has a number), ours, tolerance and source. With --fast
the functions do less and claims marked `slow` are left out: that is the tier which the tests run. A claim that needs data which
may not be shipped raises `real_data.Absent` where they are not there, and is left out with that reason.

With --on (local:4, ray://…, slurm:…: see docs/howto/many_machines.md) each paper is a job; the table is printed in the same
order with the same values. With --store DIR what is computed is kept there, and a rerun of the same files goes on.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # scripts share real_data.py, wherever they are run from

from real_data import Absent  # noqa: E402


@dataclass(frozen=True)
class Claim:
    paper: str
    name: str
    source: str
    published: float | None
    ours: float
    tolerance: float
    """Absolute; of what is computed now against what is published, or against ours where nothing is."""
    slow: bool
    compute: Callable[[bool], float]

    def holds(self, value: float) -> bool:
        return abs(value - (self.ours if self.published is None else self.published)) <= self.tolerance


def papers() -> list[Path]:
    return sorted(path.parent for path in ROOT.glob("*/*/expected.toml"))


def claims(folder: Path) -> Iterator[Claim]:
    """The claims of one paper. Raises ValueError where the script and the table name different ones."""
    spec = importlib.util.spec_from_file_location(f"reproduce_{folder.name}".replace("-", "_"), folder / "reproduce.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = script  # dataclasses look their module up
    spec.loader.exec_module(script)
    table = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))["claim"]
    if {row["name"] for row in table} != set(script.CLAIMS):
        raise ValueError(f"{folder}: reproduce.py and expected.toml name different claims")
    for row in table:
        yield Claim(
            folder.name,
            row["name"],
            row["source"],
            row.get("published"),
            row["ours"],
            row["tolerance"],
            row.get("slow", False),
            script.CLAIMS[row["name"]],
        )


def read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python papers")
    parser.add_argument("papers", nargs="*", metavar="NAME")
    parser.add_argument("--fast", action="store_true", help="do less, and leave out what is slow")
    parser.add_argument("--on", default="inline", metavar="PLACE", help="inline, local:4, ray://HOST:PORT, slurm:…")
    parser.add_argument("--store", metavar="DIR", help="keep what is computed there")
    return parser.parse_args(arguments)


def computed(idea: str, paper: str, fast: bool, code: str) -> dict[str, float | str]:
    """One paper, as a job (its claims share what they compute): {claim: its value, or why its data are not there}.

    `code` is of the paper's files, and only names them.
    """
    found: dict[str, float | str] = {}
    for claim in claims(ROOT / idea / paper):
        if not (fast and claim.slow):
            try:
                found[claim.name] = float(claim.compute(fast))
            except Absent as reason:
                found[claim.name] = str(reason)
    return found


def elsewhere(folders: list[Path], fast: bool, on: str, store: str | None) -> dict[str, dict[str, float | str]]:
    """{paper: what `computed` says}, done as jobs; a paper that failed is left out, with its stack on standard error."""
    from rulewright.jobs import Job, run

    jobs = []
    for folder in folders:
        code = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))).hexdigest()[:16]
        said = {"idea": folder.parent.name, "paper": folder.name, "fast": fast, "code": code}
        jobs.append(Job.of("paper_jobs:computed", **said))

    def tell(progress: object) -> None:
        if sys.stderr.isatty():
            print(f"\r{progress} \033[K", end="", file=sys.stderr)

    outcomes = run(jobs, on=on, store=store, folders=[str(ROOT)], chunk=1, tell=tell)
    for outcome in outcomes:
        if not outcome.done:
            print(f"{outcome.job.arguments}\n{outcome.error}", file=sys.stderr)
    return {folder.name: outcome.value for folder, outcome in zip(folders, outcomes, strict=True) if outcome.done}


def main(arguments: list[str]) -> int:
    said = read(arguments)
    fast, wanted = said.fast, said.papers
    chosen = [folder for folder in papers() if not wanted or folder.name in wanted]
    if not chosen or {folder.name for folder in chosen} < set(wanted):
        print(f"no such paper; there are: {', '.join(folder.name for folder in papers())}")
        return 2
    there = None if said.on == "inline" and said.store is None else elsewhere(chosen, fast, said.on, said.store)
    failed = 0
    for folder in chosen:
        print(f"{folder.parent.name}/{folder.name}")
        for claim in claims(folder):
            if fast and claim.slow:
                continue
            if there is not None and folder.name not in there:
                failed += 1
                print(f"  FAILS  {claim.name}: no value; the reason is above")
                continue
            try:
                value = float(claim.compute(fast)) if there is None else there[folder.name][claim.name]
            except Absent as reason:
                value = str(reason)
            if isinstance(value, str):
                print(f"  left out  {claim.name}: {value}")
                continue
            good = claim.holds(value)
            failed += not good
            published = "–" if claim.published is None else f"{claim.published:g}"
            print(f"  {'holds' if good else 'FAILS'}  {claim.name}: {published} | {value:.9g} | {claim.tolerance:g}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
