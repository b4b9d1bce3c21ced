"""One function per figure: from a report's plain data to an Altair chart (Vega-Lite; no browser, no network).

Altair is the [viz] extra and is imported when a figure is drawn, not before. Charts carry their data as rows with field
names of ours, so that no text of a user's becomes part of an expression; colours are told apart by shape, dash or
label as well. `theme` has the colours of text and lines for light and for dark surroundings.
"""

from .cells import FEW, matrix, rules
from .concave import concave
from .lines import curve, logit, noise
from .look import altair, theme
from .ranges import gaps
from .tipping import tipping

__all__ = ["FEW", "altair", "concave", "curve", "gaps", "logit", "matrix", "noise", "rules", "theme", "tipping"]
