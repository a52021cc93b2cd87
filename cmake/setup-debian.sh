#!/usr/bin/env bash
# Installs, on Debian 12, what is missing of the packages the project needs. May be run again; a second run is quick.
# usage: cmake/setup-debian.sh [build|test]    build: compiler and tools (default); test: and all that the tests use
# Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-build}

packages=(ca-certificates git cmake ninja-build ccache clang-22 lld-22 llvm-22-dev llvm-22-tools libmlir-22-dev
          mlir-22-tools libfmt-dev libprotobuf-dev protobuf-compiler nlohmann-json3-dev libcli11-dev libzip-dev
          libgtest-dev libgmock-dev zlib1g-dev libzstd-dev libcurl4-openssl-dev libedit-dev libxml2-dev)
if [ "$what" = test ]; then
  packages+=(python3 python3-venv clang-format-22 clang-tidy-22 libclang-rt-22-dev gcc-aarch64-linux-gnu libc6-dev-arm64-cross
             gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib qemu-user qemu-system-arm
             dataset-fashion-mnist g++ file)
fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "setup: installing ${missing[*]}"
  sudo=$([ "$(id -u)" = 0 ] || echo sudo)
  $sudo apt-get update -qq
  log=$(mktemp)
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$log" 2>&1 ||
    { tail -n 40 "$log"; exit 1; }
  rm -f "$log"
fi

if [ "$what" = test ]; then
  # The oracles of the tests: numpy, the ONNX package with its conformance data, ONNX Runtime.
  requirements=test/requirements.txt
  venv=build/venv
  if ! cmp -s "$requirements" "$venv/requirements.txt"; then
    echo "setup: Python packages of the tests into $venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check -r "$requirements"
    cp "$requirements" "$venv/requirements.txt"
  fi
fi
echo "setup: complete"
