"""Compiled kernels: built from what lies there, loaded only if they are of it, and done without where they cannot be had."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rulewright.numerics import native
from rulewright.numerics.native import build

ASK = "from rulewright.numerics.native import kernel; print(kernel('simple_vertices') is not None)"


def asked(**environment):
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, env={**os.environ, **environment}, timeout=240
    )
    return done.stdout.strip()


def test_the_environment_can_do_without():
    assert asked(RULEWRIGHT_NATIVE="0") == "False"


def test_what_is_not_there_is_none():
    assert native.kernel("no_such_kernel") is None


@pytest.fixture
def copied(tmp_path, monkeypatch):
    for path in (*build.sources(), *build.FOLDER.glob("*.h")):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(build, "FOLDER", tmp_path)
    return tmp_path


def test_other_sources_have_another_library(copied):
    before = build.target()
    (copied / "vertices.c").write_text("/* another */")
    assert build.target() != before


@pytest.mark.skipif(build.compiler() is None, reason="no C compiler here")
def test_building_replaces_what_is_stale(copied):
    (copied / "kernels-old.so").write_bytes(b"")
    assert "compiled with" in build.build()
    assert [path.name for path in copied.glob("kernels*")] == [build.target().name]


def test_without_a_compiler_it_says_so(copied, monkeypatch):
    monkeypatch.setattr(build, "compiler", lambda: None)
    assert "NumPy" in build.build() and not list(copied.glob("kernels*"))


@pytest.mark.skipif(build.compiler() is None, reason="no C compiler here")
def test_sources_that_do_not_compile_say_so(copied):
    (copied / "broken.c").write_text("int x = ;")
    assert "could not compile" in build.build() and not list(copied.glob("kernels*"))


def test_the_kernels_of_this_installation_are_of_these_sources():
    """Where there is a compiler, installing has built them: else every test here would be one of the twins alone."""
    if build.compiler() is None or os.environ.get("RULEWRIGHT_NATIVE") == "0":
        pytest.skip("no compiled kernels asked for here")
    assert native.library() is not None, "reinstall, or run src/rulewright/numerics/native/build.py"
    assert Path(native.library()._name) == build.target()
