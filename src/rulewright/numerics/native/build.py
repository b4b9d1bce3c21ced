"""Compile the kernels with the machine's C compiler, if it has one: `python src/rulewright/numerics/native/build.py`.

Run when the package is installed. Without a compiler the package is pure Python and NumPy: same answers, slower. The
library's name has a digest of the sources in it, so that kernels of other sources are never loaded.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
# No -ffast-math and no contraction: the same sums in the same order on every machine.
FLAGS = ("-O3", "-std=c11", "-shared", "-fPIC", "-ffp-contract=off", "-fno-math-errno", "-Wno-psabi")


def sources() -> list[Path]:
    return sorted(FOLDER.glob("*.c"))


def target() -> Path:
    """Where the library of the sources that lie here is, or would be."""
    read = [path.read_text(encoding="utf-8") for path in (*sources(), *sorted(FOLDER.glob("*.h")))]
    digest = hashlib.sha256("\0".join([*FLAGS, *read]).encode())
    return FOLDER / f"kernels-{digest.hexdigest()[:16]}{'.dll' if sys.platform == 'win32' else '.so'}"


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

    found, library = compiler(), target()
    if found is None:
        return "no C compiler found: rulewright will use its NumPy kernels"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / library.name
        try:
            command = [found, *FLAGS, *map(str, sources()), "-lm", "-o", str(made)]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                said = done.stderr.strip()[:500]
                return f"{found} could not compile the kernels; rulewright will use NumPy instead: {said}"
            new = library.with_suffix(".new")  # beside the target, so that it is put in place in one step
            shutil.copyfile(made, new)
            new.replace(library)
            for stale in set(FOLDER.glob("kernels*")) - {library}:
                stale.unlink()
        except OSError as error:
            return f"the kernels could not be compiled ({error}); rulewright will use NumPy instead"
    return f"kernels compiled with {found}"


if __name__ == "__main__":
    print(build())
