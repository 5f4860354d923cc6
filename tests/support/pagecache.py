"""What the kernel holds of a file and the disk does not have yet: what a power cut would take."""

import ctypes
import os
from pathlib import Path

#: ``cachestat(2)``, Linux 6.5; the number is the same on every architecture.
CACHESTAT = 451


class _Range(ctypes.Structure):
    _fields_ = (("start", ctypes.c_uint64), ("length", ctypes.c_uint64))


class _Counts(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint64) for name in ("held", "dirty", "under_way", "evicted", "lately"))


def unwritten(path: Path) -> int:
    """Pages of a file that are not on the disk. Raises OSError where the kernel cannot tell."""
    whole, counts = _Range(0, 0), _Counts()
    libc = ctypes.CDLL(None, use_errno=True)
    with path.open("rb") as file:
        if libc.syscall(CACHESTAT, file.fileno(), ctypes.byref(whole), ctypes.byref(counts), 0):
            raise OSError(ctypes.get_errno(), "cachestat")
    return int(counts.dirty + counts.under_way)


def can_tell(folder: Path) -> bool:
    """Whether the kernel knows it of files in this folder: of a RAM disk it does not."""
    probe = folder / "unwritten"
    try:
        probe.write_bytes(b"x" * os.sysconf("SC_PAGESIZE"))
        return unwritten(probe) > 0
    except OSError:
        return False
    finally:
        probe.unlink()
