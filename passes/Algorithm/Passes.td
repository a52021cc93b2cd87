// Passes that choose how a convolution is computed.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_ALGORITHM_PASSES
#define NNC_PASSES_ALGORITHM_PASSES

include "mlir/Pass/PassBase.td"

def WinogradPass : Pass<"nnc-winograd", "::mlir::func::FuncOp"> {
  let summary = "convolve 3 × 3 and 5 × 5 filters by Winograd's minimal filtering";
  let description = [{
    A convolution of two spatial dimensions, stride 1, no dilation, one group and square filters of 3 × 3 or 5 × 5 known elements is computed
    in tiles of m × m results.

    With `tile=0` the size of tiles (2, 4 or 6; none) is the cheapest by a model of multiplications, transforms and bytes of weights; `tile=m` takes m
    everywhere. The rounding error grows with m: `max-error` bounds it by `numerics::amplification` squared times the unit roundoff, relative to the
    sum of magnitudes of a direct sum.

    Before:
    ```mlir
    %1 = nn.conv %x, %w, %b {...} : (tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>, tensor<64xf32>) -> tensor<1x64x56x56xf32>
    ```
    After:
    ```mlir
    %u = fastconv.filter_transform %w {tile = 4 : i64} : (tensor<64x64x3x3xf32>) -> tensor<6x6x64x64xf32>
    %1 = fastconv.winograd %x, %u, %b {tile = 4 : i64, ...} : (tensor<1x64x56x56xf32>, tensor<6x6x64x64xf32>, tensor<64xf32>) -> tensor<1x64x56x56xf32>
    ```

    *Requires* nothing.
    *Ensures* nothing more.
    *Leaves alone* other convolutions; filters that are splats, because their transforms are none; sizes without known transforms (m + r above 10); with `tile=0` what is cheaper directly.
  }];
  let dependentDialects = ["::nnc::fastconv::FastConvDialect", "::nnc::nn::NNDialect"];
  let options = [
    Option<"tile", "tile", "int64_t", "0", "results in a tile's row, m; 0: the cheapest of 2, 4 and 6 by the model, or none">,
    Option<"force", "force", "bool", "false", "with tile=0, also where a direct sum is cheaper by the model">,
    Option<"vector", "vector", "int64_t", "8", "f32 elements in a machine vector, for the model">,
    Option<"cacheBytes", "cache-bytes", "int64_t", "262144", "weights up to this size are read from the cache, for the model">,
    Option<"maxError", "max-error", "double", "2e-5", "largest bound of the relative error that rounding may cause">
  ];
}

#endif
