"""Sphinx settings. Everything is local: no intersphinx, no scripts from elsewhere, formulas are plain Unicode."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from fractions import Fraction
from pathlib import Path

from sphinx.util import logging

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "src"))

import rulewright  # noqa: E402

project = "rulewright"
author = "The rulewright authors"
copyright = "The rulewright authors, Apache-2.0"
version = release = rulewright.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "reference/generated"]
html_theme = "furo"
html_title = f"rulewright {release}"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["wide.css"]
pygments_style = "friendly"

# rooms may have classes of one name; an annotation that does not say which of them is not a link, and no mistake
suppress_warnings = ["ref.python"]
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 100

# What stands in benchmarks/ is shown as it is, and what stands in tests/known/ is computed; a checkout without them still builds.
TABLE = ROOT / "benchmarks" / "table.md"
TESTS = ROOT / "tests"
GENERATED = HERE / "reference" / "generated"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def include_benchmarks() -> None:
    """Put benchmarks/table.md, or a sentence in its place, where bench.md includes it."""
    _generated("bench.md", TABLE.read_text(encoding="utf-8") if TABLE.exists() else _nothing("table"))


def include_known_answers() -> None:
    """Put what is known and what we compute, idea by idea, where known_answers.md includes it; who misses is warned of."""
    if not (TESTS / "known").is_dir():
        return _generated("known_answers.md", _nothing("known answer"))
    sys.path.insert(0, str(TESTS))
    try:
        import known

        ideas = sorted(m.name for m in pkgutil.iter_modules(known.__path__) if m.name != "answer")
        parts = [_idea(importlib.import_module(f"known.{name}")) for name in ideas]
    finally:
        sys.path.remove(str(TESTS))
    return _generated("known_answers.md", "\n".join(parts))


def _idea(module) -> str:
    title = (module.__doc__ or module.__name__).splitlines()[0].rstrip(".")
    lines = [f"## {title}", "", "| what | source | published | ours | tolerance |", "|---|---|---|---|---|"]
    for row in module.KNOWN:
        ours = row.ours()
        if not abs(ours - row.published) <= row.tolerance:
            logging.getLogger(__name__).warning("known answer missed: %s", row.what)
        cells = [row.what, row.source, _number(row.published), _number(ours), _tolerance(row.tolerance)]
        lines.append("| " + " | ".join(re.sub(r"([|*_<])", r"\\\1", cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _number(x) -> str:
    """Fractions that are short as they are, other numbers to six digits."""
    if isinstance(x, bool) or type(x).__name__ == "bool":
        return "yes" if x else "no"
    if isinstance(x, Fraction) and x.denominator < 10_000:
        return str(x)
    return f"{float(x):.6g}"


def _tolerance(x: float) -> str:
    if not x:
        return "exact"
    digits, power = f"{x:.0e}".split("e")
    return f"{digits} · 10{str(int(power)).translate(SUPERSCRIPTS)}"


def _nothing(what: str) -> str:
    return f"No {what} has been recorded in this checkout.\n"


def _generated(name: str, text: str) -> None:
    GENERATED.mkdir(parents=True, exist_ok=True)
    there = GENERATED / name
    if not there.exists() or there.read_text(encoding="utf-8") != text:
        there.write_text(text, encoding="utf-8")


def plain(app, what, name, obj, options, lines: list[str]) -> None:
    """Docstrings are plain text: indented parts are shown as they stand; in prose only `code` is marked."""
    shown: list[str] = []
    literal = False
    for line in lines:
        if line.startswith((" ", "\t")):
            if not literal:
                shown += ["", "::", ""]
            literal = True
            shown.append("    " + line)
            continue
        if line.strip() and literal:
            literal = False
            shown.append("")
        shown.append(line if literal or not line.strip() else _prose(line))
    lines[:] = shown


def _prose(line: str) -> str:
    """One line with RST's marks made harmless and `code` made literal."""
    parts = re.split(r"(`[^`]+`)", line)
    return "".join(
        f"\\ ``{part[1:-1]}``\\ " if k % 2 else re.sub(r"([\\*|_`])", r"\\\1", part) for k, part in enumerate(parts)
    )


def setup(app) -> None:
    include_benchmarks()
    include_known_answers()
    app.connect("autodoc-process-docstring", plain)
