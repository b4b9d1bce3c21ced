"""A worker of this machine: a process of its own that reads one call per line and writes one answer per line.

`python -m rulewright.jobs.worker`. It starts as a fresh interpreter (never by forking: what has started threads, as JAX does,
must not be forked), ends as soon as its driver does, leaves ctrl-C to the driver, and says once a second that it is there. What a
job prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import traceback
from typing import Any

from . import plain, work
from .job import imported

BEAT = 1.0  # seconds


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    lock, lines = threading.Lock(), queue.SimpleQueue[str]()
    done = [0]

    def say(*words: Any) -> None:
        with lock:
            answers.write(json.dumps(words) + "\n")
            answers.flush()

    def listen() -> None:
        """The end of the input is the end of the driver: nobody waits for an answer any more."""
        for line in sys.stdin:
            lines.put(line)
        os._exit(0)

    def beat() -> None:
        pause = threading.Event()
        while not pause.wait(BEAT):
            try:
                say("beat", done[0])
            except OSError:
                os._exit(1)

    def told(count: int) -> None:
        done[0] = count

    work.listeners.append(told)
    for task in (listen, beat):
        threading.Thread(target=task, daemon=True).start()
    say("ready", work.HERE)
    while True:  # until the input ends, which `listen` sees
        path, arguments = json.loads(lines.get())
        done[0] = 0
        try:
            say("done", plain.text(imported(path)(*plain.value(arguments)), f"the result of {path}"))
        except Exception:
            say("raised", traceback.format_exc())


if __name__ == "__main__":
    main()
