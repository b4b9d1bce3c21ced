"""Sphinx settings. Everything is local: no intersphinx, no scripts from elsewhere, formulas are plain Unicode."""

from __future__ import annotations

import re
import sys
from pathlib import Path

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

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 100

# What stands in benchmarks/ is shown as it is; a checkout without it still builds.
TABLE = ROOT / "benchmarks" / "table.md"
GENERATED = HERE / "reference" / "generated"


def include_benchmarks() -> None:
    """Put benchmarks/table.md, or a sentence in its place, where bench.md includes it."""
    text = TABLE.read_text(encoding="utf-8") if TABLE.exists() else "No table has been recorded in this checkout.\n"
    GENERATED.mkdir(parents=True, exist_ok=True)
    there = GENERATED / "bench.md"
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
    app.connect("autodoc-process-docstring", plain)
