// RUN: nn-opt %s -nnc-verify-phase=phase=memory
// RUN: not nn-opt %s -nnc-verify-phase=phase=import 2>&1 | FileCheck %s

// After import only func and nn may be there.
// CHECK: {{arith|memref}}
func.func @main(%x: memref<3xf32>) {
  %c0 = arith.constant 0 : index
  %0 = memref.load %x[%c0] : memref<3xf32>
  memref.store %0, %x[%c0] : memref<3xf32>
  return
}
