// Passes that improve the model as a graph of nn operators, and choose layouts.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_GRAPH_PASSES
#define NNC_PASSES_GRAPH_PASSES

include "mlir/Pass/PassBase.td"

def FoldConstantsPass : Pass<"nnc-fold-constants", "::mlir::func::FuncOp"> {
  let summary = "evaluate operators on constants";
  let description = [{
    An operator of `nn` whose operands are all constants is evaluated by `lib/Reference` and becomes a constant, so that the object does not
    compute it at each run. Results with equal elements are splats; others from 4 KiB on are resource blobs.

    Constants never grow beyond `max-bytes`: a result larger than that, and larger than the constants it comes from, stays an operator, with a
    remark. An operator on splats that gives a splat is always folded, at the cost of one element. `nn.iota` and `nn.broadcast` of a constant that is
    no splat stay operators, because a layer computes them by index arithmetic; operators that read them are folded.

    Before:
    ```mlir
    %w = nn.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
    %1 = nn.transpose %w {perm = array<i64: 1, 0>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
    ```
    After:
    ```mlir
    %1 = nn.constant dense<[[1.0, 3.0], [2.0, 4.0]]> : tensor<2x2xf32>
    ```

    *Requires* nothing.
    *Ensures* that only operators over a limit, `nn.iota` and `nn.broadcast` have constant operands only, if they are used at all.
    *Leaves alone* unused operators, results with a layout, constants without elements (elided text).
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
  let options = [
    Option<"maxBytes", "max-bytes", "int64_t", "65536", "largest result in bytes that may take more space than the operator's constants">,
    Option<"maxSteps", "max-steps", "int64_t", "268435456", "element operations that all evaluations together may take">
  ];
}

def FoldNormsPass : Pass<"nnc-fold-norms", "::mlir::func::FuncOp"> {
  let summary = "fold normalisations, scales and shifts of channels into convolutions and matrix products";
  let description = [{
    An affine function y = s·x + t of each channel is a batch normalisation (s = scale/√(variance + ε), t = bias − s·mean) or a sum, difference,
    product or quotient with a constant that is the same along all other dimensions. Behind a convolution, a transposed convolution or a matrix
    product with constant weights, s goes into the weights and t into the bias; the bias of a matrix product is the sum behind it. Before one, s
    goes into the weights, and Σ w·t into the bias where the product has no border (what lies behind it is 0, not t). Everything is computed in double
    precision and rounded once. A normalisation that no product takes becomes a multiplication and an addition.

    Before:
    ```mlir
    %1 = nn.conv %x, %w {...} : (tensor<1x3x5x7xf32>, tensor<4x3x1x1xf32>) -> tensor<1x4x5x7xf32>
    %2 = nn.batch_norm %1, %s, %b, %m, %v {epsilon = 1.0e-5 : f64} : (...) -> tensor<1x4x5x7xf32>
    ```
    After:
    ```mlir
    %2 = nn.conv %x, %w1, %b1 {...} : (tensor<1x3x5x7xf32>, tensor<4x3x1x1xf32>, tensor<4xf32>) -> tensor<1x4x5x7xf32>
    ```

    *Requires* nothing.
    *Ensures* that no `nn.batch_norm` with constant statistics is left, unless they give no finite scale and shift.
    *Leaves alone* normalisations whose statistics are computed; products or affine functions with other users; factors whose weights others read too (a
    copy would enlarge the object); factors that make weights overflow or leave the normal numbers; shifts before products of halves; integers.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def SimplifyPass : Pass<"nnc-simplify", "::mlir::func::FuncOp"> {
  let summary = "merge pads, combine constants, move transpositions and reshapes together";
  let description = [{
    Rewrites that look at several operators and their readers, repeated together with the canonicalisation of `nn` until nothing changes:

    - A pad of zeros goes into the border of the convolutions behind it. So does a pad of −∞ in front of a max pool, of zeros in front of a max pool of
      numbers that are not negative, of zeros in front of an average over the whole window or an lp pool: if every reader of the pad can take it.
    - x − c becomes x + (−c), x / c with powers of two x · (1/c). Two equal operators with constants become one where no rounding changes: integer sums,
      products and bits; choices (min, max); products of floats of which one factor is a power of two.
    - A transposition moves toward the results through elementwise operators all of whose operands are transposed alike or constant, through
      concatenations, slices and reductions; two that meet become one or none. It moves up through a pad.
    - A reshape moves toward the results through elementwise operators.
    - An average without border goes in front of a convolution of single pixels: the mean of the products is the product of the mean, of fewer pixels.

    Before:
    ```mlir
    %0 = nn.transpose %x {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x3x5x7xf32>) -> tensor<1x5x7x3xf32>
    %1 = nn.unary relu %0 : (tensor<1x5x7x3xf32>) -> tensor<1x5x7x3xf32>
    %2 = nn.transpose %1 {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x5x7x3xf32>) -> tensor<1x3x5x7xf32>
    ```
    After:
    ```mlir
    %2 = nn.unary relu %x : (tensor<1x3x5x7xf32>) -> tensor<1x3x5x7xf32>
    ```

    *Requires* nothing.
    *Ensures* that results are the same bits, but for the order of sums in a reduction whose transposition went and in swapped averages, and for products whose first factor would
    have left the range of the type.
    *Leaves alone* values with a layout; transpositions that another reader needs as they are.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

def ChooseLayoutsPass : Pass<"nnc-choose-layouts", "::mlir::func::FuncOp"> {
  let summary = "give every value of the model the place order that the target prefers";
  let description = [{
    With `order=channels-last`, results of `kernel.conv`, `kernel.conv_transpose`, `kernel.depthwise` and `nn.pool` lie channels-last: neighbouring channels of a
    pixel are neighbours in memory. The layout flows on through element operators and through operators that keep the shape or only
    resize dimensions, as soon as one of their operands of the result's rank has it, so that a chain stays in one layout. A transposition takes
    the layout in which it moves nothing where that is channels-last.

    Before:
    ```mlir
    %1 = nn.pool max %x {...} : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32>
    %2 = nn.unary relu %1 : (tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf32>
    ```
    After:
    ```mlir
    %1 = nn.pool max %x {...} : (tensor<1x3x8x8xf32>) -> tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>
    %2 = nn.unary relu %1 : (tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>) -> tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>
    ```

    *Requires* a model function (`rt.entry`) of one block, without layouts.
    *Ensures* that values are row-major or channels-last, and that the latter is stated only where it differs from the former (more than one channel and
    more than one pixel). Arguments, returned values, constants, operands and results of reshapes and matrix products are row-major.
    *Leaves alone* functions without `rt.entry`; everything with `order=row-major`.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
  let options = [
    Option<"order", "order", "::nnc::PlaceOrder", "::nnc::PlaceOrder::RowMajor", "channels-last or row-major",
           [{::llvm::cl::values(
             clEnumValN(::nnc::PlaceOrder::RowMajor, "row-major", "last dimension innermost"),
             clEnumValN(::nnc::PlaceOrder::ChannelsLast, "channels-last", "dimension 1 innermost where there are pixels"))}]>
  ];
}

def FoldShufflesPass : Pass<"nnc-fold-shuffles", "::mlir::func::FuncOp"> {
  let summary = "Fold permutations of channels into the weights of what reads them";
  let description = [{
    A shuffle, channels permuted by a reshape, a transposition and a reshape, moves toward what sums over all channels: convolutions of one group with constant filters, whose
    filters get the order of channels in which they lie in memory. On the way it passes concatenations, slices, other shuffles, depthwise convolutions (their filters are permuted),
    pools and elementwise operators. What such a convolution reads becomes a concatenation of runs of channels, each a slice of the value that computes them, so
    that products can store the runs where they are read (`nnc-place-values`).

    Before:
    ```mlir
    %1 = nn.concat %a, %b {axis = 1 : i64} : (tensor<1x4x5x7xf32>, tensor<1x4x5x7xf32>) -> tensor<1x8x5x7xf32>
    %2 = nn.reshape %1 : (tensor<1x8x5x7xf32>) -> tensor<1x2x4x5x7xf32>
    %3 = nn.transpose %2 {perm = array<i64: 0, 2, 1, 3, 4>} : (tensor<1x2x4x5x7xf32>) -> tensor<1x4x2x5x7xf32>
    %4 = nn.reshape %3 : (tensor<1x4x2x5x7xf32>) -> tensor<1x8x5x7xf32>
    %5 = nn.slice %4 {starts = array<i64: 0, 4, 0, 0>, steps = array<i64: 1, 1, 1, 1>} : (tensor<1x8x5x7xf32>) -> tensor<1x4x5x7xf32>
    %6 = nn.conv %5, %w {...} : (tensor<1x4x5x7xf32>, tensor<3x4x1x1xf32>) -> tensor<1x3x5x7xf32>
    ```
    After:
    ```mlir
    %1 = nn.slice %a {starts = array<i64: 0, 2, 0, 0>, steps = array<i64: 1, 1, 1, 1>} : (tensor<1x4x5x7xf32>) -> tensor<1x2x5x7xf32>
    %2 = nn.slice %b {starts = array<i64: 0, 2, 0, 0>, steps = array<i64: 1, 1, 1, 1>} : (tensor<1x4x5x7xf32>) -> tensor<1x2x5x7xf32>
    %3 = nn.concat %1, %2 {axis = 1 : i64} : (tensor<1x2x5x7xf32>, tensor<1x2x5x7xf32>) -> tensor<1x4x5x7xf32>
    %6 = nn.conv %3, %w1 {...} : (tensor<1x4x5x7xf32>, tensor<3x4x1x1xf32>) -> tensor<1x3x5x7xf32>
    ```

    *Requires* nothing.
    *Ensures* that results differ by the order of sums only.
    *Leaves alone* shuffles whose channels are also read by something else (a result of the model, a sum of two tensors, a product with groups), and all of them where a convolution would
    read more than 16 runs.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect"];
}

#endif
