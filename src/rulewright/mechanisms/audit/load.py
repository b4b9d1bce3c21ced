"""Other people's mechanisms: a Python function, an ONNX graph, PyTorch weights, NumPy arrays. Nothing is unpickled.

    FILE.py:function    function(reports[batch, agent, item]) → (allocation[batch, agent, item], payments[batch, agent])
    FILE.onnx           the same as a graph: one input, of reports [batch, agent, item] or [batch, agent · item], two outputs
    FILE.pt             a state dict of tensors (weights only) of two perceptrons; which layers are which is said by prefixes
    FILE.npz            the same as arrays (`nets.to_arrays`)

A Python file is run: audit only what you would run. The other kinds are data.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ... import user_code
from ...errors import InputError, MissingExtra
from ...numerics.rational import Array
from ..environment import Environment
from ..mechanism import Mechanism, Outcome
from .nets import Net, from_arrays

NAMES = ("mechanism", "auction", "outcome")
CALL = 60.0  # seconds that one call may take
PREFIXES = {"allocation": ("allocation", "alloc_layers"), "payments": ("payments", "payment", "pay_layers")}
SETTINGS = ("activation", "head", "pays")


@dataclass(frozen=True, eq=False)
class Foreign(Mechanism):
    """A function of reports that somebody else wrote. What it raises is told with the line; what it returns is looked
    at by `audit`."""

    environment: Environment
    function: Callable[[Array], Any]
    """reports [batch, agent, item] → (allocation [batch, agent, item], payments [batch, agent])."""
    name: str = "the function"
    seconds: float = CALL
    """That one call may take."""
    path: Path | None = None

    def outcome(self, reports: Array) -> Outcome:
        batch = np.array(reports, float).reshape(-1, *reports.shape[-2:])  # a copy: whoever writes into it hurts nobody
        try:
            with user_code.limited(self.seconds):
                found = self.function(batch)
        except user_code.TooSlow:
            raise InputError(
                where=self.name,
                needed=f"an answer to {len(batch)} profiles within {self.seconds:g} seconds",
                found="none",
                remedy="Answer whole batches with array operations, or audit fewer profiles.",
            ) from None
        except InputError:
            raise
        except (Exception, SystemExit) as error:
            where = user_code.place(self.path, error) if self.path else self.name
            raise InputError(where=where, needed="a function that answers", found=user_code.told(error)) from None
        return self._read(found, reports)

    def _read(self, found: Any, reports: Array) -> Outcome:
        needed = f"(allocation [batch, agent, item], payments [batch, agent]) for reports {reports.shape}"
        if not isinstance(found, (tuple, list)) or len(found) != 2:
            raise InputError(where=self.name, needed=needed, found=user_code.shown(found))
        try:
            x, paid = (_numbers(part) for part in found)
        except Exception:  # whatever an object of theirs does when it is asked to be an array
            raise InputError(where=self.name, needed=f"{needed}, all of real numbers", found="others") from None
        shapes = reports.shape, reports.shape[:-1]
        if x.size != np.prod(shapes[0]) or paid.size != np.prod(shapes[1]) or x.shape[-2:] != shapes[0][-2:]:
            raise InputError(where=self.name, needed=needed, found=f"{x.shape} and {paid.shape}")
        return Outcome(x.reshape(shapes[0]), paid.reshape(shapes[1]))


def _numbers(part: Any) -> Array:
    found = np.asarray(part.detach() if hasattr(part, "detach") else part)
    if found.dtype.kind == "c":
        raise TypeError("complex numbers")
    return found if found.dtype in (np.float32, np.float64) else found.astype(float)


def load(said: str, environment: Environment, *, layers: Mapping[str, str] | None = None, **settings: str) -> Mechanism:
    """The mechanism that a file holds: FILE.py:function, FILE.onnx, FILE.pt, FILE.npz.

    `layers`: prefixes of the arrays that are the allocation's and the payments', where they are not found by name. `settings`:
    activation, head, pays (`nets`); what a file itself says comes first. Raises InputError, MissingExtra.
    """
    path, _ = user_code.split(said)
    readers: dict[str, Callable[[], Mechanism]] = {
        ".py": lambda: _python(said, environment),
        ".onnx": lambda: _onnx(path, environment),
        ".npz": lambda: _net(path, _npz(path), environment, layers or {}, settings),
        ".pt": lambda: _net(path, _torch(path), environment, layers or {}, settings),
        ".pth": lambda: _net(path, _torch(path), environment, layers or {}, settings),
    }
    read = readers.get(path.suffix.lower())
    if read is None or not path.is_file():
        known = "FILE.py:function, FILE.onnx, FILE.pt or FILE.npz"
        raise InputError(
            where=said,
            needed=f"a mechanism: {known}",
            found="another kind of file" if path.is_file() else "nothing there",
        )
    if path.suffix.lower() not in (".npz", ".pt", ".pth") and (layers or settings):
        raise InputError(
            where=said, needed="no layers and no settings of nets", found=", ".join([*(layers or {}), *settings])
        )
    return read()


def _python(said: str, environment: Environment) -> Mechanism:
    return Foreign(environment, user_code.function(said, NAMES), said, path=user_code.split(said)[0])


def _net(
    path: Path,
    arrays: Mapping[str, Any],
    environment: Environment,
    layers: Mapping[str, str],
    settings: Mapping[str, str],
) -> Net:
    if odd := sorted(set(layers) - set(PREFIXES)):
        raise InputError(where="layers", needed=" or ".join(PREFIXES), found=", ".join(odd))
    if odd := sorted(set(settings) - set(SETTINGS)):
        raise InputError(where="net", needed=" or ".join(SETTINGS), found=", ".join(odd))
    renamed = dict(arrays)
    for part, known in PREFIXES.items():
        prefixes = (layers[part],) if part in layers else known
        for key in arrays:
            for prefix in prefixes:
                if key.startswith(f"{prefix}."):
                    renamed[f"{part}{key[len(prefix) :]}"] = arrays[key]
    inside = {k: str(arrays[k]) for k in SETTINGS if k in arrays}
    try:
        return from_arrays(environment, renamed, **{**settings, **inside})
    except InputError as error:
        raise error.at(str(path)) from None


def _npz(path: Path) -> dict[str, Any]:
    needed = "arrays as numpy.savez writes them"
    try:
        with path.open("rb") as stream:
            if not zipfile.is_zipfile(stream):
                raise InputError(where=str(path), needed=needed, found="no archive of arrays")
            stream.seek(0)
            with np.load(stream, allow_pickle=False) as file:
                return {key: file[key] for key in file.files}
    except InputError:
        raise
    except Exception as error:  # damaged archives raise a dozen kinds, of memory among them
        raise InputError(where=str(path), needed=needed, found=user_code.told(error)) from None


def _torch(path: Path) -> dict[str, Any]:
    try:
        import torch
    except ImportError:
        raise MissingExtra(
            needed="PyTorch, to read a state dict",
            found="none",
            remedy='Install "rulewright[torch]", or save arrays as .npz.',
        ) from None
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)  # tensors and plain containers, never code
    except Exception as error:
        raise InputError(where=str(path), needed="a state dict of tensors", found=user_code.told(error)) from None
    if not isinstance(found, Mapping) or not all(isinstance(v, torch.Tensor) for v in found.values()):
        raise InputError(
            where=str(path), needed="a state dict: names and tensors", found=user_code.shown(type(found).__name__)
        )
    try:
        return {str(key): value.detach().double().numpy() for key, value in found.items()}
    except Exception as error:  # tensors of a kind or place that has no numbers to give
        raise InputError(where=str(path), needed="dense tensors of real numbers", found=user_code.told(error)) from None


def _onnx(path: Path, environment: Environment) -> Mechanism:
    try:
        import onnxruntime
    except ImportError:
        raise MissingExtra(
            needed="onnxruntime, to run a graph", found="none", remedy='Install "rulewright[onnx]".'
        ) from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise InputError(where=str(path), needed="an ONNX graph", found=user_code.told(error)) from None
    inputs, outputs = session.get_inputs(), session.get_outputs()
    if len(inputs) != 1 or len(outputs) != 2 or inputs[0].type not in ("tensor(float)", "tensor(double)"):
        raise InputError(
            where=str(path),
            needed="one input, of reports, and two outputs: allocation and payments",
            found=f"{len(inputs)} and {len(outputs)}",
        )
    kind = np.float32 if inputs[0].type == "tensor(float)" else np.float64
    flat = len(inputs[0].shape) == 2

    def run(reports: Array) -> tuple[Array, Array]:
        given = reports.reshape(len(reports), -1) if flat else reports
        x, paid = session.run(None, {inputs[0].name: given.astype(kind)})
        return x.reshape(reports.shape), paid

    return Foreign(environment, run, str(path))
