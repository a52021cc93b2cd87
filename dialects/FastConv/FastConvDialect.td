// The fastconv dialect.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_FASTCONV_DIALECT
#define NNC_DIALECTS_FASTCONV_DIALECT

include "mlir/IR/OpBase.td"

def FastConv_Dialect : Dialect {
  let name = "fastconv";
  let summary = "convolutions in a transform domain";
  let description = [{
    A convolution that needs fewer multiplications than the direct sum, because image and filter are transformed first. The
    transformed filter is an operand of its own, so that what changes weights (folding, pruning) sees what the machine multiplies with.
  }];
  let cppNamespace = "::nnc::fastconv";
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let extraClassDeclaration = "void registerAttributes();";
}

#endif
