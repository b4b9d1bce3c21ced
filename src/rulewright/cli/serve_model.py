"""`rulewright serve-model`: the local server that answers like a language model's, for trying everything around one."""

from __future__ import annotations

from typing import Annotated

import typer

from .app import app
from .console import interruptible


@app.command()
def serve_model(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of 127.0.0.1; 0: a free one.")] = 8099,
    seed: Annotated[int, typer.Option(min=0, help="Of noisy minds and of faults.")] = 0,
) -> None:
    """Serve models that know no language but speak the protocol: selfish, generous, noisy, …; faults on request."""
    from ..extras.llm.server import serve

    with interruptible("the server has stopped"):
        serve(port=port, seed=seed)
