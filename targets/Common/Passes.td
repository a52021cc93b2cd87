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
    Option<"divisible", "divisible", "bool", /*default=*/"false",
           "mark the loops that nnc-divide-layers may divide">,
    Option<"pack", "pack", "bool", /*default=*/"false",
           "whether the machine makes bytes of four vectors of 32-bit integers faster than of each of them">,
    Option<"straightLines", "straight-lines", "bool", /*default=*/"false",
           "depthwise convolutions of integers have straight code, beside a loop over lines of the filter, for lines of the result that see all of them">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

def LowerDotsPass : Pass<"nnc-lower-dots", "::mlir::func::FuncOp"> {
  let summary = "make the machine's instructions of products of narrow integers and of their requantisation";
  let description = [{
    Requires: nothing.
    Ensures: no `kernel.dot` and no `kernel.pack` is left. Products of a form that `instruction` computes exactly become that instruction, others
    products and sums of 32 bits. With `pmaddwd` and `vpdpbusd`, which x86 has, `kernel.pack` becomes saturating packs (limits that they imply are dropped), and the upper halves of products
    (`arith.mulsi_extended`) of vectors are computed for even and odd elements apart, as `vpmuldq` does it. Elsewhere both are written out.
    Leaves alone: everything else.

    | `instruction` | a | products of one lane |
    |---|---|---|
    | `none` | signed or not | one after the other |
    | `pmaddwd` | signed or not | 2: both factors are widened to 16 bits, `vpmaddwd` adds pairs, an addition follows; 4 where each lane has its own a: even and odd ones apart |
    | `vpdpbusd` | unsigned | 4; what is signed or has 2 as with `pmaddwd` |
    | `sdot` | signed | 4 |
    | `smlad` | signed or not | 4: bytes 0 and 2, then 1 and 3, are widened to pairs of 16 bits; for scalars |
    | `vmladav` | signed | 4, 8 or 16: the sum of a vector's products; for scalars |

    ```mlir
    %0 = kernel.dot %a, %b, %sum unsigned : i32, vector<64xi8>, vector<16xi32>
    ```
    becomes, with `vpdpbusd`,
    ```mlir
    %1 = vector.broadcast %a : i32 to vector<16xi32>
    %2 = vector.bitcast %1 : vector<16xi32> to vector<64xi8>
    %0 = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%sum, %2, %b) : …
    ```
  }];
  let options = [
    Option<"instruction", "instruction", "std::string", /*default=*/"\"none\"",
           "none, pmaddwd, vpdpbusd (x86), sdot (AArch64), smlad or vmladav (Cortex-M)">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect", "::mlir::vector::VectorDialect"];
}

def DivideLayersPass : Pass<"nnc-divide-layers", "::mlir::ModuleOp"> {
  let summary = "divide layers into parts that run at the same time";
  let description = [{
    Requires: layer functions as loops (the `loops` phase); a loop with `rt.independent = S` has turns that depend neither on each other nor on
    the turns of neighbours with the same S. What such a loop finds in memory on the stack (`memref.alloca`) it has written in the same turn.
    Ensures: no such mark is left. With `threads` above 1, groups of neighbours that are worth it have become a function that computes one part, called
    through `rt.fork`; the model's function has an argument `!rt.executor` behind the arena, which it hands to these layers; `rt.parts` on layers
    and calls says in how many parts they run; each part has memory on the stack for itself. No shared buffer is left: a layer whose calls differ in what runs in place is copied.
    Leaves alone: loops without the mark, the order of operations in each turn, and so every bit of the result.

    Shares are fixed at compile time, in turns of the outermost loops, of loops inside them, or of both. The largest share counts, by an estimate of each turn's
    cycles; a group whose division is not estimated `gain` times as fast, with `fork-cycles` for starting and waiting, stays as it is: the estimate is rough, and
    nobody wants a second core to work for nothing.

    ```mlir
    scf.for %line = %c0 to %c56 step %c1 { … } {rt.independent = 0}
    ```
    becomes
    ```mlir
    rt.fork %executor parts 2 @conv.parts(%x, %w, %y) : …

    func.func private @conv.parts(%x: …, %w: …, %y: …, %part: index) attributes {rt.part_of = "conv"} {
      %second = arith.cmpi uge, %part, %c1
      %begin = arith.select %second, %c28, %c0
      %end = arith.select %second, %c56, %c28
      scf.for %line = %begin to %end step %c1 { … }
    ```
  }];
  let options = [
    Option<"threads", "threads", "int64_t", /*default=*/"1", "largest number of parts">,
    Option<"lanes", "lanes", "int64_t", /*default=*/"8", "elements of a vector register: loops over single elements are so much faster">,
    Option<"forkCycles", "fork-cycles", "int64_t", /*default=*/"8000", "cycles of a core that starting parts and waiting for them costs">,
    Option<"gain", "gain", "double", /*default=*/"1.2", "how many times as fast a division must be estimated to be; 0: divide all that can be divided">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::nnc::rt::RTDialect"];
}

#endif
