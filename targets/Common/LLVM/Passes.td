// Passes of the last phase: from loops to the LLVM dialect and the public entry points.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_PASSES
#define NNC_TARGETS_COMMON_LLVM_PASSES

include "mlir/Pass/PassBase.td"

def LowerToLLVMPass : Pass<"nnc-lower-to-llvm", "mlir::ModuleOp"> {
  let summary = "convert loops, buffers and constants to the LLVM dialect";
  let description = [{
    Requires: the form after the `loops` phase with `scf` already converted to `cf`: layer functions over static
    one-dimensional buffers, vectors of one dimension.

    Ensures: only the LLVM dialect remains. Buffers are bare pointers of `index-bits`; each carries the attributes
    that hold for it (`llvm.noalias`, `llvm.align`, `llvm.dereferenceable`, `llvm.readonly`). Layer functions are
    internal and never inlined. Each `rt.constants` is one private constant of bytes. The model's function keeps its
    buffer types in `rt.buffers`, for `nnc-add-entry-points`.

    Leaves alone: the module's `llvm.data_layout` and `llvm.target_triple`, which are used where present.

    ```mlir
    rt.constants @weights alignment 64 offsets [0] parts [dense<[1.0, 2.0]> : tensor<2xf32>]
    func.func private @relu(%x: memref<2xf32>, %y: memref<2xf32> {rt.result}) attributes {rt.layer = "relu"}
    // becomes
    llvm.mlir.global private unnamed_addr constant @weights(dense_resource<weights> : tensor<8xi8>) {alignment = 64} : !llvm.array<8 x i8>
    llvm.func internal @relu(!llvm.ptr {llvm.noalias, llvm.readonly, ...}, !llvm.ptr {llvm.noalias, ...}) attributes {no_inline, rt.layer = "relu"}
    ```
  }];
  let options = [
    Option<"indexBits", "index-bits", "unsigned", "64", "width of `index` and of addresses: 32 or 64">,
    Option<"fma", "fma", "bool", "true", "the machine multiplies and adds in one instruction; false: two roundings instead of a library call">,
    Option<"minMax", "min-max", "bool", "true", "maximum and minimum of all types are instructions; false: comparisons, which need no library">,
    Option<"arenaAlignment", "arena-alignment", "unsigned", "16", "alignment of the arena in bytes, a power of two">
  ];
  let dependentDialects = ["mlir::LLVM::LLVMDialect"];
}

def AddEntryPointsPass : Pass<"nnc-add-entry-points", "mlir::ModuleOp"> {
  let summary = "add the public functions of a model and prefix all symbols";
  let description = [{
    Requires: the result of `nnc-lower-to-llvm` with exactly one `rt.entry` function whose arguments are inputs, results (`rt.result`),
    the arena, or one for each region of memory (`rt.region`), and, where layers are divided, the executor.

    Ensures: the only public symbols are, with P the prefix,
    `i32 P_run(const P_inputs *, const P_outputs *, void *arena)`, `i32 P_check(…)` with the same arguments, a second name of `P_run` that
    encodes interface version, arena size and model (`rt.guard` on the module holds it), and with `trace` `P_run_traced(…, callback, user)`,
    which calls `callback(user, i)` after layer i. With several arenas a structure of their addresses takes the place of `arena`. `P_run` checks its arguments first. Where the model takes an executor there are also
    `P_run_with(…, const nnrt_executor *)` and `P_run_traced_with(…, executor, callback, user)`; the functions without it pass null. Every other symbol is internal, starts with the
    prefix and has its own section: `.text.nn.P.<function>`, `.rodata.nn.P.<group>`; the options change what these names begin with.
  }];
  let options = [
    Option<"prefix", "prefix", "std::string", "\"model\"", "C identifier that starts every symbol">,
    Option<"trace", "trace", "bool", "false", "also add `run_traced`">,
    Option<"codeSection", "code-section", "std::string", "\".text.nn\"", "what the names of sections with code begin with">,
    Option<"weightsSection", "weights-section", "std::string", "\".rodata.nn\"", "the same for constants">
  ];
  let dependentDialects = ["mlir::LLVM::LLVMDialect"];
}

#endif
