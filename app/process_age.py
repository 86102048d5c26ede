"""How old this process is, by the system's own clock: the interpreter's start counts too."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from pathlib import Path

_HUNDRED_NS_TO_1970 = 116_444_736_000_000_000
"""What Windows' clock, which counts from 1601 in steps of 100 ns, said at the Unix epoch."""
_PROC_PIDTBSDINFO, _BSDINFO_BYTES, _START_AT = 3, 136, 120
"""Of macOS' `struct proc_bsdinfo`: its number, its size, and where its start time stands."""


def age_ms() -> float:
    """Milliseconds since the process was created; Linux tells it in hundredths of a second.

    OSError where the system does not tell.
    """
    here: str = sys.platform  # mypy would take what is for other systems as unreachable
    if here == "linux":
        # The 22nd field; the second one, a name in brackets, may itself have blanks and brackets.
        fields = Path("/proc/self/stat").read_text("utf-8").rpartition(")")[2].split()
        born = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return (time.clock_gettime(time.CLOCK_BOOTTIME) - born) * 1000
    born = _born_windows() if here == "win32" else _born_mac()
    return (time.time() - born) * 1000


def _born_windows() -> float:
    """Seconds of Unix time."""
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - there on Windows alone
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    times = [ctypes.c_uint64() for _ in range(4)]
    process = ctypes.c_void_p(kernel.GetCurrentProcess())
    if not kernel.GetProcessTimes(process, *(ctypes.byref(each) for each in times)):
        raise OSError("GetProcessTimes")
    return (times[0].value - _HUNDRED_NS_TO_1970) / 1e7


def _born_mac() -> float:
    """Seconds of Unix time."""
    system, told = (
        ctypes.CDLL("/usr/lib/libSystem.dylib"),
        ctypes.create_string_buffer(_BSDINFO_BYTES),
    )
    size = system.proc_pidinfo(
        os.getpid(), _PROC_PIDTBSDINFO, ctypes.c_uint64(0), told, _BSDINFO_BYTES
    )
    if size != _BSDINFO_BYTES:
        raise OSError("proc_pidinfo")
    seconds, micro = (ctypes.c_uint64.from_buffer(told, _START_AT + at).value for at in (0, 8))
    return seconds + micro / 1e6
