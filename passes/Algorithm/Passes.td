// Passes that choose how a convolution is computed.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_ALGORITHM_PASSES
#define NNC_PASSES_ALGORITHM_PASSES

include "mlir/Pass/PassBase.td"

def SelectConvAlgorithmPass : Pass<"nnc-select-conv-algorithm", "::mlir::ModuleOp"> {
  let summary = "decide how each convolution is computed";
  let description = [{
    Every `nn.conv` gets the attribute `fastconv.choice`: the way that is taken, and the other possible ones with what they would cost. Passes that come after
    it obey: `nnc-winograd` takes those whose choice is `winograd`, `nnc-fft-conv` those whose choice is `fft`.

    | `algorithm` | Taken is |
    |---|---|
    | `auto` | what takes the fewest cycles by a model (`passes/Algorithm/ConvCost.h`); another way than the direct sum must be clearly faster, and where the module's weights do not stay in the outer cache also than each way with smaller weights |
    | `direct` | the direct sum |
    | `winograd`, `fft` | this, with the fastest size of tiles by the model, wherever it is possible |

    A convolution that `plan` names is computed as it says there. The file is described in `docs/passes/algorithm.md`. Convolutions have the name of
    their node; where several have the same, the first entry with that name stands for the first one and so on, a single entry for all.

    Before:
    ```mlir
    %1 = nn.conv %x, %w {...} : (tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32>
    ```
    After:
    ```mlir
    %1 = nn.conv %x, %w {..., fastconv.choice = #fastconv.choice<model, [#fastconv.candidate<winograd, tile = 4, cycles = 8500000, error = 3.2e-06 : f64>,
      #fastconv.candidate<direct, cycles = 17000000>]>} : (tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32>
    ```

    *Requires* nothing.
    *Ensures* that each `nn.conv` has a choice whose error bound is at most `max-error`. A plan that cannot be followed is an error.
    *Leaves alone* everything else.
  }];
  let dependentDialects = ["::nnc::fastconv::FastConvDialect", "::nnc::nn::NNDialect"];
  let options = [
    Option<"algorithm", "algorithm", "std::string", "\"auto\"", "auto, direct, winograd or fft">,
    Option<"plan", "plan", "std::string", "\"\"", "file that says how named convolutions are computed; empty: none">,
    Option<"vector", "vector", "int64_t", "8", "f32 elements in a machine vector">,
    Option<"products", "products", "double", "2", "multiply-adds of vectors in a cycle">,
    Option<"cacheBytes", "cache-bytes", "int64_t", "524288", "bytes of scratch that stay in the cache of a core">,
    Option<"outerCacheBytes", "outer-cache-bytes", "int64_t", "8388608", "bytes of weights that stay in a cache from run to run">,
    Option<"memoryCycles", "memory-cycles", "double", "0.11", "cycles for a byte that comes from the memory">,
    Option<"maxError", "max-error", "double", "2e-5", "largest bound of the relative error that rounding may cause">
  ];
}

def WinogradPass : Pass<"nnc-winograd", "::mlir::func::FuncOp"> {
  let summary = "convolve 3 × 3 and 5 × 5 filters by Winograd's minimal filtering";
  let description = [{
    A convolution of two spatial dimensions, stride 1, no dilation, one group and square filters of 3 × 3 or 5 × 5 known elements is computed
    in tiles of m × m results, where its attribute `fastconv.choice` says so, or, without the attribute, where `tile` is not 0.

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
    *Leaves alone* other convolutions; filters that are splats, because their transforms are none; sizes without known transforms (m + r above 10).
  }];
  let dependentDialects = ["::nnc::fastconv::FastConvDialect", "::nnc::nn::NNDialect"];
  let options = [
    Option<"tile", "tile", "int64_t", "0", "results in a tile's row, m, of convolutions without a choice; 0: these are left alone">
  ];
}

def FftConvPass : Pass<"nnc-fft-conv", "::mlir::func::FuncOp"> {
  let summary = "convolve large filters by products of frequencies";
  let description = [{
    A convolution of two spatial dimensions, stride 1, no dilation, one group and filters of known elements with at least five rows or columns is
    computed in tiles of S × S elements of the image, each transformed by a discrete Fourier transform, where its attribute `fastconv.choice` says so,
    or, without the attribute, where `tile` is not 0. A tile gives (S − r₁ + 1) × (S − r₂ + 1) results of an r₁ × r₂ filter.

    Before:
    ```mlir
    %1 = nn.conv %x, %w, %b {...} : (tensor<1x64x56x56xf32>, tensor<64x64x7x7xf32>, tensor<64xf32>) -> tensor<1x64x56x56xf32>
    ```
    After:
    ```mlir
    %u = fastconv.fft_filter_transform %w {tile = 16 : i64} : (tensor<64x64x7x7xf32>) -> tensor<2x16x9x64x64xf32>
    %1 = fastconv.fft %x, %u, %b {kernel = array<i64: 7, 7>, ...} : (tensor<1x64x56x56xf32>, tensor<2x16x9x64x64xf32>, tensor<64xf32>) -> tensor<1x64x56x56xf32>
    ```

    *Requires* nothing.
    *Ensures* nothing more.
    *Leaves alone* other convolutions; filters that are splats, because their transforms are none; filters larger than the tile.
  }];
  let dependentDialects = ["::nnc::fastconv::FastConvDialect", "::nnc::nn::NNDialect"];
  let options = [
    Option<"tile", "tile", "int64_t", "0", "rows of a tile of the image, S: 8, 16 or 32, of convolutions without a choice; 0: these are left alone">
  ];
}

#endif
