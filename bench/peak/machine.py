"""What this machine is: processor, instruction sets, sizes of the caches.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import os
import pathlib
import re


def _cpuinfo(key):
    match = re.search(rf"^{key}\s*:\s*(.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return match.group(1) if match else None


def processor():
    return _cpuinfo("model name") or "unknown processor"


def features():
    """Names of instruction sets, as the kernel lists them."""
    return set((_cpuinfo("flags") or _cpuinfo("Features") or "").split())


def caches():
    """(name, bytes) of each level that holds data of the current core, the nearest first."""
    core = min(os.sched_getaffinity(0))
    found = {}
    for index in pathlib.Path(f"/sys/devices/system/cpu/cpu{core}/cache").glob("index*"):
        kind, level, size = ((index / name).read_text().strip() for name in ("type", "level", "size"))
        if kind in ("Data", "Unified"):
            found[f"L{level}"] = int(size[:-1]) * {"K": 1 << 10, "M": 1 << 20}[size[-1]]
    return sorted(found.items())
