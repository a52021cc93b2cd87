// Hot operators on packed weights.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_KERNEL_OPS
#define NNC_DIALECTS_KERNEL_OPS

include "dialects/Kernel/KernelDialect.td"
include "dialects/Kernel/KernelInterfaces.td"
include "mlir/IR/CommonAttrConstraints.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Kernel_Tensor : StaticShapeTensorOf<[AnyFloat, AnyInteger]>;
def Kernel_FloatTensor : StaticShapeTensorOf<[F32]>;
def Kernel_FactorTensor : StaticShapeTensorOf<[F32, I8, UI8]>;
def Kernel_WeightTensor : StaticShapeTensorOf<[F32, I8]>;
def Kernel_ResultTensor : StaticShapeTensorOf<[F32, I8, UI8, I16, UI16, I32]>;

// A product with an epilogue: a region of scalar arith and math operations on the accumulator and on one element of
// each `extra` operand, emitted on whole vectors. An extra operand broadcasts to the result (numpy rules): a bias is
// M×1×1 (or N for a matmul), a residual has the result's shape. Products of integers are summed up in i32, exactly modulo 2^32;
// the region's integers are signless.
class Kernel_ProductOp<string mnemonic, list<string> methods = []>
    : Op<Kernel_Dialect, mnemonic, [Pure, IsolatedFromAbove, SingleBlock,
                                    DeclareOpInterfaceMethods<Kernel_ProductInterface, !listconcat(["getColumnDim"], methods)>]> {
  let results = (outs Kernel_ResultTensor:$result);
  let regions = (region SizedRegion<1>:$epilogue);
  let hasVerifier = 1;
}

def Kernel_YieldOp : Op<Kernel_Dialect, "yield", [Pure, Terminator, ParentOneOf<["ConvOp", "ConvTransposeOp", "DepthwiseOp", "MatMulOp", "PoolOp", "WinogradOp", "FftOp"]>]> {
  let summary = "the value that an epilogue stores";
  let description = [{
    Ends the epilogue of the other operators.

    - (C1) The value has the element type of the product's result.

    ```mlir
    %0 = kernel.matmul %a, %b {tile = #kernel.tile<rows = 4, columns = 4, vector = 4, lanes = 1>}
        : (tensor<5x3xf32>, tensor<3x7xf32>) -> tensor<5x7xf32> {
    ^bb0(%acc: f32):
      %zero = arith.constant 0.0 : f32
      %y = arith.maximumf %acc, %zero : f32
      kernel.yield %y : f32
    }
    ```
  }];
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Kernel_ConvOp : Kernel_ProductOp<"conv", ["getScratchTypes"]> {
  let summary = "convolve with packed filters";
  let description = [{
    y[n, m, o] = epilogue(Σ_c Σ_k x[n, g·C/G + c, o·stride − begin + k·dilation] · w[m, c, k]) over one to three spatial
    dimensions, g = m / (M/G); taps outside the image add nothing. Input and result have any layout.

    With an input of integers the filter is `i8` and the sum `i32`. `flip` inverts the top bit of each element of the input: of `i8` the unsigned
    x + 128 takes part, of `ui8` the signed x − 128, as the machine's products want them. Taps outside the image are `outside`, a number of the
    input's type, before that: its zero point, where the epilogue accounts for the zero point of all taps.

    `filter` is packed: for each group, panels of `tile.columns` output channels, each panel
    [kernel…][C/G][columns]; the last panel is as wide as the channels that remain, rounded up to whole vectors and one
    vector of the next power of two, with zeros in the columns that do not exist. With `tile.interleave` = i a panel is
    [kernel…][⌈(C/G)/i⌉][columns][i].

    - (C1) rank of input and result is 3 to 5, `kernel`, `strides`, `dilations`, `pads_begin` and `pads_end` have rank − 2 elements;
    - (C2) `group` divides C and M;
    - (C3) spatial sizes of the result are ⌊(I + begin + end − (K − 1)·dilation − 1) / stride⌋ + 1;
    With `prologue_rows` pointwise operators of the same layer may compute the input: that many pixels at a time go through them into scratch,
    [rows][C], in front of the tiles that read them.

    - (C4) the number of filter elements is that of the packed form;
    - (C5) each extra operand broadcasts to the result, and the epilogue takes the accumulator and one scalar for each
      and yields an element of the result; the accumulator is `f32`, of integers `i32`;
    - (C6) `prologue_rows` is at least `tile.rows` and asks for one group and filters of one tap, without pads;
    - (C7) input and filter are both `f32`, or the filter is `i8` and the input are integers; `flip`, `outside` and `interleave` are for integers;
      `outside` is a number of the input's type.

    ```mlir
    %0 = kernel.conv %x, %w extra(%b) {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
        pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, group = 1 : i64,
        tile = #kernel.tile<rows = 7, columns = 16, vector = 16, lanes = 1>}
        : (tensor<1x3x9x7xf32>, tensor<432xf32>, tensor<16x1x1xf32>) -> tensor<1x16x9x7xf32> {
    ^bb0(%acc: f32, %bias: f32):
      %y = arith.addf %acc, %bias : f32
      kernel.yield %y : f32
    }
    %1 = kernel.conv %q, %v {kernel = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 1>,
        pads_end = array<i64: 1>, group = 1 : i64, outside = 7 : i64, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1, interleave = 4>}
        : (tensor<1x3x9xui8>, tensor<192xi8>) -> tensor<1x16x9xi32> {
    ^bb0(%acc: i32):
      kernel.yield %acc : i32
    }
    ```
  }];
  let arguments = (ins Kernel_FactorTensor:$input, Kernel_WeightTensor:$filter, Variadic<Kernel_Tensor>:$extra,
                   DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                   DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end, I64Attr:$group, Kernel_TileAttr:$tile,
                   OptionalAttr<I64Attr>:$prologue_rows, UnitAttr:$flip, OptionalAttr<I64Attr>:$outside);
  let assemblyFormat = "$input `,` $filter (`extra` `(` $extra^ `)`)? attr-dict `:` functional-type(operands, results) $epilogue";
  let extraClassDeclaration = [{
    /// Whether each pixel of the result reads one of the input, in one group.
    bool isPointwise();
  }];
}

def Kernel_ConvTransposeOp : Kernel_ProductOp<"conv_transpose"> {
  let summary = "transposed convolution, phase by phase";
  let description = [{
    y[n, m, o] = epilogue(Σ_c Σ_{i, k : i·stride − begin + k·dilation = o} x[n, g·C/G + c, i] · w[c, m, k]) over one to three spatial
    dimensions, g = m / (M/G). Results whose o has the same remainders r by `strides` are one phase: an ordinary convolution of stride 1 with
    the taps of the filter that reach them, whose results lie `strides` apart.

    `filter` is packed: the filters of all phases behind each other, r of the last dimension fastest, each as `kernel.conv` describes it; where every
    group has one channel and one map as `kernel.depthwise` does.

    - (C1) rank of input and result is 3 to 5, with the same batch; `kernel`, `strides`, `dilations` and `pads_begin` have rank − 2 elements, positive ones, `pads_begin`
      not negative ones;
    - (C2) `group` divides C and M;
    - (C4) the number of filter elements is that of the packed form;
    - (C5) extra operands and epilogue as (C5) of `kernel.conv`.

    ```mlir
    %0 = kernel.conv_transpose %x, %w {kernel = array<i64: 3, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>,
        pads_begin = array<i64: 1, 0>, group = 1 : i64, tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>}
        : (tensor<1x3x9x7xf32>, tensor<288xf32>) -> tensor<1x16x17x14xf32> {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    }
    ```
  }];
  let arguments = (ins Kernel_FloatTensor:$input, Kernel_FloatTensor:$filter, Variadic<Kernel_Tensor>:$extra,
                   DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                   DenseI64ArrayAttr:$pads_begin, I64Attr:$group, Kernel_TileAttr:$tile);
  let assemblyFormat = "$input `,` $filter (`extra` `(` $extra^ `)`)? attr-dict `:` functional-type(operands, results) $epilogue";
  let extraClassDeclaration = [{
    /// Whether every group has one channel and one map.
    bool isDepthwise();
  }];
}

def Kernel_DepthwiseOp : Kernel_ProductOp<"depthwise"> {
  let summary = "convolve each channel with its own filter";
  let description = [{
    y[n, c, o] = epilogue(Σ_k x[n, c, o·stride − begin + k·dilation] · w[k, c]); `filter` is packed as [kernel…][C]. With `prologue`
    pointwise operators of the same layer may compute the input from one tensor and numbers; each element passes through them as often as it is read.
    Integers, `flip` and `outside` are those of `kernel.conv`.
    With `tile.interleave` = 4 a product takes four neighbouring taps of the last dimension, and the filter lies as `dialects/Kernel/TapGroups.h` describes it.
    Constraints are (C1), (C3), (C5) and (C7) of `kernel.conv`, and (C4) the filter has C·ΠK elements and `tile.interleave` is 1, or 4 with vectors of 4, 8 or 16 elements,
    dilation 1 in the last dimension and the elements of that form.

    ```mlir
    %0 = kernel.depthwise %x, %w {kernel = array<i64: 3>, strides = array<i64: 2>, dilations = array<i64: 1>,
        pads_begin = array<i64: 0>, pads_end = array<i64: 1>, tile = #kernel.tile<rows = 4, columns = 4, vector = 4, lanes = 1>}
        : (tensor<1x5x10xf32>, tensor<15xf32>) -> tensor<1x5x5xf32> {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    }
    ```
  }];
  let arguments = (ins Kernel_FactorTensor:$input, Kernel_WeightTensor:$filter, Variadic<Kernel_Tensor>:$extra,
                   DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                   DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end, Kernel_TileAttr:$tile, UnitAttr:$prologue,
                   UnitAttr:$flip, OptionalAttr<I64Attr>:$outside);
  let assemblyFormat = "$input `,` $filter (`extra` `(` $extra^ `)`)? attr-dict `:` functional-type(operands, results) $epilogue";
}

def Kernel_PoolOp : Kernel_ProductOp<"pool"> {
  let summary = "reduce a sliding window of each channel";
  let description = [{
    y[n, c, o] = epilogue(Σ_k x[n, c, o·stride − begin + k·dilation]), with `maximum` the largest instead of the sum; elements outside the image do not
    count. A window without an element of the image gives 0 (`maximum`: −∞). A NaN is passed over by `maximum`.
    Constraints are (C1), (C3) and (C5) of `kernel.conv`; (C4) the result has as many channels as the input.

    ```mlir
    %0 = kernel.pool %x {maximum, kernel = array<i64: 3>, strides = array<i64: 2>, dilations = array<i64: 1>,
        pads_begin = array<i64: 0>, pads_end = array<i64: 1>, tile = #kernel.tile<rows = 4, columns = 4, vector = 4, lanes = 1>}
        : (tensor<1x5x10xf32>) -> tensor<1x5x5xf32> {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    }
    ```
  }];
  let arguments = (ins Kernel_FloatTensor:$input, Variadic<Kernel_Tensor>:$extra, UnitAttr:$maximum,
                   DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
                   DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end, Kernel_TileAttr:$tile);
  let assemblyFormat = "$input (`extra` `(` $extra^ `)`)? attr-dict `:` functional-type(operands, results) $epilogue";
}

def Kernel_MatMulOp : Kernel_ProductOp<"matmul", ["getScratchTypes"]> {
  let summary = "multiply matrices, batched";
  let description = [{
    y[…, m, n] = epilogue(Σ_k a[…, m, k] · b[…, k, n]); leading dimensions broadcast. a is …×M×K (…×K×M with
    `transpose_lhs`), b is …×K×N (…×N×K with `transpose_rhs`). With `packed`, b has one dimension and holds panels
    [K][columns] as `kernel.conv` describes them, the same for every batch. With `pack_rhs` the kernel itself packs b, one panel after the other in
    front of the tiles that read it: one panel is scratch. `prologue_rows` is that of `kernel.conv`, for rows of a; integers and `flip` too.

    - (C1) ranks are at least 2 (b: 1 with `packed`), M, N and K agree, leading dimensions broadcast to the result's;
    - (C2) `packed` excludes `transpose_rhs` and `pack_rhs`, and the number of elements of b is that of the packed form;
    - (C3) extra operands and epilogue as (C5) of `kernel.conv`;
    - (C4) `prologue_rows` is at least `tile.rows` and asks for `packed`;
    - (C5) types as (C7) of `kernel.conv`, or a is `f32` and b, `packed`, `i8`, of which the kernel makes real numbers as it reads them;
      `tile.interleave` is 1 unless b is `packed`.

    ```mlir
    %0 = kernel.matmul %a, %b {packed, tile = #kernel.tile<rows = 5, columns = 8, vector = 4, lanes = 1>}
        : (tensor<2x5x3xf32>, tensor<24xf32>) -> tensor<2x5x7xf32> {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    }
    ```
  }];
  let arguments = (ins Kernel_FactorTensor:$lhs, Kernel_WeightTensor:$rhs, Variadic<Kernel_Tensor>:$extra,
                   UnitAttr:$transpose_lhs, UnitAttr:$transpose_rhs, UnitAttr:$packed, UnitAttr:$pack_rhs,
                   Kernel_TileAttr:$tile, OptionalAttr<I64Attr>:$prologue_rows, UnitAttr:$flip);
  let assemblyFormat = "$lhs `,` $rhs (`extra` `(` $extra^ `)`)? attr-dict `:` functional-type(operands, results) $epilogue";
}

def Kernel_WinogradOp : Kernel_ProductOp<"winograd", ["getScratchTypes"]> {
  let summary = "convolve in Winograd's transform domain, block by block";
  let description = [{
    y = epilogue(Aᵀ [Σ_c u_c ⊙ (Bᵀ x_c B)] A) as `fastconv.winograd` defines it, for tiles of m × m results (m is `size`) of r × r filters
    (r is `kernel`). `block` lines of tiles go through all three stages before the next ones, so that what they need stays in the cache: the
    transformed input [α²][tiles][C] and the products [α²][tiles][M] are scratch, with a gap behind each place where places would lie a multiple of 1 KiB apart (`placeStride`).

    `filter` is packed: for each of the α² places of a tile, panels of `tile.columns` output channels as `kernel.conv` describes them,
    each panel [C][columns].

    - (C1) input and result have rank 4 and the same batch, `pads_begin` and `pads_end` two elements;
    - (C2) `size`, `kernel` and `block` are positive;
    - (C3) spatial sizes of the result are I + begin + end − r + 1;
    - (C4) the number of filter elements is that of the packed form;
    - (C5) extra operands and epilogue as (C5) of `kernel.conv`.

    ```mlir
    %0 = kernel.winograd %x, %w {size = 2 : i64, kernel = 3 : i64, block = 1 : i64, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>,
        tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>} : (tensor<1x3x9x7xf32>, tensor<768xf32>) -> tensor<1x16x9x7xf32> {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    }
    ```
  }];
  let arguments = (ins Kernel_FloatTensor:$input, Kernel_FloatTensor:$filter, Variadic<Kernel_Tensor>:$extra,
                   I64Attr:$size, I64Attr:$kernel, I64Attr:$block,
                   DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end, Kernel_TileAttr:$tile);
  let assemblyFormat = "$input `,` $filter (`extra` `(` $extra^ `)`)? attr-dict `:` functional-type(operands, results) $epilogue";
  let extraClassDeclaration = [{
    /// α, the rows of a tile of the input.
    int64_t getAlpha() { return static_cast<int64_t>(getSize() + getKernel()) - 1; }
    /// Tiles in one line, and lines of tiles, of an image.
    int64_t getTilesPerLine();
    int64_t getTileLines();
  }];
}

def Kernel_FftOp : Kernel_ProductOp<"fft", ["getScratchTypes"]> {
  let summary = "convolve by products of frequencies, block by block";
  let description = [{
    y = epilogue(F⁻¹[Σ_c u_c ⊙ F[x_c]]) as `fastconv.fft` defines it, in tiles of S × S elements of the image (S is `size`) for filters of
    r₁ × r₂ taps (`kernel`). `block` lines of tiles go through all three stages before the next ones: the transformed input [P][tiles][C] and the
    products [P][tiles][M] are scratch (with gaps as in `kernel.winograd`), and one tile between its two transforms, S² machine vectors. P is the number of real products that a
    tile needs for a pair of channels: `numerics::FftPlaces` in `lib/Numerics/Fft.h`.

    `filter` is packed: for each of the P places, panels of `tile.columns` output channels as `kernel.conv` describes them,
    each panel [C][columns].

    - (C1) input and result have rank 4 and the same batch, `kernel`, `pads_begin` and `pads_end` two elements;
    - (C2) `size` is 8, 16 or 32, the kernel's sizes are from 1 to S, `block` is positive;
    - (C3) spatial sizes of the result are I + begin + end − r + 1;
    - (C4) the number of filter elements is that of the packed form;
    - (C5) extra operands and epilogue as (C5) of `kernel.conv`.

    ```mlir
    %0 = kernel.fft %x, %w {size = 8 : i64, kernel = array<i64: 5, 3>, block = 1 : i64, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>,
        tile = #kernel.tile<rows = 6, columns = 16, vector = 8, lanes = 1>} : (tensor<1x3x9x7xf32>, tensor<4512xf32>) -> tensor<1x16x9x7xf32> {
    ^bb0(%acc: f32):
      kernel.yield %acc : f32
    }
    ```
  }];
  let arguments = (ins Kernel_FloatTensor:$input, Kernel_FloatTensor:$filter, Variadic<Kernel_Tensor>:$extra,
                   I64Attr:$size, DenseI64ArrayAttr:$kernel, I64Attr:$block,
                   DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end, Kernel_TileAttr:$tile);
  let assemblyFormat = "$input `,` $filter (`extra` `(` $extra^ `)`)? attr-dict `:` functional-type(operands, results) $epilogue";
  let extraClassDeclaration = [{
    /// Results of a tile along dimension d: S − r + 1.
    int64_t getResultsPerTile(size_t d) { return static_cast<int64_t>(getSize()) - getKernel()[d] + 1; }
    /// Tiles in one line, and lines of tiles, of an image.
    int64_t getTilesPerLine();
    int64_t getTileLines();
  }];
}

def Kernel_NextOp : Op<Kernel_Dialect, "next", [Pure, Terminator, ParentOneOf<["RecurrentOp"]>]> {
  let summary = "what a step of a recurrent kernel leaves";
  let description = [{
    Ends the regions of `kernel.recurrent`: the states after the step, or the factor of the inner product.

    - (C1) The values are f32.

    ```mlir
    %0:2 = kernel.recurrent %x, %r from(%h) {tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>}
        : (tensor<7x2x5xf32>, tensor<5x5xf32>, tensor<2x5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>) {
    ^bb0(%in: f32, %product: f32, %state: f32):
      %sum = arith.addf %in, %product : f32
      %y = math.tanh %sum : f32
      kernel.next %y : f32
    }
    ```
  }];
  let arguments = (ins Variadic<F32>:$values);
  let assemblyFormat = "$values attr-dict `:` type($values)";
}

def Kernel_RecurrentOp : Op<Kernel_Dialect, "recurrent", [Pure, IsolatedFromAbove, SingleBlock, AttrSizedOperandSegments]> {
  let summary = "carry states through a loop over steps";
  let description = [{
    For each step t of T, from the first on or with `reverse` from the last on: p = h·W, a product of the first state with the weights; then, for each element of the batch and each
    of H units, the region `cell` computes the states after the step from G parts of the input, the parts of p, the states and one element of each part of the extra operands.
    The first state after step t is result[t]; the other results are the states after all steps.

    With `inner` weights p has G − 1 parts; the region `inner` computes v from the same values, and v·`inner` is the last part of p for `cell`.

    The input is T×B×G·H, each state B×H, an extra operand has one or several parts of H elements. Weights are H×N, or `packed` as `kernel.matmul` has them. Behind the length of its sequence (`lengths`) a
    state stays as it is and the result is 0. States and products lie in scratch; a single step needs none for its states.

    - (C1) The input has rank 3 and at least one step and one gate, all other shapes are those above;
    - (C2) there is at least one state, and a result for each state behind the first one;
    - (C3) `inner`, its weights and its tile come together;
    - (C4) regions take and give as many scalars of f32 as said above.

    ```mlir
    %0:2 = kernel.recurrent %x, %r from(%h) {reverse, tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>}
        : (tensor<7x2x5xf32>, tensor<5x5xf32>, tensor<2x5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>) {
    ^bb0(%in: f32, %product: f32, %state: f32):
      %sum = arith.addf %in, %product : f32
      %y = math.tanh %sum : f32
      kernel.next %y : f32
    }
    ```
  }];
  let arguments = (ins Kernel_FloatTensor:$input, Kernel_FloatTensor:$weights, Optional<Kernel_FloatTensor>:$inner_weights,
                   Optional<Kernel_Tensor>:$lengths, Variadic<Kernel_FloatTensor>:$states, Variadic<Kernel_FloatTensor>:$extra,
                   UnitAttr:$packed, UnitAttr:$reverse, Kernel_TileAttr:$tile, OptionalAttr<Kernel_TileAttr>:$inner_tile);
  let results = (outs Kernel_FloatTensor:$result, Variadic<Kernel_FloatTensor>:$last);
  let regions = (region SizedRegion<1>:$cell, AnyRegion:$inner);
  let assemblyFormat = [{
    $input `,` $weights (`inner` `(` $inner_weights^ `)`)? (`lengths` `(` $lengths^ `)`)? `from` `(` $states `)`
    (`extra` `(` $extra^ `)`)? attr-dict `:` functional-type(operands, results) $cell (`inner` $inner^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    int64_t getSteps() { return getInput().getType().getDimSize(0); }
    int64_t getBatch() { return getInput().getType().getDimSize(1); }
    /// H.
    int64_t getUnits() { return ::llvm::cast<::mlir::RankedTensorType>(getStates().front().getType()).getShape().back(); }
    /// G.
    int64_t getGates() { return getInput().getType().getDimSize(2) / getUnits(); }
    /// Parts of the first product.
    int64_t getProducts() { return getGates() - (getInnerWeights() ? 1 : 0); }
    /// The states (of more than one step), the first product, and with inner weights what they multiply and their product.
    ::llvm::SmallVector<::mlir::MemRefType> getScratchTypes();
  }];
}

def Kernel_DotOp : Op<Kernel_Dialect, "dot", [Pure, AllTypesMatch<["sum", "result"]>]> {
  let summary = "add products of narrow integers to sums";
  let description = [{
    result[l] = sum[l] + Σ_i a[i]·b[l, i] for l in the sums' lanes and i < g, exactly modulo 2^32. b holds g elements for each lane, side by side; a is an integer of g bytes, the
    same for all lanes, the least significant one first, or a vector like b with g elements for each lane. b is signed, a too unless it is `unsigned`. `nnc-lower-dots` makes the machine's instructions of it.

    - (C1) `sum` is `i32` or a vector of W of them; b has g·W elements of `i8` (g = W = 1: a scalar), g is a power of two up to 16;
    - (C2) `a` has 8·g bits, or the type of b.

    ```mlir
    %0 = kernel.dot %a, %b, %sum unsigned : i32, vector<64xi8>, vector<16xi32>
    ```
  }];
  let arguments = (ins AnyTypeOf<[AnySignlessInteger, VectorOfAnyRankOf<[I8]>]>:$a, AnyTypeOf<[I8, VectorOfAnyRankOf<[I8]>]>:$b,
                   AnyTypeOf<[I32, VectorOfAnyRankOf<[I32]>]>:$sum, UnitAttr:$is_unsigned);
  let results = (outs AnyTypeOf<[I32, VectorOfAnyRankOf<[I32]>]>:$result);
  let assemblyFormat = "$a `,` $b `,` $sum (`unsigned` $is_unsigned^)? attr-dict `:` type($a) `,` type($b) `,` type($sum)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// W and g.
    int64_t getLanes();
    int64_t getProducts();
  }];
}

def Kernel_PackOp : Op<Kernel_Dialect, "pack", [Pure, AllTypesMatch<["a", "b", "c", "d"]>]> {
  let summary = "four vectors of integers as bytes";
  let description = [{
    The W elements of a, then those of b, c and d, each limited to the range of 8 bits with a sign or, with `unsigned`, without. With `interleaved` groups of four neighbours
    alternate: the first four of a, of b, of c, of d, the next four of a, …; results of depthwise convolutions are summed up in that order. `nnc-lower-dots` makes the machine's instructions of it.

    - (C1) The operands have W elements, a power of two from 4 to 16; the result has 4·W.

    ```mlir
    %0 = kernel.pack %a, %b, %c, %d unsigned : vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32> -> vector<32xi8>
    ```
  }];
  let arguments = (ins VectorOfAnyRankOf<[I32]>:$a, VectorOfAnyRankOf<[I32]>:$b, VectorOfAnyRankOf<[I32]>:$c, VectorOfAnyRankOf<[I32]>:$d,
                   UnitAttr:$is_unsigned, UnitAttr:$interleaved);
  let results = (outs VectorOfAnyRankOf<[I8]>:$result);
  let assemblyFormat = "$a `,` $b `,` $c `,` $d (`unsigned` $is_unsigned^)? (`interleaved` $interleaved^)? attr-dict `:` type($a) `,` type($b) `,` type($c) `,` type($d) `->` type($result)";
  let hasVerifier = 1;
}

#endif
