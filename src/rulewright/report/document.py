"""A self-contained HTML document: style, figures, contents and facts around whatever a report has to say.

Nothing is loaded from anywhere: styles, scripts and data are inside, and a content security policy forbids the rest. The
scripts that may run are named by their SHA-256; expressions in figures are interpreted, so that no `eval` is needed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from ..errors import MissingExtra
from . import figures
from .markup import e, inline
from .pictures import Picture

POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; "
    "form-action 'none'"
)
CLOSING = (
    "Goals are in goal units, payments in payoff units; an en dash stands where a number has "
    "no meaning, and says why when pointed at. The same content is in <code>result.json</code>."
)


class Figures:
    """Collects the figures of a page; what cannot be drawn for want of the extra is left out, once and for all."""

    def __init__(self) -> None:
        self.specs: dict[str, Any] = {}
        self.bundle, self.missing = "", ""
        try:
            figures.altair()
            self.bundle = bundle()
        except MissingExtra as error:
            self.missing = error.remedy

    def __call__(
        self, name: str, make: Callable[[], Any], label: str, caption: str, *, heading: str = "", least: int = 320
    ) -> str:
        """HTML of one figure, at least so many pixels wide: an empty box with a name, which the script fills.

        `make` gives an Altair chart, or a `Picture`, which needs no script and stands in the document as it is.
        """
        if self.missing:
            return ""
        made = make()
        if isinstance(made, Picture):
            return inline(made, caption, heading=heading, least=least)
        spec = made.to_dict()
        spec.pop("config", None)
        self.specs[name] = spec
        title = f"<h3>{e(heading)}</h3>" if heading else ""
        return (
            f'<figure>{title}<div class="canvas"><div class="chart" style="min-width:{least}px" role="group" '
            f'data-figure="{e(name)}" aria-label="{e(label)}"></div></div><figcaption>{e(caption)}</figcaption></figure>'
        )

    def notice(self) -> str:
        if not self.missing:
            return "<noscript><p class='notice'>Figures need JavaScript; the tables say the same.</p></noscript>"
        return (
            f'<p class="notice">Figures are left out, the tables say the same. {e(self.missing)}, and assess again.</p>'
        )

    def scripts(self) -> list[str]:
        return [self.bundle, text("page.js")] if self.specs else []

    def data(self) -> str:
        """The figures as JSON that cannot end a script element, whatever users wrote."""
        themes = {"light": figures.theme(False), "dark": figures.theme(True)}
        finite = json.loads(json.dumps(self.specs), parse_constant=lambda _: None)  # what is no number is no mark
        said = json.dumps({"themes": themes, "specs": finite}, ensure_ascii=False, allow_nan=False)
        for character in "<>&\u2028\u2029":
            said = said.replace(character, f"\\u{ord(character):04x}")
        return said


@cache
def bundle() -> str:
    """The JavaScript of Vega, Vega-Lite and Vega-Embed, as one text."""
    try:
        import vl_convert
    except ImportError:
        raise MissingExtra(
            where="figures",
            needed="vl-convert-python",
            found="that it is not installed",
            remedy="Run: pip install 'rulewright[viz]'",
        ) from None
    found: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    return found.replace("\r", "").replace("</script", "<\\/script").replace("<!--", "<\\!--")


def text(name: str) -> str:
    """A file that lies beside this one."""
    return resources.files("rulewright.report").joinpath(name).read_text(encoding="utf-8").replace("\r", "")


def document(title: str, body: str, draw: Figures, more: Sequence[str] = ()) -> str:
    """The whole document around the HTML `body`, with the figures that were drawn for it; `more`: further scripts, run last."""
    scripts = [*draw.scripts(), *more]
    allowed = [f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts]
    policy = POLICY.format(scripts=" ".join(allowed) or "'none'")
    data = f'<script type="application/json" id="figures">{draw.data()}</script>\n' if scripts else ""
    run = "\n".join(f"<script>{script}</script>" for script in scripts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{e(title)} · rulewright</title>\n<style>\n{text('page.css')}</style>\n</head>\n"
        f"<body>\n{body}\n{data}{run}\n</body>\n</html>\n"
    )


def header(eyebrow: str, title: str, paragraphs: Iterable[str], names: Mapping[str, str], parts: Sequence[str]) -> str:
    """The head of a report; `paragraphs` and `parts` are HTML, `names`[anchor] what the section of that anchor is called.

    Contents list the sections that are there: `parts` that open with the section of that anchor.
    """
    links = "".join(
        f'<a href="#{anchor}">{e(name)}</a>'
        for anchor, name in names.items()
        if any(part.startswith(f'<section class="card" id="{anchor}"') for part in parts)
    )
    return (
        f'<header><p class="eyebrow">{e(eyebrow)}</p><h1>{e(title)}</h1>{"".join(paragraphs)}'
        f'<nav class="contents" aria-label="Sections">{links}</nav></header>'
    )


def footer(facts: Iterable[tuple[str, str]], closing: str = CLOSING) -> str:
    """Facts about the report, (name, text), those without a text left out; `closing` is HTML."""
    listed = "".join(f"<dt>{e(name)}</dt><dd>{e(said)}</dd>" for name, said in facts if said)
    return f"<footer><dl>{listed}</dl><p>{closing}</p></footer>"
