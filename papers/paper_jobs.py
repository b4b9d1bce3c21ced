"""What a worker imports to compute one paper: papers/__main__.py under a name that can be imported."""

import importlib.util
import sys
from pathlib import Path

_spec = importlib.util.spec_from_file_location("papers_of_a_worker", Path(__file__).with_name("__main__.py"))
assert _spec is not None and _spec.loader is not None
_table = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = _table  # dataclasses look their module up
_spec.loader.exec_module(_table)
computed = _table.computed
