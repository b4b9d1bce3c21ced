"""Behaviours that are loaded when they are named: the tables that say where they are are right, and nothing else is loaded."""

import subprocess
import sys
from importlib import import_module

import rulewright.behaviour as room
from rulewright.behaviour import behaviour


def test_every_late_name_is_registered_by_the_file_that_is_said_to_have_it():
    for kind, file in behaviour._AT.items():
        import_module(f"rulewright.behaviour.{file}")
        assert kind in behaviour._KINDS
    for name, file in room._AT.items():
        assert getattr(room, name).__module__ == f"rulewright.behaviour.{file}"


def test_they_are_not_loaded_before():
    files = sorted({*behaviour._AT.values(), *room._AT.values()})
    code = (
        "import sys, rulewright as rw\n"
        f"print([f for f in {files!r} if 'rulewright.behaviour.' + f in sys.modules])\n"
        "print(rw.named('sequential').name, 'rulewright.behaviour.sequential' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=240)
    assert done.stdout.split("\n")[:2] == ["[]", "sequential True"]
