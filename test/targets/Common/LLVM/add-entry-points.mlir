// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-lower-to-llvm,nnc-add-entry-points{prefix=kws})' | FileCheck %s
// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-lower-to-llvm,nnc-add-entry-points{prefix=kws trace=true})' | FileCheck %s --check-prefix=TRACE

// Run and check are always there, the traced run only on request.
// CHECK-DAG: llvm.func @kws_run(
// CHECK-DAG: llvm.func @kws_check(
// CHECK-NOT: kws_run_traced
// TRACE: llvm.func @kws_run_traced(
rt.constants @constants alignment 64 offsets [0] parts [dense<[2.0, 3.0, 5.0]> : tensor<3xf32>]
func.func @main(%in: memref<3xf32> {nn.name = "x"}, %out: memref<3xf32> {nn.name = "y", rt.result}, %arena: memref<64xi8>) attributes {rt.entry} {
  %w = rt.constant @constants[0] : memref<3xf32>
  call @scale(%in, %w, %out) : (memref<3xf32>, memref<3xf32>, memref<3xf32>) -> ()
  return
}
func.func private @scale(%x: memref<3xf32>, %w: memref<3xf32>, %y: memref<3xf32> {rt.result}) attributes {rt.layer = "scale"} {
  %c1 = arith.constant 1 : index
  %0 = memref.load %x[%c1] : memref<3xf32>
  %1 = memref.load %w[%c1] : memref<3xf32>
  %2 = arith.mulf %0, %1 : f32
  memref.store %2, %y[%c1] : memref<3xf32>
  return
}
