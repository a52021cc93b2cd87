// The examples of the op documentation, and what they print.
// RUN: nn-opt %s | nn-opt | FileCheck %s

// CHECK: rt.constants @weights alignment 64 offsets [0, 64] parts [dense<[1.000000e+00, -2.500000e+00]> : tensor<2xf32>, dense<3> : tensor<4xi8>]
rt.constants @weights alignment 64 offsets [0, 64] parts [dense<[1.0, -2.5]> : tensor<2xf32>, dense<3> : tensor<4xi8>]

// Parts without elements may share an offset.
rt.constants @empty_parts alignment 1 offsets [0, 0, 3] parts [dense<> : tensor<0xi8>, dense<[1, 0, 1]> : tensor<3xi1>, dense<7> : tensor<1xui8>]

// CHECK-LABEL: func.func @constants
func.func @constants() -> (memref<4xi8>, memref<3xi8>, memref<2xi8>) {
  // CHECK: rt.constant @weights[64] : memref<4xi8>
  %w = rt.constant @weights[64] : memref<4xi8>
  // CHECK: rt.constant @empty_parts[0] : memref<3xi8>
  %e = rt.constant @empty_parts[0] : memref<3xi8>
  // A prefix of a part.
  // CHECK: rt.constant @weights[64] : memref<2xi8>
  %p = rt.constant @weights[64] : memref<2xi8>
  return %w, %e, %p : memref<4xi8>, memref<3xi8>, memref<2xi8>
}

// CHECK-LABEL: func.func private @layer
// CHECK-SAME: (%[[X:.*]]: memref<105xf32>, %[[Y:.*]]: memref<200xf32> {rt.result})
// CHECK-SAME: rt.layer = "conv1", rt.nodes = ["conv1", "conv7"]
func.func private @layer(%x: memref<105xf32>, %y: memref<200xf32> {rt.result}) attributes {rt.layer = "conv1", rt.nodes = ["conv1", "conv7"]} {
  // CHECK: rt.scratch : memref<64xi64>
  %s = rt.scratch : memref<64xi64>
  // CHECK: %[[T:.*]] = rt.tensor %[[X]] : memref<105xf32> -> tensor<1x3x5x7xf32>
  %0 = rt.tensor %x : memref<105xf32> -> tensor<1x3x5x7xf32>
  // CHECK: rt.store %[[T]], %[[Y]] : tensor<1x3x5x7xf32>, memref<200xf32>
  rt.store %0, %y : tensor<1x3x5x7xf32>, memref<200xf32>
  return
}

// CHECK-LABEL: func.func @part
func.func @part(%x: memref<12xf32>) -> memref<4xf32> {
  // CHECK: rt.part %{{.*}}[8] : memref<12xf32> -> memref<4xf32>
  %0 = rt.part %x[8] : memref<12xf32> -> memref<4xf32>
  return %0 : memref<4xf32>
}

// A strided tensor needs the elements up to its last one: 1 + 2·10 + 4·2 = 29.
// CHECK-LABEL: func.func @strided
func.func @strided(%x: memref<29xi8>) -> tensor<3x5xi1, #nn.layout<[10, 2]>> {
  %0 = rt.tensor %x : memref<29xi8> -> tensor<3x5xi1, #nn.layout<[10, 2]>>
  return %0 : tensor<3x5xi1, #nn.layout<[10, 2]>>
}

// CHECK-LABEL: @forks
// CHECK: rt.fork %{{.*}} parts 2 @parts(%{{.*}}) : !rt.executor, memref<12xf32>
// CHECK: rt.fork %{{.*}} parts 3 @nothing() : !rt.executor
func.func private @parts(%x: memref<12xf32>, %part: index)
func.func private @nothing(%part: index)
func.func @forks(%executor: !rt.executor, %x: memref<12xf32>) {
  rt.fork %executor parts 2 @parts(%x) : !rt.executor, memref<12xf32>
  rt.fork %executor parts 3 @nothing() : !rt.executor
  return
}
