// Samples of a model's inputs, from which ranges of its values are learnt.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_QUANTIZER_CALIBRATIONDATA_H
#define NNC_LIB_QUANTIZER_CALIBRATIONDATA_H

#include "lib/Runner/Program.h"

namespace nnc {

/// Stands for seeded random samples instead of a file.
inline constexpr llvm::StringLiteral kRandomData = "random";

/// Reads samples for `inputs`, at most `limit` (0: all). `path` is one of
/// - an `.npz` with an array for each input by its name; others are not looked at,
/// - a folder of `.npy` files, for a model of one input; else a folder that has such a folder for
///   each input, by its name; files count in the order of their names,
/// - a `.raw`, `.bin` or `.f32` file: the samples of the only input, one behind the other,
/// little-endian,
/// - `random`.
///
/// An array [N, …] holds N samples of the input's shape; where that starts with 1 it may stand for
/// it. An `.npy` of the input's shape, with or
/// without such a 1, is one sample. Errors name file, input, what was found and
/// what is expected; NaN and infinities are refused. A file that cannot be read gives an
/// `llvm::FileError`.
llvm::Expected<std::vector<TensorSet>>
readCalibrationData(const std::string &path, const std::vector<HostTensor> &inputs, int64_t limit);

} // namespace nnc

#endif
