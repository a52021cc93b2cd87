#!/usr/bin/env bash
# From a model to an answer: installs what is missing, builds the compiler, compiles a trained ResNet-8, links the object into
# classify.c and shows it ten pictures. May be run again; a second run is quick.
# Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
cd "$(dirname "$0")/../.."
cmake/setup-debian.sh build
cmake/build.sh nn-compile
out=build/quickstart

step() { echo "+ $*"; "$@"; }
step build/bin/nn-compile examples/models/resnet8.onnx --explain -o "$out"
step clang-22 -O2 -Wall -Wextra -Werror -I"$out" -Iruntime/include examples/quickstart/classify.c "$out/libresnet8.a" -o "$out/classify"
(cd examples/quickstart/images && step "../../../$out/classify" *.pgm)
