// Types of operands and base classes of the canonical operators.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_OP_CLASSES
#define NNC_DIALECTS_NN_OP_CLASSES

include "dialects/NN/NNDialect.td"
include "dialects/NN/NNEnums.td"
include "mlir/IR/CommonAttrConstraints.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// Ranked tensors whose dimensions are all known and whose size in bytes is a sane number.
class NN_TensorOf<list<Type> elements, string what>
    : Type<And<[StaticShapeTensorOf<elements>.predicate, CPred<"::nnc::nn::hasSaneSize($_self)">]>,
           "tensor of " # what # " with static dimensions and less than 2^56 bytes", "::mlir::RankedTensorType">;
defvar NN_Floats = [F16, BF16, F32, F64];
defvar NN_Integers = [I8, I16, I32, I64, UI8, UI16, UI32, UI64];
defvar NN_Numbers = !listconcat(NN_Floats, NN_Integers);
def NN_Tensor : NN_TensorOf<!listconcat(NN_Numbers, [I1]), "numbers or booleans">;
def NN_NumberTensor : NN_TensorOf<NN_Numbers, "numbers">;
def NN_FactorTensor : NN_TensorOf<!listconcat(NN_Floats, [I8, I16, UI8, UI16]), "floating-point numbers or integers of 8 or 16 bits">;
def NN_ProductTensor : NN_TensorOf<!listconcat(NN_Floats, [I32]), "floating-point numbers or sums (i32)">;
def NN_FloatTensor : NN_TensorOf<NN_Floats, "floating-point numbers">;
def NN_BoolTensor : NN_TensorOf<[I1], "booleans (i1)">;
def NN_IndexTensor : NN_TensorOf<[I32, I64], "indices (i32 or i64)">;

// Types of the upstream quant dialect. They mark what integers stand for, between these operators only: all others
// compute with the stored integers.
def NN_Quantized : Type<CPred<"::nnc::nn::isQuantized($_self)">,
    "numbers quantized uniformly, for all or by axis, stored in 8, 16 or 32 bits, standing for f32">;
def NN_QuantizedTensor : NN_TensorOf<[NN_Quantized], "quantized numbers">;
def NN_StoredTensor : NN_TensorOf<[I8, I16, I32, UI8, UI16, UI32, NN_Quantized], "integers or quantized numbers">;
def NN_RealTensor : NN_TensorOf<[F32], "numbers (f32)">;
def NN_SumTensor : NN_TensorOf<[I32], "sums (i32)">;
def NN_NarrowTensor : NN_TensorOf<[I8, I16, UI8, UI16], "integers of 8 or 16 bits">;

class NN_Op<string mnemonic, list<Trait> traits = []>
    : Op<NN_Dialect, mnemonic, !listconcat([Pure], traits)>;

// An op whose result types follow from its operands and attributes. The declared type may
// carry another layout than the inferred one.
class NN_InferredOp<string mnemonic, list<Trait> traits = []>
    : NN_Op<mnemonic, !listconcat([InferTypeOpAdaptor], traits)> {
  let extraClassDeclaration = [{
    static bool isCompatibleReturnTypes(::mlir::TypeRange a, ::mlir::TypeRange b) {
      return ::nnc::nn::equalIgnoringLayout(a, b);
    }
  }];
}

#endif
