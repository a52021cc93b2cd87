// ONNX's serialised TensorProto as a host tensor: the files of a test_data_set_* folder.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_RUNNER_ONNXTENSOR_H
#define NNC_LIB_RUNNER_ONNXTENSOR_H

#include "lib/Runner/HostTensor.h"

namespace nnc {

/// Decodes the contents of one file.
llvm::Expected<HostTensor> parseOnnxTensor(llvm::StringRef contents);

} // namespace nnc

#endif
