// Passes that decide which values share bytes, form layers and plan the arena.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_MEMORY_PASSES
#define NNC_PASSES_MEMORY_PASSES

include "mlir/Pass/PassBase.td"

def PlaceValuesPass : Pass<"nnc-place-values", "::mlir::ModuleOp"> {
  let summary = "decide which values lie on each other's bytes";
  let description = [{
    Parts of a concatenation are computed straight into its result: they get the result's strides, and the
    concatenation, marked `rt.view`, computes nothing. A part that cannot be (an argument, a constant, a value that already lies
    elsewhere) is copied there by an op marked `rt.copy`. A concatenation of neighbours within a larger one is a view too, so a dense block of
    layers writes every value once. Slices are views of their input by strides and offset. Where a slice of a product's columns is a part and all that
    reads the product are slices of different columns, they are marked `rt.piece`: the product's layer stores each of them, those that are no parts in bytes of their own.
    What the model returns is computed into the caller's buffer, with a copy where it is an argument, a constant, a part of something else or returned
    twice.

    Before:
    ```mlir
    %2 = nn.concat %0, %1 {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<2x7xf32>
    ```
    After:
    ```mlir
    %2 = nn.concat %0, %1 {axis = 1 : i64, rt.view}
      : (tensor<2x3xf32, #nn.layout<[7, 1]>>, tensor<2x4xf32, #nn.layout<[7, 1]>>) -> tensor<2x7xf32>
    ```

    *Requires* layouts chosen, one block in the model's function.
    *Ensures* that the operands of a concatenation marked `rt.view` have its strides and lie nowhere else, that the result of a
    slice marked `rt.view` has its input's strides times the steps, and that each returned value has bytes of its own.
    *Leaves alone* concatenations of arguments and constants only (one layer each), slices with negative steps or with steps along the
    innermost dimension, functions without `rt.entry`.
  }];
  let dependentDialects = ["::nnc::nn::NNDialect", "::nnc::rt::RTDialect"];
}

def FormLayersPass : Pass<"nnc-form-layers", "::mlir::ModuleOp"> {
  let summary = "group operators into layers, one function for each, equal ones shared";
  let description = [{
    A layer is one root operator (a product, a window, a reduction, …) or a tree of element operators, which becomes one
    loop nest. An element operator joins the layer of its users if all are in one layer and read each of its elements at most once; free
    values (splats, small integer tables, `nn.iota` and what is computed from them) are repeated in each layer. Element operators also join a
    root that reads each element once.
    A layer function takes and returns tensors; constants that are not inline are arguments, so layers of equal shape are one function whatever
    their weights. `rt.layer` names the node, `rt.nodes` on a call lists all nodes it computes, on a function all layers that share it.
    Operators that need scratch memory get it as `rt.scratch`.

    Before:
    ```mlir
    %1 = nn.unary relu %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %2 = nn.binary add %1, %x : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    ```
    After:
    ```mlir
    %1 = call @Add_1(%0, %x) {rt.layer = "Add_1", rt.nodes = ["Relu_0", "Add_1"]} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    ```

    *Requires* a model function of `nn` and `kernel` operators in one block, `nnc-place-values` before.
    *Ensures* that the model function holds only `nn.constant`, views, calls of layer functions and its return.
    *Leaves alone* views (`rt.view`, and reshapes, transpositions and broadcasts whose types put every element where it was).
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::nnc::nn::NNDialect", "::nnc::rt::RTDialect"];
  let options = [
    Option<"maxOps", "max-ops", "unsigned", "64", "operators in a tree, counting one read twice as two; at least 1">
  ];
}

def PlanMemoryPass : Pass<"nnc-plan-memory", "::mlir::ModuleOp"> {
  let summary = "turn values into buffers: argument, constant or a place in one arena of known size";
  let description = [{
    Every value of the model function gets bytes: inputs and results are the caller's, constants lie in one group
    (equal ones once), all else lies in the arena at offsets planned exactly for the sequence of calls. A result may
    take the bytes of an operand that dies with the call if the layer reads only the element that it writes next. With `sweep` the result of a product, a depthwise
    convolution or a pool may also overlap its input, at a distance with which the kernel, going through both pixel by pixel in row-major order or
    backwards, reads each element before it writes there: the input is marked `rt.sweep`, and `nnc-emit-kernels` keeps to that order. Overlaps without which the arena is as small are not used.
    Layer functions get buffers as arguments (inputs, results, scratch) with their contents as `rt.tensor` and `rt.store`. The plan is checked before it is used; its
    figures go to the module attribute `rt.plan`.

    With `io-in-arena` the inputs and results lie in the arena too: the function keeps its pointers but does not use them, and each has
    its place as `nn.arena_offset`, in bytes. The caller writes all inputs there before a run and reads the results afterwards; inputs are overwritten.

    With `regions` the arena is divided: values with most traffic (bytes read and written in a run, windows counted as often as they overlap) per byte go to
    the first region as far as its limit allows, and so on; what has room nowhere goes to the largest. `rt.plan` says where each begins and what it takes;
    `nnc-split-arena` gives each an address of its own.

    *Requires* the form that `nnc-form-layers` ensures.
    *Ensures* the `memory` form of docs/pipeline.md. `nnc-verify-memory` checks it.
    *Leaves alone* the bodies of layer functions between `rt.tensor` and `rt.store`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect",
                           "::nnc::rt::RTDialect"];
  let options = [
    Option<"ioInArena", "io-in-arena", "bool", "false", "place inputs and results in the arena">,
    ListOption<"regions", "regions", "std::string", "NAME:BYTES of each memory that the arena is divided among, the fastest first; none: one memory without limit">,
    Option<"sweep", "sweep", "bool", "false", "let results of kernels overlap the inputs that they sweep">,
    Option<"alignment", "alignment", "unsigned", "16", "of each buffer in the arena, in bytes, a power of two">,
    Option<"constantAlignment", "constant-alignment", "unsigned", "16", "of each constant, in bytes, a power of two">,
    Option<"workLimit", "work-limit", "uint64_t", "30000000", "search steps of the planner, at a few nanoseconds each">
  ];
}

def SplitArenaPass : Pass<"nnc-split-arena", "::mlir::ModuleOp"> {
  let summary = "give each region of memory an address of its own";
  let description = [{
    The plan lays regions one behind the other. Here the model's function gets one buffer for each, marked with its name as `rt.region`, in the place of
    the arena, and every view of the arena becomes one of the region that it lies in.

    Before:
    ```mlir
    func.func @main(%x: memref<8xi8>, %y: memref<8xi8> {rt.result}, %arena: memref<96xi8>) attributes {rt.entry}
    ```
    After, with the regions `fast` of 32 bytes from 0 on and `slow` of 64 bytes from 32 on:
    ```mlir
    func.func @main(%x: memref<8xi8>, %y: memref<8xi8> {rt.result}, %fast: memref<32xi8> {rt.region = "fast"}, %slow: memref<64xi8> {rt.region = "slow"})
    ```

    *Requires* the `memory` form or a later one with `memref.view`.
    *Ensures* that no address leaves its region; fails where a view lies in none.
    *Leaves alone* modules with less than two regions in `rt.plan`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"];
}

def VerifyMemoryPass : Pass<"nnc-verify-memory", "::mlir::ModuleOp"> {
  let summary = "check what the memory plan promises to layer functions";
  let description = [{
    Follows the calls and keeps for each byte of each memory which byte of which value was written there last. For each call:
    - what a layer reads holds the very bytes that `rt.reads` names, whatever else was written in between; in the end all results hold theirs (`rt.holds`);
    - it writes to the arena and to results only, never to inputs and constants;
    - what it writes shares no element with anything else that it gets. An exception is an input marked `rt.may_alias` that begins at the same byte with the same strides, or a result's
      buffer that the layer reads too: in both cases the layer's body must read each element right before it writes that place; another is an input marked `rt.sweep`, if the result keeps
      that distance and the layer's kernel needs no more;
    - buffers lie inside the arena, aligned to their elements, no larger than the tensors in them, and where `rt.plan` says.

    *Requires* the `memory` form.
    *Ensures* nothing new; fails with the layer, the range of bytes, the value expected there and the one that lies there.
    *Leaves alone* everything.
  }];
}

#endif
