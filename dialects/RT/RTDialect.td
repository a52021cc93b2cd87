// The rt dialect.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_RT_DIALECT
#define NNC_DIALECTS_RT_DIALECT

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
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
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let cppNamespace = "::nnc::rt";
}

def RT_BytesAttr : AttrDef<RT_Dialect, "Bytes"> {
  let mnemonic = "bytes";
  let summary = "the bytes of a value from one of them on";
  let description = [{
    `#rt.bytes<"conv1" + 16>` are the bytes of the value `conv1`, from byte 16 on. Views of a value (reshapes, slices, the parts of a
    concatenation and the whole) are bytes of one value, so that each byte is computed once, whatever address it gets.
  }];
  let parameters = (ins StringRefParameter<"unique name">:$value, "int64_t":$start);
  let assemblyFormat = "`<` $value `+` $start `>`";
  let genVerifyDecl = 1;
}

def RT_Order : I32Enum<"Order", "direction in memory", [
  I32EnumCase<"ascending", 0>,
  I32EnumCase<"descending", 1>,
]> {
  let cppNamespace = "::nnc::rt";
}

def RT_SweepAttr : AttrDef<RT_Dialect, "Sweep"> {
  let mnemonic = "sweep";
  let summary = "how a layer goes through an input that its result may overlap";
  let description = [{
    The layer goes through input and result pixel by pixel, in row-major order or backwards, and is done with what it reads for a tile of pixels before it
    writes it. The result may share bytes with the input where it keeps a distance of `lead` bytes: `ascending`, it begins at least so many bytes
    below the input; `descending`, it ends at least so many bytes above the input's end.
  }];
  let parameters = (ins EnumParameter<RT_Order>:$order, "int64_t":$lead);
  let assemblyFormat = "`<` $order `,` $lead `>`";
  let genVerifyDecl = 1;
}

def RT_ExecutorType : TypeDef<RT_Dialect, "Executor"> {
  let mnemonic = "executor";
  let summary = "what runs the parts of a layer at the same time";
  let description = [{
    The caller's `const nnrt_executor *`, which may be null: the parts then run one after the other.
  }];
}

#endif
