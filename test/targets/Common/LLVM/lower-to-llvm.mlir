// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-lower-to-llvm{index-bits=32},nnc-add-entry-points{prefix=kws})' | FileCheck %s
// RUN: not nn-opt %s -pass-pipeline='builtin.module(nnc-lower-to-llvm{index-bits=31})' 2>&1 | FileCheck %s --check-prefix=WIDTH

// WIDTH: error: index-bits is 31, expected 32 or 64

// Constants are one blob of bytes; the layer is internal; buffers are bare pointers that do not alias.
// CHECK: llvm.mlir.global {{.*}}constant
// CHECK: llvm.func {{.*}}@{{.*}}scale{{.*}}llvm.noalias
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

// bf16 is an i16: numbers are moved and chosen by their bits, arithmetic is that of f32.
// CHECK-LABEL: llvm.func {{.*}}@{{.*}}brain_floats
// CHECK-NOT: bf16
// CHECK: llvm.load {{.*}} -> i16
// CHECK: llvm.shl {{.*}} : i32
// CHECK: llvm.fcmp "ogt" {{.*}} : f32
// CHECK: llvm.select {{.*}} : i1, i16
// CHECK: llvm.store {{.*}} : i16
// CHECK-NOT: bf16
func.func private @brain_floats(%x: memref<3xbf16>, %y: memref<3xbf16> {rt.result}) attributes {rt.layer = "brain_floats"} {
  %c1 = arith.constant 1 : index
  %half = arith.constant 0.5 : bf16
  %0 = memref.load %x[%c1] : memref<3xbf16>
  %1 = arith.cmpf ogt, %0, %half : bf16
  %2 = arith.select %1, %0, %half : bf16
  memref.store %2, %y[%c1] : memref<3xbf16>
  return
}

// CHECK: llvm.func @kws_run
