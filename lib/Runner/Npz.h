// The .npz format: a zip archive of .npy arrays.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_NPZ_H
#define NNC_LIB_RUNNER_NPZ_H

#include "lib/Runner/HostTensor.h"

namespace nnc {

/// The arrays of an archive in its order, named after its members. Checksums are verified.
llvm::Expected<std::vector<HostTensor>> parseNpz(llvm::StringRef contents);

/// An uncompressed archive.
llvm::Expected<std::string> formatNpz(const std::vector<HostTensor> &tensors);

} // namespace nnc

#endif
