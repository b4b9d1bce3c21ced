"""The floors of the house: data climbs once, nothing imports upward, the checker imports nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "src" / "rulewright"
FLOORS = {
    "errors": 1,
    "naming": 2,
    "user_code": 2,
    "csv_file": 2,
    "game": 2,
    "numerics": 2,
    "institution": 3,
    "behaviour": 3,
    "welfare": 3,
    "verify": 3,
    "design": 4,
    "competition": 4,
    "mechanisms": 4,
    "agents": 4,
    "guard": 4,
    "jobs": 4,
    "report": 4,
    "scenario": 5,
    "assessment": 5,
    "testing": 5,
    "learning": 5,
    "society": 5,
    "extras": 5,
    "cli": 6,
    "__init__": 6,
}
ALLOWED_SIDEWAYS = {
    ("game", "numerics"),
    ("assessment", "scenario"),
    ("competition", "design"),
    ("mechanisms", "design"),
    ("extras", "learning"),
    ("extras", "scenario"),
    ("testing", "learning"),
    ("testing", "assessment"),
    ("testing", "scenario"),
    ("agents", "guard"),
    ("assessment", "learning"),
    ("assessment", "society"),
    ("assessment", "extras"),
    ("society", "learning"),
}
HEAVY = (
    "jax",
    "equinox",
    "optax",
    "pettingzoo",
    "gymnasium",
    "PIL",
    "cvxpy",
    "pandas",
    "polars",
    "pyarrow",
    "torch",
    "altair",
    "vl_convert",
    "httpx",
    "inspect_ai",
    "langchain",
    "langgraph",
    "autogen_core",
    "fastapi",
    "uvicorn",
    "ray",
    "submitit",
    "duckdb",
)


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Rooms of rulewright that a file imports, wherever in the file the import stands."""
    depth = len(path.relative_to(ROOT).parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            found |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
    return {name for name in found if name in FLOORS}


FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_imports_upward(path):
    here = room(path)
    for there in imported_rooms(path) - {here}:
        assert FLOORS[there] < FLOORS[here] or (here, there) in ALLOWED_SIDEWAYS, f"{here} imports {there}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_rooms_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    most = (
        600 if path.stem in ("checker", "rule_checker", "competition_checker") else 450
    )  # a stranger runs these as lone files
    assert text.count("\n") <= most, "a room over 450 lines becomes a folder"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno - node.lineno < 80, f"{node.name} is over 80 lines"
    assert ast.get_docstring(ast.parse(text)) or not text.strip() or path.stem == "__init__", "opens with the idea"


def test_nothing_evaluates_data():
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "__import__"), path
            if isinstance(node, ast.Import):
                assert not {alias.name for alias in node.names} & {"pickle", "marshal", "shelve"}, path


def test_help_imports_nothing_heavy():
    code = (
        "import sys, rulewright.cli\n"
        "rulewright.cli.main(['--help'])\n"
        f"print('HEAVY', [m for m in {HEAVY!r} + ('highspy', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=240)
    assert done.stdout.strip().splitlines()[-1] == "HEAVY []"


def test_what_tests_start_they_do_not_wait_for_without_a_limit():
    waits = {"run", "check_output", "check_call", "call", "communicate"}
    for path in Path(__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in waits:
                of = ast.unparse(node.func.value)
                if of == "subprocess" or node.func.attr == "communicate":
                    assert any(k.arg == "timeout" for k in node.keywords), (path.name, node.lineno)
