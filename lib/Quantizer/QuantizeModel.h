// --quantize: from a model in floating point to one with nn.quantize and nn.dequantize, by data.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_QUANTIZER_QUANTIZEMODEL_H
#define NNC_LIB_QUANTIZER_QUANTIZEMODEL_H

#include "lib/Driver/Options.h"

namespace nnc {

/// Has every compilation with these options quantize the model after it was read, where they ask
/// for it: once for all of one model, however many levels it is compiled for. Warns of random data.
void addQuantizer(CompileOptions &options, llvm::raw_ostream &diagnostics);

} // namespace nnc

#endif
