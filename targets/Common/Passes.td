// Passes that all targets share.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_PASSES
#define NNC_TARGETS_COMMON_PASSES

include "mlir/Pass/PassBase.td"

def EmitKernelsPass : Pass<"nnc-emit-kernels", "::mlir::func::FuncOp"> {
  let summary = "Write kernels as loops over registers";
  let description = [{
    Requires: layer functions in the form of the `memory` phase; a kernel's operands are `rt.tensor` results or splat constants
    and its result goes to `rt.store`.
    Ensures: no kernel op is left; in place of each stored one stand loops of `scf`, `vector`, `memref` and `arith` whose
    innermost ones keep the accumulators of the kernel's register tile in values of machine vectors.
    Leaves alone: every other store.

    Nothing outside a buffer is read or written: taps outside the image are skipped, columns that do not exist are neither
    loaded from unpacked operands nor stored.

    ```mlir
    %2 = kernel.matmul %0, %1 {packed, tile = #kernel.tile<rows = 4, columns = 8, vector = 8, lanes = 1>} : … {…}
    rt.store %2, %y : tensor<4x8xf32>, memref<32xf32>
    ```
    becomes
    ```mlir
    %sums:4 = scf.for %k = %c0 to %c64 step %c1 iter_args(…) -> (vector<8xf32>, …) {
      %b = vector.load %w[…] …
      %a = memref.load %x[…] …
      … vector.fma …
    }
    vector.store …
    ```
  }];
  let options = [
    Option<"fma", "fma", "bool", /*default=*/"true",
           "whether the machine multiplies and adds with one rounding; otherwise a product and a sum are built">,
    Option<"registers", "registers", "int64_t", /*default=*/"16",
           "floating-point registers of a vector's size: small tiles sum in several parts if they have room">,
    Option<"cacheBytes", "cache-bytes", "int64_t", /*default=*/"524288",
           "weights of up to this many bytes are read again for each block of pixels; above, pixels are read again for each panel of weights">,
    Option<"innerCacheBytes", "inner-cache-bytes", "int64_t", /*default=*/"32768",
           "cache next to the registers: the pixels of a block take a quarter of it">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

#endif
