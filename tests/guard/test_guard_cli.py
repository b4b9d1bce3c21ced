"""`rulewright guard`: tokens, heads, checks, and a service in a process of its own that is killed and goes on."""

import json
import math
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from rulewright.cli import guard as _guard_commands  # noqa: F401 — they register themselves
from rulewright.cli import main
from rulewright.guard import Act, Charter, Guard
from rulewright.guard.charter import Agent

CHARTER = Charter(name="service", agents=(Agent("ann"),), free=True)


def test_heads_and_checks(tmp_path, capsys):
    path = tmp_path / "l"
    guard = Guard.open(CHARTER, path)
    guard.before(Act("ann", "work"))
    assert main(["guard", "head", str(path)]) == 0
    head = capsys.readouterr().out.strip()
    assert re.fullmatch(r"1:[0-9a-f]{64}", head)
    guard.close(final=True)
    assert main(["guard", "check", str(path), "--head", head]) == 0
    assert "draws" in capsys.readouterr().out
    assert main(["guard", "check", str(path), "--head", f"9:{head[2:]}"]) == 1
    assert "cut off" in capsys.readouterr().out
    assert main(["guard", "check", str(tmp_path / "none")]) == 2
    assert main(["guard", "check", str(path), "--head", "x"]) == 2


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_a_service_that_is_killed_goes_on(tmp_path, capsys):
    pytest.importorskip("uvicorn")
    from rulewright.extras.web import GuardClient

    CHARTER.write(tmp_path / "c.toml")
    tokens = str(tmp_path / "t.json")
    assert main(["guard", "token", "ann", "--tokens", tokens]) == 0
    token = capsys.readouterr().out.strip()
    assert token not in json.dumps(json.loads((tmp_path / "t.json").read_text()))
    port = free_port()
    code = "import sys; from rulewright.cli import guard; from rulewright.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "guard", "serve", str(tmp_path / "c.toml"), "--tokens", tokens]
    command += ["--ledger", str(tmp_path / "l"), "--port", str(port)]
    heads = []
    for _ in range(2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            client = GuardClient(f"http://127.0.0.1:{port}", token, timeout=5)
            for _ in range(800):
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            assert client.before(Act("ann", "work"), key="once").allowed
            heads.append(client.head())
            client.close()
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.wait(20)
    assert heads[0] == heads[1], "the same request, booked once across a kill"


def test_a_stranger_in_the_tokens(tmp_path, capsys):
    CHARTER.write(tmp_path / "c.toml")
    main(["guard", "token", "eve", "--tokens", str(tmp_path / "t")])
    arguments = [
        "guard",
        "serve",
        str(tmp_path / "c.toml"),
        "--ledger",
        str(tmp_path / "l"),
        "--tokens",
        str(tmp_path / "t"),
    ]
    assert main(arguments) == 2


def test_the_designed_rule_of_a_scenario_as_a_charter(tmp_path, capsys):
    path = tmp_path / "c.toml"
    arguments = ["guard", "charter", "prisoners", "--set", "error=0.2", "--rationality", "5"]
    assert main([*arguments, "--out", str(path)]) == 0
    charter = Charter.read(path)
    capsys.readouterr()
    assert main(arguments) == 0
    assert capsys.readouterr().out == path.read_text()
    assert {p.to: p.amounts[("defect",)] for p in charter.pays} == {"row": -2.5, "column": -2.5}
    # cooperating gains 0.5 against a cooperator, 1.5 against a defector; both may be wrong by 0.4
    for clause in charter.drifts:
        for g, end in ((0.1, clause.share - clause.radius), (1.9, clause.share + clause.radius)):
            assert float(end) == pytest.approx(1 / (1 + math.exp(-5 * g)), abs=1e-8)
    assert [d.agent for d in charter.drifts] == ["row", "column"]
    for wrong in (["fishery"], ["chicken"], ["nothing"], ["prisoners", "--rationality", "0"]):
        assert main(["guard", "charter", *wrong]) == 2
