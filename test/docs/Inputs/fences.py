"""Fenced code of the documentation's pages.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import re


def fences(path, *languages):
    """The blocks of these languages, in order, that begin at the start of a line."""
    return [body for language, body in re.findall(r"^```(\w+)\n(.*?)^```", path.read_text(), re.M | re.S) if language in languages]
