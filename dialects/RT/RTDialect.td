// The rt dialect.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_RT_DIALECT
#define NNC_DIALECTS_RT_DIALECT

include "mlir/IR/OpBase.td"

def RT_Dialect : Dialect {
  let name = "rt";
  let summary = "how a compiled model is called and where its values lie";
  let description = [{
    Buffers are one-dimensional memrefs of scalar elements; `i1` is kept as `i8`, unsigned integers as signless ones of
    the same width. README.md lists the attributes of this dialect on functions, arguments, calls and views.
  }];
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let cppNamespace = "::nnc::rt";
}

#endif
