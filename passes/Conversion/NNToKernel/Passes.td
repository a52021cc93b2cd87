// Passes that bring hot operators to the kernel dialect.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_CONVERSION_NNTOKERNEL_PASSES
#define NNC_PASSES_CONVERSION_NNTOKERNEL_PASSES

include "mlir/Pass/PassBase.td"

def ConvertNNToKernelPass : Pass<"nnc-convert-nn-to-kernel", "::mlir::ModuleOp"> {
  let summary = "Turn convolutions and matrix products into kernels on packed weights";
  let description = [{
    Requires: the `nn` form of a model.
    Ensures: f32 convolutions with one to three spatial dimensions and a constant filter are `kernel.conv`, or `kernel.depthwise` where
    each channel has one filter; transposed ones are `kernel.conv_transpose`, the filter divided into those of its phases; f32 matrix products are `kernel.matmul`; f32 `nn.recurrent` is `kernel.recurrent`; `fastconv.winograd` is `kernel.winograd` and `fastconv.fft` is `kernel.fft`, in blocks whose scratch fits `cache-bytes` or is no larger than the
    filters. Products of 8-bit integers by constants that fit 8 bits with sign, less their zero point, are kernels of integers: what the zero points make of the sums
    is added to the bias, and where the machine's products want `activations` of the other sign, the kernel inverts the top bit of what it reads.
    Constant weights are packed for the register tile
    that the cost model chose; a bias is an extra operand added in the epilogue. The values of constants that are
    used in packed form only are released.
    Leaves alone: other element types, filters computed at run time, empty tensors.

    ```mlir
    %0 = nn.conv %x, %w, %b {…} : (tensor<1x3x9x7xf32>, tensor<16x3x3x3xf32>, tensor<16xf32>) -> tensor<1x16x9x7xf32>
    ```
    becomes
    ```mlir
    %w = nn.constant dense_resource<w.packed> : tensor<432xf32>
    %b = nn.constant dense<…> : tensor<16x1x1xf32>
    %0 = kernel.conv %x, %w extra(%b) {…, tile = #kernel.tile<rows = 7, columns = 16, vector = 16, lanes = 1>} : … {
    ^bb0(%sum: f32, %bias: f32):
      %y = arith.addf %sum, %bias : f32
      kernel.yield %y : f32
    }
    ```
  }];
  let options = [
    Option<"vector", "vector", "int64_t", /*default=*/"1", "f32 elements in a machine vector, a power of two; 1: scalar code">,
    Option<"registers", "registers", "int64_t", /*default=*/"16", "floating-point registers of that size">,
    Option<"lanes", "lanes", "int64_t", /*default=*/"1",
           "elements of the left operand loaded at once and broadcast one by one, a power of two up to vector; 1: each is loaded by itself">,
    Option<"cacheBytes", "cache-bytes", "int64_t", /*default=*/"262144",
           "what a block of a convolution in a transform domain should fill at most">,
    Option<"interleave", "interleave", "int64_t", /*default=*/"1", "integers that one product of a lane takes: a power of two up to 16">,
    Option<"integerVector", "integer-vector", "int64_t", /*default=*/"0", "sums of integers in a vector of products that are not depthwise; 0: as vector">,
    Option<"activations", "activations", "std::string", /*default=*/"\"any\"", "what products of integers take as left operand: any, unsigned or signed">,
    Option<"integerRegisters", "integer-registers", "int64_t", /*default=*/"16", "registers for sums of integers">,
    Option<"scratchRegisters", "scratch-registers", "int64_t", /*default=*/"0", "registers that one product of integers needs besides">,
    Option<"integerLanes", "integer-lanes", "int64_t", /*default=*/"1", "as lanes, for integers: 1 or all of a vector">,
  ];
  let dependentDialects = ["::nnc::nn::NNDialect", "::nnc::kernel::KernelDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

def ConvertPoolsPass : Pass<"nnc-convert-pools", "::mlir::func::FuncOp"> {
  let summary = "Turn pools into kernels whose vectors run over channels";
  let description = [{
    Requires: the result of `nnc-fuse-epilogues`, so that what can be computed in front of a pool is seen.
    Ensures: `nn.pool` of f32 with one to three spatial dimensions is `kernel.pool`; a mean is divided in its epilogue.
    Leaves alone: other element types and dimensions; means whose windows at the border count fewer elements; `lp`; pools of an elementwise
    operator's only use, which loops compute where they read it; everything on scalar machines.

    ```mlir
    %0 = nn.pool max %x {kernel = array<i64: 3>, …} : (tensor<1x5x10xf32>) -> tensor<1x5x5xf32>
    ```
    becomes
    ```mlir
    %0 = kernel.pool %x {maximum, kernel = array<i64: 3>, …, tile = #kernel.tile<rows = 5, columns = 8, vector = 8, lanes = 1>} : … {
    ^bb0(%largest: f32):
      kernel.yield %largest : f32
    }
    ```
  }];
  let options = [
    Option<"vector", "vector", "int64_t", /*default=*/"1", "f32 elements in a machine vector, a power of two; 1: scalar code">,
    Option<"registers", "registers", "int64_t", /*default=*/"16", "floating-point registers of that size">,
  ];
  let dependentDialects = ["::nnc::kernel::KernelDialect", "::mlir::arith::ArithDialect"];
}

def FuseEpiloguesPass : Pass<"nnc-fuse-epilogues", "::mlir::func::FuncOp"> {
  let summary = "Compute elementwise operators while a kernel's result is still in registers";
  let description = [{
    Requires: the result of `nnc-convert-nn-to-kernel`.
    Ensures: elementwise operators (`unary`, `clamp`, `binary`, `select`) on a kernel's result, with the result's shape and type f32, are part of
    the kernel's epilogue, one by one or several together (x · sigmoid(x) and other activations that are written out), so that only the last value is
    left. Their other operands become extra operands, splat constants become scalars. A kernel whose operator needs a later value moves down to it; of
    two kernels that feed one operator the later one takes it. Behind products of integers `cast` and `requantize` are taken too, and what makes an extra operand of
    smaller elements (a residual of 8 bits that is scaled in 32) becomes part of the epilogue, so that memory holds the smaller ones.
    Leaves alone: operators that enlarge the shape or change the element type, but for those of integers; kernels whose result something else reads too; what
    widens elements in front of sums, which read the smaller ones.

    ```mlir
    %1 = nn.unary relu %0 : (tensor<1x16x9x7xf32>) -> tensor<1x16x9x7xf32>
    ```
    becomes, inside the kernel that computes `%0`,
    ```mlir
    %y = arith.maximumf %sum, %zero : f32
    kernel.yield %y : f32
    ```
  }];
  let dependentDialects = ["::nnc::kernel::KernelDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

def FuseProloguesPass : Pass<"nnc-fuse-prologues", "::mlir::func::FuncOp"> {
  let summary = "Compute pointwise operators where a kernel reads their result";
  let description = [{
    A kernel whose first operand is computed by pointwise operators (`unary`, `clamp`, `binary`) for it alone is told that its layer computes them: a
    normalisation and an activation in front of a product, an activation in front of a depthwise convolution. The operators stay where they are;
    `nnc-form-layers` puts them into the kernel's layer.

    - Products (`kernel.matmul` with a packed right operand, `kernel.conv` with filters of one tap, one group, no pads) compute `prologue_rows` rows at a time into
      scratch, as many as half of `inner-cache-bytes` holds, and at least a tile: every element once, however many columns read it. They compute all rows at once where the
      packed weights do not fit `cache-bytes`, or with `whole-operands`, where threads share the scratch.
    - `kernel.depthwise` computes each element as often as it reads it, so only one operator on one tensor after the other, of one or two instructions each, is taken (`prologue`).

    Requires: the result of `nnc-convert-nn-to-kernel`.
    Ensures: nothing more.
    Leaves alone: operands that something else reads too; other element types than f32.

    ```mlir
    %1 = nn.unary relu %0 : (tensor<1x16x9x7xf32>) -> tensor<1x16x9x7xf32>
    %2 = kernel.depthwise %1, %w {…} : (tensor<1x16x9x7xf32>, tensor<144xf32>) -> tensor<1x16x9x7xf32> {…}
    ```
    becomes
    ```mlir
    %1 = nn.unary relu %0 : (tensor<1x16x9x7xf32>) -> tensor<1x16x9x7xf32>
    %2 = kernel.depthwise %1, %w {…, prologue} : (tensor<1x16x9x7xf32>, tensor<144xf32>) -> tensor<1x16x9x7xf32> {…}
    ```
  }];
  let options = [
    Option<"cacheBytes", "cache-bytes", "int64_t", /*default=*/"524288", "bytes of packed weights that are read again for each block of rows">,
    Option<"innerCacheBytes", "inner-cache-bytes", "int64_t", /*default=*/"32768", "bytes of the cache next to the registers">,
    Option<"wholeOperands", "whole-operands", "bool", /*default=*/"false", "compute all rows of an operand at once">,
  ];
  let dependentDialects = ["::nnc::kernel::KernelDialect"];
}

#endif
