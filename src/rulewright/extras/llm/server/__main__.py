"""`python -m rulewright.extras.llm.server [PORT]`: the local server."""

import sys

from .server import serve

if __name__ == "__main__":
    serve(port=int(sys.argv[1]) if len(sys.argv) > 1 else 8000)
