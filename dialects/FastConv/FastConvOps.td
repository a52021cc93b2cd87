// Convolutions in a transform domain.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_FASTCONV_OPS
#define NNC_DIALECTS_FASTCONV_OPS

include "dialects/FastConv/FastConvAttrs.td"
include "mlir/IR/CommonAttrConstraints.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def FastConv_Tensor : StaticShapeTensorOf<[F32]>;

class FastConv_Op<string mnemonic> : Op<FastConv_Dialect, mnemonic, [Pure]> {
  let hasVerifier = 1;
}

def FastConv_FilterTransformOp : FastConv_Op<"filter_transform"> {
  let summary = "filters in Winograd's transform domain";
  let description = [{
    u[·, ·, c, o] = G w[o, c] Gᵀ for M×C×r×r filters w; G (α × r, α = m + r − 1, m is `tile`) is that of F(m, r) in
    `lib/Numerics/Winograd.h` with its best points. Computed at compile time, in double precision, when the filters are packed.

    Constraints:
    - (C1) `filter` is M×C×r×r.
    - (C2) m ≥ 1, and m + r is at most 10: no transforms are known for larger tiles.
    - (C3) The result is α×α×C×M.

    ```mlir
    %0 = fastconv.filter_transform %w {tile = 4 : i64} : (tensor<8x16x3x3xf32>) -> tensor<6x6x16x8xf32>
    ```
  }];
  let arguments = (ins FastConv_Tensor:$filter, I64Attr:$tile);
  let results = (outs FastConv_Tensor:$result);
  let assemblyFormat = "$filter attr-dict `:` functional-type(operands, results)";
}

def FastConv_WinogradOp : FastConv_Op<"winograd"> {
  let summary = "convolve by Winograd's minimal filtering";
  let description = [{
    A convolution of stride 1 with r × r filters over N×C×H×W images, computed in tiles of m × m results (m is `tile`). Each reads
    α × α elements, α = m + r − 1, of the image with zeros around it:

    y = bias + Aᵀ [ Σ_c u_c ⊙ (Bᵀ x_c B) ] A

    Bᵀ (α × α) and Aᵀ (m × α) are those of F(m, r) in `lib/Numerics/Winograd.h` with its best points. `filter` holds u as α×α×C×M: the
    filters of an ordinary convolution become G w Gᵀ. Results beyond the image in the last tiles are not computed.

    Constraints:
    - (C1) Input and result have rank 4 and the same batch.
    - (C2) `filter` is α×α×C×M with 1 ≤ m ≤ α and the input's C and the result's M.
    - (C3) m + r is at most 10: no transforms are known for larger tiles.
    - (C4) `pads_begin` and `pads_end` have two entries, each from 0 to r − 1.
    - (C5) Spatial sizes of the result are I + begin + end − r + 1.
    - (C6) `bias` has M elements.

    ```mlir
    %0 = fastconv.winograd %x, %u {tile = 4 : i64, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>}
      : (tensor<1x16x9x7xf32>, tensor<6x6x16x8xf32>) -> tensor<1x8x9x7xf32>
    ```
  }];
  let arguments = (ins FastConv_Tensor:$input, FastConv_Tensor:$filter, Optional<FastConv_Tensor>:$bias,
                   I64Attr:$tile, DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end);
  let results = (outs FastConv_Tensor:$result);
  let assemblyFormat = [{
    $input `,` $filter (`,` $bias^)? attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    /// α, the rows of a tile of the input.
    int64_t getAlpha();
    /// r, the rows of the filter: α − m + 1.
    int64_t getKernelSize();
  }];
}

def FastConv_FftFilterTransformOp : FastConv_Op<"fft_filter_transform"> {
  let summary = "filters in the frequency domain";
  let description = [{
    u[0, k₁, k₂, c, o] + i·u[1, k₁, k₂, c, o] = Σ_ij w[o, c, i, j] exp(2πi (i·k₁ + j·k₂) / S) for M×C×r₁×r₂ filters w, the conjugate of their
    discrete Fourier transform in tiles of S × S (S is `tile`), k₁ from 0 to S − 1, k₂ from 0 to S/2; other k₂ follow by symmetry. Computed at
    compile time, in double precision, when the filters are packed.

    Constraints:
    - (C1) `filter` is M×C×r₁×r₂ with r₁ and r₂ from 1 to S.
    - (C2) S is 8, 16 or 32.
    - (C3) The result is 2×S×(S/2 + 1)×C×M.

    ```mlir
    %0 = fastconv.fft_filter_transform %w {tile = 16 : i64} : (tensor<8x3x7x5xf32>) -> tensor<2x16x9x3x8xf32>
    ```
  }];
  let arguments = (ins FastConv_Tensor:$filter, I64Attr:$tile);
  let results = (outs FastConv_Tensor:$result);
  let assemblyFormat = "$filter attr-dict `:` functional-type(operands, results)";
}

def FastConv_FftOp : FastConv_Op<"fft"> {
  let summary = "convolve by products of frequencies";
  let description = [{
    A convolution of stride 1 with r₁ × r₂ filters (`kernel`) over N×C×H×W images, computed in tiles. Each reads S × S elements of the image with
    zeros around it, and gives the m₁ × m₂ results, mᵢ = S − rᵢ + 1, that do not wrap around:

    y = bias + F⁻¹[ Σ_c u_c ⊙ F[x_c] ]

    F is the discrete Fourier transform of S × S elements. `filter` holds u, conjugates of transformed filters, as
    `fastconv.fft_filter_transform` gives them. Results beyond the image in the last tiles are not computed.

    Constraints:
    - (C1) Input and result have rank 4 and the same batch.
    - (C2) `filter` is 2×S×(S/2 + 1)×C×M with S of 8, 16 or 32 and the input's C and the result's M.
    - (C3) `kernel`, `pads_begin` and `pads_end` have two entries each: the kernel's from 1 to S, pads of at least 0.
    - (C4) Spatial sizes of the result are I + begin + end − r + 1.
    - (C5) `bias` has M elements.

    ```mlir
    %0 = fastconv.fft %x, %u {kernel = array<i64: 7, 5>, pads_begin = array<i64: 3, 2>, pads_end = array<i64: 3, 2>}
      : (tensor<1x3x19x23xf32>, tensor<2x16x9x3x8xf32>) -> tensor<1x8x19x23xf32>
    ```
  }];
  let arguments = (ins FastConv_Tensor:$input, FastConv_Tensor:$filter, Optional<FastConv_Tensor>:$bias,
                   DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end);
  let results = (outs FastConv_Tensor:$result);
  let assemblyFormat = [{
    $input `,` $filter (`,` $bias^)? attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    /// S, the rows and columns of a tile of the input.
    int64_t getTileSize();
  }];
}

#endif
