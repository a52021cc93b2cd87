// The nn dialect and its layout attribute.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_DIALECT
#define NNC_DIALECTS_NN_DIALECT

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/TensorEncoding.td"
include "mlir/IR/OpBase.td"

def NN_Dialect : Dialect {
  let name = "nn";
  let summary = "what a network computes";
  let description = [{
    Canonical operators on statically shaped tensors, with value semantics.
    Element types are `f32`, `f64`, `f16`, `bf16`, signless integers (signed meaning),
    `ui8`…`ui64` (unsigned) and `i1` (boolean, one byte each in memory). Types of the `quant` dialect say what
    integers stand for, next to `nn.quantize`, `nn.dequantize` and `nn.storage_cast`.
    Dimensions keep the model's logical order; where a value lies in memory is the
    `#nn.layout` encoding of its type. A type without encoding is contiguous row-major.
  }];
  let cppNamespace = "::nnc::nn";
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::mlir::quant::QuantDialect"];
}

def NN_LayoutAttr : AttrDef<NN_Dialect, "Layout", [
    DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let mnemonic = "layout";
  let summary = "element strides of a tensor in memory, one per logical dimension";
  let description = [{
    Element (i0, i1, …) of the tensor lies `i0·s0 + i1·s1 + …` elements after the first.
    Channels-last for a logical 1×C×H×W tensor is `#nn.layout<[H·W·C, 1, W·C, C]>`; a slice
    of a concatenated buffer has the buffer's strides.
  }];
  let parameters = (ins ArrayRefParameter<"int64_t", "element strides">:$strides);
  let assemblyFormat = "`<` `[` $strides `]` `>`";
}

#endif
