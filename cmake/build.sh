#!/usr/bin/env bash
# Configures (once) and builds into build/. usage: cmake/build.sh [ninja targets]
# Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build
log=build/build.log
quietly() { if [ -t 1 ]; then "$@"; else "$@" >"$log" 2>&1 || { tail -n 60 "$log"; exit 1; }; fi; }
[ -f build/build.ninja ] || quietly cmake --preset release
echo "build: ninja -C build $*"
quietly ninja -C build "$@"
