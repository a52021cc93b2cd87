// Between real numbers and integers that stand for them.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_QUANTIZATION_OPS
#define NNC_DIALECTS_NN_QUANTIZATION_OPS

include "dialects/NN/NNOpClasses.td"

def NN_QuantizeOp : NN_Op<"quantize"> {
  let summary = "integers that stand for real numbers";
  let description = [{
    q[i] = clamp(round(x[i] / S) + z, low, high), ties to even; S, z and the range are those of the result type, for all elements or for each index of
    its axis. NaN gives 0, limited to the range.

    Constraints:
    - (C1) The shape stays.
    - (C2) A type by axis has as many scales as that dimension has elements.

    ```mlir
    %0 = nn.quantize %x : (tensor<2x3xf32>) -> tensor<2x3x!quant.uniform<u8:f32, 0.02:128>>
    ```
  }];
  let arguments = (ins NN_RealTensor:$input);
  let results = (outs NN_QuantizedTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def NN_DequantizeOp : NN_Op<"dequantize"> {
  let summary = "the real numbers that integers stand for";
  let description = [{
    y[i] = S·(q[i] − z), rounded once to f32; S and z are those of the operand's type, for all elements or for each index of its axis.

    Constraints are (C1) and (C2) of `nn.quantize`.

    ```mlir
    %0 = nn.dequantize %w : (tensor<2x3x!quant.uniform<i8:f32:0, {0.02, 0.03:-1}>>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins NN_QuantizedTensor:$input);
  let results = (outs NN_RealTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def NN_StorageCastOp : NN_Op<"storage_cast"> {
  let summary = "quantized numbers as their integers, or integers as what they stand for";
  let description = [{
    Moves nothing.

    Constraints:
    - (C1) The shape stays.
    - (C2) One side has the storage type of the other: `i8` of `!quant.uniform<i8:f32, …>`, `ui8` of `!quant.uniform<u8:f32, …>`.
    - (C3) A type by axis has as many scales as that dimension has elements.

    ```mlir
    %0 = nn.storage_cast %x : (tensor<2x3xui8>) -> tensor<2x3x!quant.uniform<u8:f32, 0.02:128>>
    ```
  }];
  let arguments = (ins NN_StoredTensor:$input);
  let results = (outs NN_StoredTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def NN_RequantizeOp : NN_Op<"requantize"> {
  let summary = "an exact sum as an integer of fewer bits";
  let description = [{
    y[i] = clamp((((sat32(x[i]·2^k)·M) >> 32) + C) >> r, low, high): `multiplier` M, `offset` C, `right` r and `left` k (0 where absent) broadcast to
    the sums; `>>` rounds down, the product has 64 bits, sat32 limits to the range of `i32`. `low` and `high` are the limits of the result type where they are
    absent. `lib/Numerics/Requantize.h` says which constants multiply by a given number; others may let the inner sum wrap. Shifts are numbers from 0 to 31.

    Constraints:
    - (C1) The shape stays.
    - (C2) The other operands broadcast to the sums.
    - (C3) `low` ≤ `high`, both in the range of the result type.

    ```mlir
    %0 = nn.requantize %x by %m plus %c right %r {low = 0 : i64}
        : (tensor<1x4x5x5xi32>, tensor<4x1x1xi32>, tensor<4x1x1xi32>, tensor<4x1x1xi32>) -> tensor<1x4x5x5xi8>
    ```
  }];
  let arguments = (ins NN_SumTensor:$input, NN_SumTensor:$multiplier, NN_SumTensor:$offset, NN_SumTensor:$right,
                   Optional<NN_SumTensor>:$left, OptionalAttr<I64Attr>:$low, OptionalAttr<I64Attr>:$high);
  let results = (outs NN_NarrowTensor:$result);
  let assemblyFormat = [{
    $input `by` $multiplier `plus` $offset `right` $right (`left` $left^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The limits of the result: those stated, else those of its type.
    int64_t lowest();
    int64_t highest();
  }];
}

#endif
