#!/usr/bin/env bash
# Installs what is missing, builds everything and passes all tests; ends with the line "N passed, N failed".
# usage: test/run.sh [SUITE ...]     suites: see test/suites.py; default: all
# Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
cd "$(dirname "$0")/.."
cmake/setup-debian.sh test
cmake/build.sh
exec build/venv/bin/python test/suites.py "$@"
