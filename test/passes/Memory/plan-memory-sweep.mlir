// Results of kernels on top of the inputs that they sweep.
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-plan-memory{sweep=true alignment=4},nnc-verify-memory)' -split-input-file | FileCheck %s
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-plan-memory{alignment=4},nnc-verify-memory)' -split-input-file | FileCheck %s --check-prefix=PLAIN

// Lines of 4 pixels of 3 channels. The tile of 2 pixels (1, x) reads from pixel (0, x − 1) on: 4 + 2 + 1 pixels of 12 bytes below.
// The next layer goes backwards; without a window 2 pixels are enough.
// CHECK: func.func private @deep(%{{.*}}: memref<48xf32> {rt.sweep = #rt.sweep<ascending, 84>}, %{{[^{]*}}: memref<27xf32>, %{{.*}}: memref<48xf32> {rt.result})
// CHECK: func.func private @wide(%{{.*}}: memref<48xf32> {rt.sweep = #rt.sweep<descending, 24>}
// CHECK: func.func @alternate({{.*}}, %[[ARENA:.*]]: memref<276xi8>)
// CHECK-DAG: %[[A:.*]] = memref.view %[[ARENA]][%c84][]
// CHECK-DAG: %[[B:.*]] = memref.view %[[ARENA]][%c0][]
// CHECK-DAG: %[[C:.*]] = memref.view %[[ARENA]][%c24][]
// CHECK: call @deep(%[[A]], %{{.*}}, %[[B]])
// CHECK: call @wide(%[[B]], %{{.*}}, %[[C]])
// PLAIN-NOT: rt.sweep
// PLAIN: func.func @alternate({{.*}}: memref<384xi8>)
// PLAIN-NOT: rt.sweep
func.func private @first(%x: tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>> attributes {rt.layer = "first"} {
  %0 = nn.transpose %x {perm = array<i64: 0, 1, 3, 2>} : (tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>
  return %0 : tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>
}
func.func private @deep(%x: tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>, %w: tensor<27xf32>) -> tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>> attributes {rt.layer = "deep"} {
  %0 = kernel.depthwise %x, %w {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>,
      tile = #kernel.tile<rows = 2, columns = 1, vector = 1, lanes = 1>} : (tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>, tensor<27xf32>) -> tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>
}
func.func private @wide(%x: tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>, %w: tensor<9xf32>) -> tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>> attributes {rt.layer = "wide"} {
  %0 = kernel.conv %x, %w {kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, group = 1 : i64,
      tile = #kernel.tile<rows = 2, columns = 1, vector = 1, lanes = 1>} : (tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>, tensor<9xf32>) -> tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>
}
func.func private @last(%x: tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>) -> tensor<1x3x1x1xf32> attributes {rt.layer = "last"} {
  %0 = nn.reduce max %x {axes = array<i64: 2, 3>, keep_dims} : (tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>) -> tensor<1x3x1x1xf32>
  return %0 : tensor<1x3x1x1xf32>
}
func.func @alternate(%x: tensor<1x3x4x4xf32>) -> tensor<1x3x1x1xf32> attributes {rt.entry} {
  %w = nn.constant dense<0.5> : tensor<27xf32>
  %v = nn.constant dense<0.25> : tensor<9xf32>
  %0 = call @first(%x) : (tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>
  %1 = call @deep(%0, %w) : (tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>, tensor<27xf32>) -> tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>
  %2 = call @wide(%1, %v) : (tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>, tensor<9xf32>) -> tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>
  %3 = call @last(%2) : (tensor<1x3x4x4xf32, #nn.layout<[48, 1, 12, 3]>>) -> tensor<1x3x1x1xf32>
  return %3 : tensor<1x3x1x1xf32>
}

// -----

// The groups of a convolution are its outermost loop.
// CHECK-NOT: rt.sweep
// CHECK: func.func @groups({{.*}}: memref<128xi8>)
func.func private @first(%x: tensor<1x2x8xf32>) -> tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>> attributes {rt.layer = "first"} {
  %0 = nn.slice %x {starts = array<i64: 0, 0, 0>, steps = array<i64: 1, 1, 1>} : (tensor<1x2x8xf32>) -> tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>>
  return %0 : tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>>
}
func.func private @groups_2(%x: tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>>, %w: tensor<2xf32>) -> tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>> attributes {rt.layer = "groups_2"} {
  %0 = kernel.conv %x, %w {kernel = array<i64: 1>, strides = array<i64: 1>, dilations = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, group = 2 : i64,
      tile = #kernel.tile<rows = 2, columns = 1, vector = 1, lanes = 1>} : (tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>>, tensor<2xf32>) -> tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return %0 : tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>>
}
func.func private @last(%x: tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>>) -> tensor<1x2x1xf32> attributes {rt.layer = "last"} {
  %0 = nn.reduce max %x {axes = array<i64: 2>, keep_dims} : (tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>>) -> tensor<1x2x1xf32>
  return %0 : tensor<1x2x1xf32>
}
func.func @groups(%x: tensor<1x2x8xf32>) -> tensor<1x2x1xf32> attributes {rt.entry} {
  %w = nn.constant dense<0.5> : tensor<2xf32>
  %0 = call @first(%x) : (tensor<1x2x8xf32>) -> tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>>
  %1 = call @groups_2(%0, %w) : (tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>>, tensor<2xf32>) -> tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>>
  %2 = call @last(%1) : (tensor<1x2x8xf32, #nn.layout<[16, 1, 2]>>) -> tensor<1x2x1xf32>
  return %2 : tensor<1x2x1xf32>
}
