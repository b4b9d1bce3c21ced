"""Results of tests of incentives as Markdown: a job summary, and one comment on a pull request that later runs replace.

    python -m rulewright.testing.report_summary results.json --summary "$GITHUB_STEP_SUMMARY" --pull 7

`results.json` is what `pytest --rulewright-report` wrote. The comment is posted with the token in GITHUB_TOKEN to GITHUB_API_URL,
GITHUB_REPOSITORY; a token that may not write (as those of forks) is told, and does not fail the run. Whatever tests call things is
shown as text: it makes no links, mentions nobody, and leaves its cell of a table by no means.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FORMAT = "rulewright incentives 1"
MARK = "<!-- rulewright incentives -->"
LONGEST = 60_000  # characters of a comment; GitHub takes 65,536
LONGEST_SUMMARY = 250_000  # characters of a summary; GitHub takes 2**20 bytes, four a character at most
ROWS, WAIT, PAGES = 200, 20.0, 30
GREEN, RED = "holds", "**broken**"


def text(value: Any) -> str:
    """As text within a cell."""
    flat = " ".join(str(value).split())
    flat = "".join(c if c.isprintable() else "�" for c in flat)
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~@&:])", lambda m: f"&#{ord(m[1])};", flat)


def markdown(results: Mapping[str, Any]) -> str:
    """The whole report. Raises ValueError for what is no result of tests of incentives."""
    if (
        not isinstance(results, Mapping)
        or results.get("format") != FORMAT
        or not isinstance(results.get("tests"), list)
    ):
        raise ValueError(f"needed a file of format {FORMAT!r}")
    tests = results["tests"]
    failed = [t for t in tests if t["failed"]]
    head = (
        f"{len(failed)} of {len(tests)} tests of incentives fail"
        if failed
        else f"All {len(tests)} tests of incentives pass"
    )
    lines = [MARK, f"## {head if tests else 'No tests of incentives ran'}", ""]
    for one in failed[:ROWS]:
        lines += _broken(one)
    lines += [f"… and {len(failed) - ROWS} more that fail.", ""] if len(failed) > ROWS else []
    if tests:
        lines += [
            "<details><summary>All tests</summary>",
            "",
            *_table(("test", "rule", "claims"), map(_row, tests[:ROWS])),
            "",
        ]
        lines += [f"… and {len(tests) - ROWS} more.", ""] if len(tests) > ROWS else []
        lines += ["</details>", ""]
    return "\n".join(lines)


def _row(one: Mapping[str, Any]) -> tuple[str, ...]:
    said = ", ".join(f"{text(c['claim'])} {GREEN if c['holds'] else RED}" for c in one["claims"])
    return text(one["test"]), text(one["rule"]), said


def _broken(one: Mapping[str, Any]) -> list[str]:
    lines = [f"### {text(one['test'])}", ""]
    lines += [f"Rule: {text(one['rule'])}. Asked: {text(one['play'])}.", ""] if one["rule"] else []
    lines += [f"- {text(sentence)}" for sentence in one["lost"]]
    if not one["lost"]:
        lines += [f"- {text(c['claim'])} {RED}: {text(c['says'])}" for c in one["claims"] if not c["holds"]]
    if one["lures"]:
        rows = [[text(x[k]) for k in ("who", "asked", "instead", "gets", "would", "gain")] for x in one["lures"]]
        lines += ["", *_table(("who", "asked", "does instead", "gets", "would get", "gains"), rows)]
    return [*lines, ""]


def _table(head: Sequence[str], rows: Any) -> list[str]:
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]


def cut(body: str, longest: int, where: str) -> str:
    """Whole lines of a report, and where the rest is."""
    return body if len(body) <= longest else body[:longest].rsplit("\n", 1)[0] + f"\n\n… the rest is {where}.\n"


def comment(body: str, pull: int, *, api: str, repository: str, token: str) -> str:
    """Post, or replace the comment of an earlier run. Returns what was done. Raises OSError."""
    body = cut(body, LONGEST, "in the job summary")
    base = f"{api.rstrip('/')}/repos/{urllib.parse.quote(repository)}/issues"
    for page in range(1, PAGES + 1):
        found = _asked("GET", f"{base}/{pull}/comments?per_page=100&page={page}", token)
        mine = [c for c in found if str(c.get("body", "")).startswith(MARK)]
        if mine:
            _asked("PATCH", f"{base}/comments/{int(mine[0]['id'])}", token, {"body": body})
            return "replaced the comment of an earlier run"
        if len(found) < 100:
            break
    _asked("POST", f"{base}/{pull}/comments", token, {"body": body})
    return "posted a comment"


def _asked(method: str, url: str, token: str, data: Any = None) -> Any:
    if urllib.parse.urlsplit(url).scheme not in ("https", "http"):
        raise OSError(f"not an address of an API: {url}")
    sent = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(url, data=sent, method=method)
    request.add_header("Accept", "application/vnd.github+json")
    request.add_header("Content-Type", "application/json")
    request.add_unredirected_header("Authorization", f"Bearer {token}")  # a redirection never gets it
    with urllib.request.urlopen(request, timeout=WAIT) as answer:
        try:
            return json.loads(answer.read() or b"[]")
        except ValueError:
            raise OSError("the API answered no JSON") from None


def main(argv: Sequence[str] | None = None) -> int:
    """0; 2 if the file is no result. A comment that cannot be posted is told, and no failure."""
    parser = argparse.ArgumentParser(
        prog="rulewright.testing.report_summary", description="Results of tests of incentives."
    )
    parser.add_argument("results", type=Path)
    parser.add_argument("--summary", default="", help="file to append to; otherwise printed")
    parser.add_argument("--pull", default="", help="number of the pull request to comment on; empty: none")
    asked = parser.parse_args(argv)
    try:
        body = markdown(json.loads(asked.results.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        print(f"report_summary: {asked.results}: {problem}", file=sys.stderr)
        return 2
    if asked.summary:
        with open(asked.summary, "a", encoding="utf-8") as file:
            file.write(cut(body, LONGEST_SUMMARY, "in the results") + "\n")
    else:
        print(body)
    token, repository = os.environ.get("GITHUB_TOKEN", ""), os.environ.get("GITHUB_REPOSITORY", "")
    if asked.pull and asked.pull.isdigit() and token and repository:
        api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
        try:
            print(comment(body, int(asked.pull), api=api, repository=repository, token=token), file=sys.stderr)
        except (OSError, TypeError, KeyError, AttributeError) as problem:
            print(f"::warning::incentives: no comment was posted: {type(problem).__name__}")  # a command of the runner
            print(f"report_summary: {problem}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
