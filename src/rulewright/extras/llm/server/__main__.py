"""`python -m rulewright.extras.llm.server [PORT]`: the local server."""

import argparse

from .server import serve

if __name__ == "__main__":
    said = argparse.ArgumentParser(description="The deterministic local server of language models.")
    said.add_argument("port", nargs="?", type=int, default=8000)
    serve(port=said.parse_args().port)
