// Constants, and operators that compute each element by itself.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_ELEMENTWISE_OPS
#define NNC_DIALECTS_NN_ELEMENTWISE_OPS

include "dialects/NN/NNOpClasses.td"

def NN_ConstantOp : NN_Op<"constant", [ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "a tensor known at compile time";
  let description = [{
    A dense blob, a resource blob or a splat. Splats stay splats.

    ```mlir
    %0 = nn.constant dense<[1.0, -2.0]> : tensor<2xf32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}

def NN_UnaryOp : NN_InferredOp<"unary"> {
  let summary = "apply a scalar function to each element";
  let description = [{
    y[i] = f(x[i]); `kind` names f, `alpha`, `beta` and `gamma` are its parameters (see the table in the
    dialect's README). The predicates `is_nan`, `is_inf`, `is_pos_inf`, `is_neg_inf` and `logical_not` give `i1`.

    Constraints:
    - (C1) `logical_not` takes `i1`.
    - (C2) `bitwise_not` takes integers.
    - (C3) `abs`, `neg`, `square`, `sign` and `relu` take numbers.
    - (C4) All other kinds take floating-point numbers.

    ```mlir
    %0 = nn.unary relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %1 = nn.unary leaky_relu %x {alpha = 0.1 : f64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins NN_UnaryKindAttr:$kind, NN_Tensor:$input,
                   OptionalAttr<F64Attr>:$alpha, OptionalAttr<F64Attr>:$beta, OptionalAttr<F64Attr>:$gamma);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "`` $kind $input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def NN_ClampOp : NN_InferredOp<"clamp"> {
  let summary = "limit each element to a constant range";
  let description = [{
    y[i] = min(max(x[i], low), high), NaN stays NaN. A missing bound does not limit, nor does one beyond the range of
    an integer type; other bounds are converted to the element type.

    Constraints:
    - (C1) Bounds are not NaN.

    ```mlir
    %0 = nn.clamp %x {low = 0.0 : f64, high = 6.0 : f64} : (tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins NN_NumberTensor:$input, OptionalAttr<F64Attr>:$low, OptionalAttr<F64Attr>:$high);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def NN_BinaryOp : NN_InferredOp<"binary"> {
  let summary = "apply a scalar function to each pair of elements";
  let description = [{
    y[i] = f(a[i], b[i]) with numpy broadcasting: shapes are aligned at the last dimension and
    a dimension of 1 is repeated. `kind` names f (see the table in the dialect's README).

    Constraints:
    - (C1) Both operands have one element type.
    - (C2) Shapes broadcast.
    - (C3) `bit_and`, `bit_or` and `bit_xor` take integers or `i1`.
    - (C4) Shifts take integers.
    - (C5) All other kinds take numbers.

    ```mlir
    %0 = nn.binary add %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins NN_BinaryKindAttr:$kind, NN_Tensor:$lhs, NN_Tensor:$rhs);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "`` $kind $lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def NN_CompareOp : NN_InferredOp<"compare"> {
  let summary = "compare each pair of elements";
  let description = [{
    y[i] = a[i] <predicate> b[i], boolean, with numpy broadcasting.

    Constraints:
    - (C1) Both operands have one element type.
    - (C2) Shapes broadcast.
    - (C3) `i1` has no order: it takes `equal` and `not_equal` only.

    ```mlir
    %0 = nn.compare less %a, %b : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xi1>
    ```
  }];
  let arguments = (ins NN_ComparePredicateAttr:$predicate, NN_Tensor:$lhs, NN_Tensor:$rhs);
  let results = (outs NN_BoolTensor:$result);
  let assemblyFormat = "`` $predicate $lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def NN_SelectOp : NN_InferredOp<"select"> {
  let summary = "choose per element";
  let description = [{
    y[i] = c[i] ? a[i] : b[i] with numpy broadcasting of all three.

    Constraints:
    - (C1) `on_true` and `on_false` have one element type.
    - (C2) Shapes broadcast.

    ```mlir
    %0 = nn.select %c, %a, %b : (tensor<2x1xi1>, tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins NN_BoolTensor:$condition, NN_Tensor:$on_true, NN_Tensor:$on_false);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$condition `,` $on_true `,` $on_false attr-dict `:` functional-type(operands, results)";
  let hasCanonicalizer = 1;
}

def NN_CastOp : NN_Op<"cast"> {
  let summary = "convert the element type";
  let description = [{
    Float to integer truncates toward zero, other roundings are to nearest, ties to even; to boolean means ≠ 0. Between
    integers the low bits are kept. `saturate` limits the value to the range of the result type first. A float is always
    limited: without `saturate` to the range of `i32` (of `i64` for `ui32`) when the result type is narrower, and then the low
    bits are kept. NaN gives 0.

    Constraints:
    - (C1) The shape stays.

    ```mlir
    %0 = nn.cast %x : (tensor<4xf32>) -> tensor<4xi64>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, UnitAttr:$saturate);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def NN_IotaOp : NN_Op<"iota"> {
  let summary = "each element is its own index along one axis";
  let description = [{
    y[i0, …] = start + step · i_axis, in the element type.

    Constraints:
    - (C1) `axis` is a dimension.
    - (C2) The element type is a number.

    ```mlir
    %0 = nn.iota {axis = 1 : i64} : tensor<2x3xi64>
    ```
  }];
  let arguments = (ins I64Attr:$axis, DefaultValuedAttr<F64Attr, "0.0">:$start, DefaultValuedAttr<F64Attr, "1.0">:$step);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
  let hasVerifier = 1;
}

#endif
