// The canonical operators.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_OPS
#define NNC_DIALECTS_NN_OPS

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
def NN_FloatTensor : NN_TensorOf<NN_Floats, "floating-point numbers">;
def NN_BoolTensor : NN_TensorOf<[I1], "booleans (i1)">;
def NN_IndexTensor : NN_TensorOf<[I32, I64], "indices (i32 or i64)">;

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

//===-- Constants and elementwise ----------------------------------------------------------===//

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

//===-- Products ---------------------------------------------------------------------------===//

def NN_ConvOp : NN_InferredOp<"conv"> {
  let summary = "convolve channels-first images with a bank of filters";
  let description = [{
    y[n, m, o] = bias[m] + Σ_c Σ_k x[n, g·C/G + c, o·stride − begin + k·dilation] · w[m, c, k],
    over one to three spatial dimensions; x is N×C×spatial, w is M×C/G×kernel, g = m / (M/G);
    taps outside the image add nothing.

    Constraints:
    - (C1) Element types agree.
    - (C2) Input and filter have the same rank, from 3 to 5.
    - (C3) `group` ≥ 1.
    - (C4) `strides`, `dilations`, `pads_begin` and `pads_end` have one entry per spatial dimension; kernel, strides
      and dilations are ≥ 1, pads ≥ 0.
    - (C5) C = filter channels · `group`.
    - (C6) M is a multiple of `group`.
    - (C7) `bias` has M elements.
    - (C8) The dilated kernel fits into the padded input.

    ```mlir
    %0 = nn.conv %x, %w {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>,
      pads_begin = array<i64: 1, 1>, pads_end = array<i64: 0, 1>, group = 1 : i64}
      : (tensor<1x3x9x7xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, NN_FloatTensor:$filter, Optional<NN_FloatTensor>:$bias,
                   DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                   DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end,
                   DefaultValuedAttr<I64Attr, "1">:$group);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $filter (`,` $bias^)? attr-dict `:` functional-type(operands, results)
  }];
}

def NN_ConvTransposeOp : NN_InferredOp<"conv_transpose"> {
  let summary = "the gradient of a convolution with respect to its input";
  let description = [{
    Every input pixel i adds w[c, m, k]·x[n, c, i] to y[n, m, i·stride − begin + k·dilation].
    The output size is (I−1)·stride + (K−1)·dilation + 1 + output_padding − begin − end.

    Constraints:
    - (C1) Element types agree.
    - (C2) Input and filter have the same rank, from 3 to 5.
    - (C3) `group` ≥ 1.
    - (C4) Attributes have one entry per spatial dimension; kernel, strides and dilations are ≥ 1, pads and output
      padding ≥ 0.
    - (C5) Input and filter have the same C, a multiple of `group`.
    - (C6) `bias` has one element per output channel.
    - (C7) No result dimension is negative.

    ```mlir
    %0 = nn.conv_transpose %x, %w {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>,
      pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, output_padding = array<i64: 1, 0>,
      group = 1 : i64} : (tensor<1x3x5x7xf32>, tensor<3x4x3x3xf32>) -> tensor<1x4x12x15xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, NN_FloatTensor:$filter, Optional<NN_FloatTensor>:$bias,
                   DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                   DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end,
                   DenseI64ArrayAttr:$output_padding, DefaultValuedAttr<I64Attr, "1">:$group);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $filter (`,` $bias^)? attr-dict `:` functional-type(operands, results)
  }];
}

def NN_MatMulOp : NN_InferredOp<"matmul"> {
  let summary = "multiply matrices, batched";
  let description = [{
    y[…, m, n] = Σ_k a[…, m, k] · b[…, k, n]; leading dimensions broadcast as in numpy; rank ≥ 2.
    `transpose_lhs`/`transpose_rhs` swap the last two dimensions of an operand.

    Constraints:
    - (C1) Element types agree.
    - (C2) Both ranks are at least 2.
    - (C3) The k dimensions agree.
    - (C4) Leading dimensions broadcast.
    - (C5) Elements are numbers.

    ```mlir
    %0 = nn.matmul %a, %b {transpose_rhs} : (tensor<2x5x3xf32>, tensor<7x3xf32>) -> tensor<2x5x7xf32>
    ```
  }];
  let arguments = (ins NN_NumberTensor:$lhs, NN_NumberTensor:$rhs, UnitAttr:$transpose_lhs, UnitAttr:$transpose_rhs);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
  let hasCanonicalizer = 1;
}

//===-- Windows, reductions, normalisation -------------------------------------------------===//

def NN_PoolOp : NN_InferredOp<"pool"> {
  let summary = "reduce a sliding window of the spatial dimensions";
  let description = [{
    `max`: the largest element; `average`: the mean, over the whole window with `count_include_pad`, else over
    the elements inside the image; `lp`: (Σ|x|^p)^(1/p). `ceil_extra` is how far the last window may reach beyond
    the padded image (rounding the output size up); those positions are never counted. A window without an element of
    the image gives the lowest value of the type (`max`: −∞ for floats) or 0.

    Constraints:
    - (C1) The rank is 3 to 5.
    - (C2) Attributes have one entry per spatial dimension; kernel, strides and dilations are ≥ 1, pads ≥ 0.
    - (C3) 0 ≤ `ceil_extra` < stride.
    - (C4) The dilated kernel fits into the padded input.
    - (C5) `average` and `lp` take floating-point numbers, `max` takes numbers.
    - (C6) `p` ≥ 1.

    ```mlir
    %0 = nn.pool max %x {kernel = array<i64: 3, 2>, strides = array<i64: 2, 1>, dilations = array<i64: 1, 1>,
      pads_begin = array<i64: 1, 0>, pads_end = array<i64: 0, 0>, ceil_extra = array<i64: 0, 0>}
      : (tensor<1x3x9x7xf32>) -> tensor<1x3x4x6xf32>
    ```
  }];
  let arguments = (ins NN_PoolKindAttr:$kind, NN_NumberTensor:$input, DenseI64ArrayAttr:$kernel,
                   DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                   DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end,
                   DenseI64ArrayAttr:$ceil_extra, UnitAttr:$count_include_pad,
                   DefaultValuedAttr<I64Attr, "2">:$p);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "`` $kind $input attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def NN_ReduceOp : NN_InferredOp<"reduce"> {
  let summary = "reduce whole dimensions";
  let description = [{
    `axes` are the reduced dimensions, ascending; with `keep_dims` they stay as size 1. Over no elements: the neutral
    element (`max`: lowest, `min`: highest value; `mean`: NaN or 0). The mean of integers divides the exact sum, toward zero.

    Constraints:
    - (C1) `axes` are dimensions, ascending.
    - (C2) `l2`, `log_sum` and `log_sum_exp` take floating-point numbers, the others numbers.

    ```mlir
    %0 = nn.reduce mean %x {axes = array<i64: 2, 3>, keep_dims} : (tensor<1x5x7x7xf32>) -> tensor<1x5x1x1xf32>
    ```
  }];
  let arguments = (ins NN_ReduceKindAttr:$kind, NN_NumberTensor:$input, DenseI64ArrayAttr:$axes, UnitAttr:$keep_dims);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "`` $kind $input attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def NN_ArgReduceOp : NN_InferredOp<"arg_reduce"> {
  let summary = "index of the largest or smallest element along an axis";
  let description = [{
    The first such index, or the last with `select_last`. The result is `i64`.

    Constraints:
    - (C1) `axis` is a dimension.
    - (C2) That dimension is not empty.

    ```mlir
    %0 = nn.arg_reduce max %x {axis = 1 : i64, keep_dims} : (tensor<2x5xf32>) -> tensor<2x1xi64>
    ```
  }];
  let arguments = (ins NN_ArgKindAttr:$kind, NN_NumberTensor:$input, I64Attr:$axis, UnitAttr:$keep_dims, UnitAttr:$select_last);
  let results = (outs NN_IndexTensor:$result);
  let assemblyFormat = "`` $kind $input attr-dict `:` functional-type(operands, results)";
}

def NN_SoftmaxOp : NN_InferredOp<"softmax"> {
  let summary = "normalised exponentials along an axis";
  let description = [{
    y = e^(x − max) / Σ e^(x − max) along `axis`; with `log` its logarithm.

    Constraints:
    - (C1) `axis` is a dimension.

    ```mlir
    %0 = nn.softmax %x {axis = 1 : i64} : (tensor<2x5xf32>) -> tensor<2x5xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, I64Attr:$axis, UnitAttr:$log);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def NN_NormalizeOp : NN_InferredOp<"normalize"> {
  let summary = "subtract the mean and divide by the deviation over some dimensions";
  let description = [{
    y = (x − mean) / √(var + epsilon), both over `axes` (ascending); `rms` leaves the mean out: y = x / √(mean(x²) + ε).
    Layer, instance and group normalisation are this op followed by a scale and a bias.

    Constraints:
    - (C1) `axes` are dimensions, ascending.

    ```mlir
    %0 = nn.normalize %x {axes = array<i64: 1>, epsilon = 1.0e-5 : f64} : (tensor<2x5xf32>) -> tensor<2x5xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, DenseI64ArrayAttr:$axes, F64Attr:$epsilon, UnitAttr:$rms);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def NN_BatchNormOp : NN_InferredOp<"batch_norm"> {
  let summary = "scale and shift each channel by trained statistics";
  let description = [{
    y[n, c, …] = (x[n, c, …] − mean[c]) / √(variance[c] + epsilon) · scale[c] + bias[c].

    Constraints:
    - (C1) The rank is at least 2.
    - (C2) Element types agree.
    - (C3) Each parameter has C elements.

    ```mlir
    %0 = nn.batch_norm %x, %s, %b, %m, %v {epsilon = 1.0e-5 : f64}
      : (tensor<1x3x5x5xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<1x3x5x5xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, NN_FloatTensor:$scale, NN_FloatTensor:$bias,
                   NN_FloatTensor:$mean, NN_FloatTensor:$variance, F64Attr:$epsilon);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $scale `,` $bias `,` $mean `,` $variance attr-dict `:` functional-type(operands, results)
  }];
}

def NN_LRNOp : NN_InferredOp<"lrn"> {
  let summary = "local response normalisation across channels";
  let description = [{
    y = x / (bias + alpha/size · Σ x²)^beta, the sum over `size` neighbouring channels,
    from c − ⌊(size−1)/2⌋ to c + ⌈(size−1)/2⌉.

    Constraints:
    - (C1) The rank is at least 2.
    - (C2) `size` ≥ 1.

    ```mlir
    %0 = nn.lrn %x {size = 5 : i64, alpha = 1.0e-4 : f64, beta = 0.75 : f64, bias = 1.0 : f64} : (tensor<1x8x3x3xf32>) -> tensor<1x8x3x3xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, I64Attr:$size, F64Attr:$alpha, F64Attr:$beta, F64Attr:$bias);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def NN_CumulateOp : NN_InferredOp<"cumulate"> {
  let summary = "running sum or product along an axis";
  let description = [{
    y[i] = Σ x[0…i]; `exclusive` leaves out x[i], `reverse` runs from the end.

    Constraints:
    - (C1) `axis` is a dimension.

    ```mlir
    %0 = nn.cumulate sum %x {axis = 1 : i64, exclusive} : (tensor<2x5xf32>) -> tensor<2x5xf32>
    ```
  }];
  let arguments = (ins NN_CumulateKindAttr:$kind, NN_NumberTensor:$input, I64Attr:$axis, UnitAttr:$exclusive, UnitAttr:$reverse);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "`` $kind $input attr-dict `:` functional-type(operands, results)";
}

def NN_TopKOp : NN_InferredOp<"top_k"> {
  let summary = "the k largest or smallest elements along an axis and their indices";
  let description = [{
    Sorted; of equal elements the lower index comes first. Indices are `i64`.

    Constraints:
    - (C1) `axis` is a dimension.
    - (C2) 0 ≤ `k` ≤ its size.

    ```mlir
    %values, %indices = nn.top_k %x {k = 3 : i64, axis = 1 : i64, largest} : (tensor<2x7xf32>) -> (tensor<2x3xf32>, tensor<2x3xi64>)
    ```
  }];
  let arguments = (ins NN_NumberTensor:$input, I64Attr:$k, I64Attr:$axis, UnitAttr:$largest);
  let results = (outs NN_NumberTensor:$values, NN_IndexTensor:$indices);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

//===-- Moving data ------------------------------------------------------------------------===//

def NN_ReshapeOp : NN_Op<"reshape"> {
  let summary = "the same elements in row-major order under another shape";
  let description = [{
    Constraints:
    - (C1) The number of elements and their type stay.

    ```mlir
    %0 = nn.reshape %x : (tensor<2x6xf32>) -> tensor<3x4xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def NN_TransposeOp : NN_InferredOp<"transpose"> {
  let summary = "permute dimensions";
  let description = [{
    Dimension d of the result is dimension perm[d] of the input.

    Constraints:
    - (C1) `perm` is a permutation of the dimensions.

    ```mlir
    %0 = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x5x7xf32>) -> tensor<1x5x7x3xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, DenseI64ArrayAttr:$perm);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def NN_BroadcastOp : NN_Op<"broadcast"> {
  let summary = "repeat dimensions of size 1 and prepend dimensions";
  let description = [{
    Constraints:
    - (C1) The element type stays.
    - (C2) Each dimension, aligned at the last one, has size 1 or the result's size.

    ```mlir
    %0 = nn.broadcast %x : (tensor<3x1xf32>) -> tensor<2x3x5xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def NN_ConcatOp : NN_InferredOp<"concat"> {
  let summary = "join tensors along an axis";
  let description = [{
    Constraints:
    - (C1) There is at least one input.
    - (C2) `axis` is a dimension.
    - (C3) Element types agree.
    - (C4) Shapes agree except in `axis`.

    ```mlir
    %0 = nn.concat %a, %b {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x7xf32>
    ```
  }];
  let arguments = (ins Variadic<NN_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$inputs attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def NN_SliceOp : NN_Op<"slice"> {
  let summary = "every step-th element of a range, per dimension";
  let description = [{
    y[i] = x[start + i·step] per dimension; steps may be negative, sizes are the result's.

    Constraints:
    - (C1) Rank and element type stay.
    - (C2) `starts` and `steps` have one entry per dimension.
    - (C3) No step is 0.
    - (C4) Every element lies in the input.

    ```mlir
    %0 = nn.slice %x {starts = array<i64: 1, 4>, steps = array<i64: 1, -2>} : (tensor<3x5xf32>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$steps);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def NN_PadOp : NN_InferredOp<"pad"> {
  let summary = "add elements before and after each dimension";
  let description = [{
    `constant` writes `value` (a one-element tensor, else 0), `edge` repeats the border, `reflect` mirrors without repeating
    the border (with period 2(n − 1); a single element is repeated) and `wrap` repeats the image (with period n), however
    far it is. Negative amounts cut.

    Constraints:
    - (C1) `low` and `high` have one entry per dimension.
    - (C2) No result dimension is negative.
    - (C3) Unless `constant`, there is something to repeat.
    - (C4) `value` has one element, of the input's type.

    ```mlir
    %0 = nn.pad constant %x {low = array<i64: 0, 1>, high = array<i64: 2, 0>} : (tensor<3x5xf32>) -> tensor<5x6xf32>
    ```
  }];
  let arguments = (ins NN_PadModeAttr:$mode, NN_Tensor:$input, Optional<NN_Tensor>:$value,
                   DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = [{
    `` $mode $input (`value` $value^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasFolder = 1;
}

def NN_GatherOp : NN_InferredOp<"gather"> {
  let summary = "pick slices along an axis by index";
  let description = [{
    y[a…, i…, b…] = x[a…, indices[i…], b…] with the index at `axis`. Negative indices count from the end;
    an index outside the range is limited to it, so that no element outside the tensor is ever read.

    Constraints:
    - (C1) `axis` is a dimension.
    - (C2) That dimension is not empty unless `indices` is.

    ```mlir
    %0 = nn.gather %x, %i {axis = 1 : i64} : (tensor<2x5x3xf32>, tensor<4xi64>) -> tensor<2x4x3xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, NN_IndexTensor:$indices, I64Attr:$axis);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input `,` $indices attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def NN_GatherElementsOp : NN_InferredOp<"gather_elements"> {
  let summary = "pick single elements along an axis by index";
  let description = [{
    y[i] = x[i with i_axis := indices[i]]; negative and out-of-range indices as in `nn.gather`.

    Constraints:
    - (C1) Input and indices have the same rank.
    - (C2) `axis` is a dimension.
    - (C3) In other dimensions indices are no larger than the input.
    - (C4) The dimension `axis` of the input is not empty unless `indices` is.

    ```mlir
    %0 = nn.gather_elements %x, %i {axis = 1 : i64} : (tensor<2x5xf32>, tensor<2x3xi64>) -> tensor<2x3xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, NN_IndexTensor:$indices, I64Attr:$axis);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input `,` $indices attr-dict `:` functional-type(operands, results)";
}

def NN_GatherNDOp : NN_InferredOp<"gather_nd"> {
  let summary = "pick slices by index tuples";
  let description = [{
    The last dimension of `indices` holds coordinates of x after `batch_dims` shared leading dimensions:
    y[b…, i…, r…] = x[b…, indices[b…, i…, 0], …, r…]; negative and out-of-range indices as in `nn.gather`.

    Constraints:
    - (C1) `indices` has rank ≥ 1, and more than `batch_dims` dimensions.
    - (C2) Batch dimensions agree.
    - (C3) An index tuple has from 1 to (rank − `batch_dims`) coordinates.
    - (C4) Indexed dimensions are not empty unless `indices` is.

    ```mlir
    %0 = nn.gather_nd %x, %i {batch_dims = 0 : i64} : (tensor<2x5x3xf32>, tensor<4x2xi64>) -> tensor<4x3xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, NN_IndexTensor:$indices, I64Attr:$batch_dims);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input `,` $indices attr-dict `:` functional-type(operands, results)";
}

def NN_ScatterElementsOp : NN_InferredOp<"scatter_elements"> {
  let summary = "copy a tensor and write single elements along an axis by index";
  let description = [{
    y = x; y[i with i_axis := indices[i]] is set to, or combined by `reduction` with, updates[i], in row-major order of i.
    Negative indices count from the end; updates with an index outside the range are dropped.

    Constraints:
    - (C1) Element types agree.
    - (C2) Input and indices have the same rank.
    - (C3) `axis` is a dimension.
    - (C4) In other dimensions indices are no larger than the input.
    - (C5) `updates` has the shape of `indices`.
    - (C6) `i1` takes the reduction `none` only.

    ```mlir
    %0 = nn.scatter_elements none %x, %i, %u {axis = 1 : i64} : (tensor<2x5xf32>, tensor<2x3xi64>, tensor<2x3xf32>) -> tensor<2x5xf32>
    ```
  }];
  let arguments = (ins NN_ScatterReductionAttr:$reduction, NN_Tensor:$input, NN_IndexTensor:$indices, NN_Tensor:$updates, I64Attr:$axis);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "`` $reduction $input `,` $indices `,` $updates attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def NN_ScatterNDOp : NN_InferredOp<"scatter_nd"> {
  let summary = "copy a tensor and write slices by index tuples";
  let description = [{
    y = x; the slice y[indices[i…, 0], indices[i…, 1], …] is set to, or combined by `reduction` with, updates[i…], in
    row-major order of i. Negative indices count from the end; updates with an index outside the range are dropped.

    Constraints:
    - (C1) Element types agree.
    - (C2) `indices` has rank ≥ 1.
    - (C3) An index tuple has from 1 to rank coordinates.
    - (C4) `updates` has the shape of the indexed slices.
    - (C5) `i1` takes the reduction `none` only.

    ```mlir
    %0 = nn.scatter_nd add %x, %i, %u : (tensor<5x3xf32>, tensor<2x1xi64>, tensor<2x3xf32>) -> tensor<5x3xf32>
    ```
  }];
  let arguments = (ins NN_ScatterReductionAttr:$reduction, NN_Tensor:$input, NN_IndexTensor:$indices, NN_Tensor:$updates);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "`` $reduction $input `,` $indices `,` $updates attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def NN_ResizeOp : NN_Op<"resize"> {
  let summary = "resample dimensions";
  let description = [{
    In each dimension of input size n, result size m, factor s of `scales` and length ℓ = s·n, the result coordinate i maps to
    the input coordinate x of `coordinates`:

    - `half_pixel`: (i + ½)/s − ½;  `pytorch_half_pixel`: the same, 0 when m = 1
    - `half_pixel_symmetric`: n/2·(1 − m/ℓ) + (i + ½)/s − ½
    - `align_corners`: i·(n − 1)/(ℓ − 1), 0 when ℓ = 1
    - `asymmetric`: i/s
    - `tf_crop_and_resize`: start·(n − 1) + i·(end − start)·(n − 1)/(m − 1), (start + end)/2·(n − 1) when m = 1; where x lies outside
      [0, n − 1] in any dimension the result is `extrapolation`. `roi` holds all starts, then all ends.

    `nearest` takes the element at x rounded as `nearest` says; `linear` weighs elements at distance d by max(0, 1 − |d|); `cubic` by
    the cubic with coefficient a = `cubic_coeff`: (a+2)|d|³ − (a+3)|d|² + 1 up to 1, a|d|³ − 5a|d|² + 8a|d| − 4a up to 2. Elements
    beyond the border repeat it, or with `exclude_outside` have weight 0. `antialias` uses d·s for d when s < 1. With one of
    these two the weights are divided by their sum. Integer results truncate toward zero.

    Constraints:
    - (C1) Rank and element type stay.
    - (C2) `scales` has one positive, finite entry per dimension.
    - (C3) `tf_crop_and_resize` has `roi`.
    - (C4) `roi` has two entries per dimension.
    - (C5) An input without elements gives a result without elements.

    ```mlir
    %0 = nn.resize linear %x {coordinates = #nn<coordinates half_pixel>, scales = array<f64: 1.0, 1.0, 2.0, 2.0>}
      : (tensor<1x3x4x5xf32>) -> tensor<1x3x8x10xf32>
    ```
  }];
  let arguments = (ins NN_ResizeModeAttr:$mode, NN_NumberTensor:$input, NN_CoordinatesAttr:$coordinates,
                   DenseF64ArrayAttr:$scales, OptionalAttr<DenseF64ArrayAttr>:$roi,
                   DefaultValuedAttr<NN_NearestModeAttr, "NearestMode::round_prefer_floor">:$nearest,
                   DefaultValuedAttr<F64Attr, "-0.75">:$cubic_coeff, UnitAttr:$exclude_outside,
                   UnitAttr:$antialias, DefaultValuedAttr<F64Attr, "0.0">:$extrapolation);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "`` $mode $input attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif
