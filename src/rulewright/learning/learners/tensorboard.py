"""TensorBoard's event files, written without TensorFlow: records of protocol buffers with checksums.

    record = length (uint64) · masked CRC-32C of it · Event · masked CRC-32C of Event
    Event  = 1: wall_time (double) · 2: step (int64) · 3: file_version | 5: Summary{1: Value{1: tag, 2: simple_value (float)}}

Formats: TFRecord and event.proto of the TensorFlow project; CRC-32C (Castagnoli) as in RFC 3720, appendix B.4.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from .hooks import Hook

POLYNOMIAL = 0x82F63B78  # Castagnoli, reflected
MASK = 0xA282EAD8


def _table() -> list[int]:
    rows = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (POLYNOMIAL if byte & 1 else 0)
        rows.append(byte)
    return rows


TABLE = _table()


def crc32c(data: bytes) -> int:
    """The checksum of RFC 3720."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def masked(crc: int) -> int:
    """As stored, so that a checksum of checksums is none."""
    return ((crc >> 15 | crc << 17) + MASK) & 0xFFFFFFFF


def record(data: bytes) -> bytes:
    """One framed record."""
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked(crc32c(length))) + data + struct.pack("<I", masked(crc32c(data)))


def varint(value: int) -> bytes:
    """A non-negative whole number, seven bits a byte."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def nested(field: int, data: bytes) -> bytes:
    """A field that has a length: text or a message."""
    return varint(field << 3 | 2) + varint(len(data)) + data


def event(when: float, step: int, rest: bytes) -> bytes:
    """One Event."""
    return b"\x09" + struct.pack("<d", when) + b"\x10" + varint(step) + rest


class TensorBoard(Hook):
    """An event file in `folder`, which `tensorboard --logdir` shows."""

    def __init__(self, folder: str | os.PathLike[str], clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        Path(folder).mkdir(parents=True, exist_ok=True)
        name = f"events.out.tfevents.{int(clock()):010d}.rulewright.{os.getpid()}"
        self._stream = (Path(folder) / name).open("ab")
        self._write(0, nested(3, b"brain.Event:2"))

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        told = b"".join(
            nested(1, nested(1, name.encode()) + b"\x15" + struct.pack("<f", value)) for name, value in values.items()
        )
        self._write(step, nested(5, told))

    def _write(self, step: int, rest: bytes) -> None:
        self._stream.write(record(event(self.clock(), step, rest)))
        self._stream.flush()

    def resumed(self, step: int) -> None:
        """Tells TensorBoard to drop what comes again (session log: start)."""
        self._write(step, nested(7, b"\x08\x01"))

    def close(self) -> None:
        self._stream.close()
