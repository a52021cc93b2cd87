// Operators that resample.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_RESIZE_OPS
#define NNC_DIALECTS_NN_RESIZE_OPS

include "dialects/NN/NNOpClasses.td"

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
