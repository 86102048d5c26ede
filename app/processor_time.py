"""How much of the processor another process of this person's has had, by the system's own count."""

from __future__ import annotations

import ctypes
import sys
import time

_QUERY_LIMITED = 0x1000
"""Windows' PROCESS_QUERY_LIMITED_INFORMATION."""
_CPUCLOCK_SCHED = 2
"""Linux' clock of a whole process, as clock_getcpuclockid(3) makes its number."""


def processor_seconds(pid: int) -> float | None:
    """Seconds on all its threads; None where the system does not tell, or the process is gone."""
    here: str = sys.platform  # mypy would take what is for other systems as unreachable
    try:
        if here == "linux":
            return time.clock_gettime(~pid << 3 | _CPUCLOCK_SCHED)
        return _by_windows(pid) if here == "win32" else None
    except OSError:
        return None


def _by_windows(pid: int) -> float:
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - there on Windows alone
    kernel.OpenProcess.restype = ctypes.c_void_p
    process = ctypes.c_void_p(kernel.OpenProcess(_QUERY_LIMITED, False, pid))
    if not process.value:
        raise OSError("OpenProcess")
    times = [ctypes.c_uint64() for _ in range(4)]  # born, ended, in the kernel, in the program
    told = kernel.GetProcessTimes(process, *(ctypes.byref(each) for each in times))
    kernel.CloseHandle(process)
    if not told:
        raise OSError("GetProcessTimes")
    return (times[2].value + times[3].value) / 1e7
