"""Compiles the kernels while the package is built or installed; without a compiler the package stays pure Python."""

import runpy
import sysconfig
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NATIVE = Path("src", "rulewright", "numerics", "native")


class CustomBuildHook(BuildHookInterface):
    def initialize(self, version, build_data):
        if self.target_name != "wheel":
            return
        native = runpy.run_path(str(Path(self.root) / NATIVE / "build.py"))
        self.app.display_info(native["build"]())
        library = native["target"]()
        if library.exists():
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["artifacts"].append((NATIVE / library.name).as_posix())
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{platform}"  # loaded with ctypes: any Python of this platform
