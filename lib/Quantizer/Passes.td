// The pass that learns ranges from data.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_QUANTIZER_PASSES
#define NNC_LIB_QUANTIZER_PASSES

include "mlir/Pass/PassBase.td"

def CalibratePass : Pass<"nnc-calibrate", "::mlir::ModuleOp"> {
  let summary = "learn the ranges of values from samples of inputs";
  let description = [{
    The entry function is compiled for the machine that the compiler runs on, and run on each sample. Every value that `nnc-quantize` will quantize gets
    its range, on its operator or argument; every product gets the mean of each channel of its input.

    After:
    ```mlir
    %1 = nn.conv %x, %w, %b {…, nn.input_means = array<f64: 0.21, 0.48>} : (tensor<1x2x8x8xf32>, tensor<8x2x1x1xf32>, tensor<8xf32>) -> tensor<1x8x8x8xf32>
    %2 = nn.unary relu %1 {nn.range = array<f64: 0.000000e+00, 5.100000e+00>} : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    ```

    | `method` | The range |
    |---|---|
    | `mse` | whose int8 numbers have the least mean squared error |
    | `minmax` | from the least to the largest number |
    | `percentile` | all but a share of 1 − `percentile` at either end |
    | `kl` | whose int8 numbers lose the least information: least divergence by Kullback and Leibler |

    They are chosen from histograms of 2048 to 4096 bins, the same whatever the order of samples. A value from which only results are computed is
    never cut: its range is that of `minmax`, and 0 to 1 for those of softmax and sigmoid.

    *Requires* a function with `rt.entry`. *Ensures* the two attributes. *Leaves alone* all operators. Nothing is rewritten.
  }];
  let options = [
    Option<"data", "data", "std::string", "\"\"", "samples: .npz, folder of .npy, .raw, .bin or .f32, or random">,
    Option<"samples", "samples", "int64_t", "0", "at most so many samples; 0: all">,
    Option<"method", "method", "std::string", "\"mse\"", "mse, minmax, percentile or kl">,
    Option<"percentile", "percentile", "double", "0.9999", "share of numbers, from 0.5 to 1">,
    ListOption<"skip", "skip", "std::string", "as for nnc-quantize">,
  ];
}

#endif
