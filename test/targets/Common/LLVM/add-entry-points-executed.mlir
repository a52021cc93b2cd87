// The public functions of a model are called: results, refused arguments, the callback after each layer.
// RUN: nn-opt %s -pass-pipeline='builtin.module(convert-scf-to-cf,nnc-lower-to-llvm{arena-alignment=64},nnc-add-entry-points{prefix=kws trace=true})' | mlir-translate --mlir-to-llvmir -o %t.ll
// RUN: %python %S/Inputs/run_entry_points.py %t.ll %t.so | FileCheck %s

// CHECK: entry points agree
rt.constants @constants alignment 64 offsets [0] parts [dense<[2.0, 3.0, 5.0]> : tensor<3xf32>]
func.func @main(%in: memref<3xf32> {nn.name = "x"}, %out: memref<3xf32> {nn.name = "y", rt.result}, %arena: memref<64xi8>) attributes {rt.entry} {
  %w = rt.constant @constants[0] : memref<3xf32>
  call @scale(%in, %w, %out) : (memref<3xf32>, memref<3xf32>, memref<3xf32>) -> ()
  return
}
func.func private @scale(%x: memref<3xf32>, %w: memref<3xf32>, %y: memref<3xf32> {rt.result}) attributes {rt.layer = "scale"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.for %i = %c0 to %c3 step %c1 {
    %0 = memref.load %x[%i] : memref<3xf32>
    %1 = memref.load %w[%i] : memref<3xf32>
    %2 = arith.mulf %0, %1 : f32
    memref.store %2, %y[%i] : memref<3xf32>
  }
  return
}
