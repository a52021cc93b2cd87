// --quantize: from a model in floating point to one with nn.quantize and nn.dequantize, by data.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_QUANTIZER_QUANTIZEMODEL_H
#define NNC_LIB_QUANTIZER_QUANTIZEMODEL_H

#include "lib/Driver/Options.h"

namespace nnc {

/// Has every compilation with these options quantize the model after it was read, where they ask
/// for it.
void addQuantizer(CompileOptions &options);

} // namespace nnc

#endif
