"""Published value | ours | tolerance, per claim: `python papers [NAME …] [--fast]`; exit 1 if one fails.

A paper is a folder papers/<idea>/<author-year>/ with reproduce.py, whose `CLAIMS` are {claim: function(fast) → number}, and
expected.toml, whose [[claim]] tables say name, published (where the paper has a number), ours, tolerance and source. With --fast
the functions do less and claims marked `slow` are left out: that is the tier which the tests run. A claim that needs data which
may not be shipped raises `real_data.Absent` where they are not there, and is left out with that reason.
"""

from __future__ import annotations

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


def main(arguments: list[str]) -> int:
    fast, wanted = "--fast" in arguments, [a for a in arguments if a != "--fast"]
    chosen = [folder for folder in papers() if not wanted or folder.name in wanted]
    if not chosen or {folder.name for folder in chosen} < set(wanted):
        print(f"no such paper; there are: {', '.join(folder.name for folder in papers())}")
        return 2
    failed = 0
    for folder in chosen:
        print(f"{folder.parent.name}/{folder.name}")
        for claim in claims(folder):
            if fast and claim.slow:
                continue
            try:
                value = float(claim.compute(fast))
            except Absent as reason:
                print(f"  left out  {claim.name}: {reason}")
                continue
            good = claim.holds(value)
            failed += not good
            published = "–" if claim.published is None else f"{claim.published:g}"
            print(f"  {'holds' if good else 'FAILS'}  {claim.name}: {published} | {value:.9g} | {claim.tolerance:g}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
