// The generated classes of onnx.proto, without their warnings.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_IMPORT_ONNX_PROTO_H
#define NNC_LIB_IMPORT_ONNX_PROTO_H

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include "lib/Import/ONNX/onnx.pb.h" // generated from onnx.proto
#pragma clang diagnostic pop

#endif
