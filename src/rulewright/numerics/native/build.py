"""Compile the kernels with the machine's C compiler, if it has one: `python src/rulewright/numerics/native/build.py`.

Run when the package is installed. Without a compiler the package is pure Python and NumPy: same answers, slower.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
LIBRARY = FOLDER / ("kernels.dll" if sys.platform == "win32" else "kernels.so")
# No -ffast-math and no contraction: the same sums in the same order on every machine.
FLAGS = ("-O3", "-std=c11", "-shared", "-fPIC", "-ffp-contract=off", "-fno-math-errno", "-Wno-psabi")


def compiler() -> str | None:
    """The C compiler: what the variable CC names, else cc, gcc or clang where one is found."""
    import shutil  # here and below: who only loads the library does not pay for what builds it

    for name in (os.environ.get("CC"), "cc", "gcc", "clang"):
        if name and (found := shutil.which(name)):
            return found
    return None


def build() -> str:
    """Compile every .c file beside this one into one library; a sentence says what happened. Never raises."""
    import shutil
    import subprocess
    import tempfile

    found = compiler()
    if found is None:
        return "no C compiler found: rulewright will use its NumPy kernels"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / LIBRARY.name
        sources = sorted(map(str, FOLDER.glob("*.c")))
        try:
            done = subprocess.run([found, *FLAGS, *sources, "-lm", "-o", str(made)], capture_output=True, text=True)
            if done.returncode:
                return f"{found} could not compile the kernels; rulewright will use NumPy instead: {done.stderr.strip()[:500]}"
            new = LIBRARY.with_suffix(".new")  # beside the target, so that it is put in place in one step
            shutil.copyfile(made, new)
            new.replace(LIBRARY)
        except OSError as error:
            return f"the kernels could not be compiled ({error}); rulewright will use NumPy instead"
    return f"kernels compiled with {found}"


if __name__ == "__main__":
    print(build())
