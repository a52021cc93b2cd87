// Each numbered constraint of the rt ops, violated.
// RUN: nn-opt %s -split-input-file -verify-diagnostics

// rt.tensor (C1): one element less than the last one's place.
func.func @tensor_too_small(%x: memref<28xi8>) {
  // expected-error @+1 {{buffer is 'memref<28xi8>', but 'tensor<3x5xi1, #nn.layout<[10, 2]>>' needs 'memref<29xi8>'}}
  %0 = rt.tensor %x : memref<28xi8> -> tensor<3x5xi1, #nn.layout<[10, 2]>>
  return
}

// -----

func.func @tensor_of_other_type(%x: memref<4xi16>) {
  // expected-error @+1 {{buffer is 'memref<4xi16>', but 'tensor<4xf16>' needs 'memref<4xf16>'}}
  %0 = rt.tensor %x : memref<4xi16> -> tensor<4xf16>
  return
}

// -----

// rt.store (C1)
func.func @store_too_small(%x: tensor<2x3xf32>, %y: memref<5xf32>) {
  // expected-error @+1 {{buffer is 'memref<5xf32>', but 'tensor<2x3xf32>' needs 'memref<6xf32>'}}
  rt.store %x, %y : tensor<2x3xf32>, memref<5xf32>
  return
}

// -----

// rt.part (C1)
func.func @part_of_other_type(%x: memref<12xf32>) {
  // expected-error @+1 {{takes 'memref<4xi32>' out of 'memref<12xf32>', expected one dimension and the same element type}}
  %0 = rt.part %x[0] : memref<12xf32> -> memref<4xi32>
  return
}

// -----

// rt.part (C2)
func.func @part_beyond_the_end(%x: memref<12xf32>) {
  // expected-error @+1 {{of 4 elements at 9 exceeds the buffer's 12}}
  %0 = rt.part %x[9] : memref<12xf32> -> memref<4xf32>
  return
}

// -----

func.func @part_before_the_start(%x: memref<12xf32>) {
  // expected-error @+1 {{of 4 elements at -1 exceeds the buffer's 12}}
  %0 = rt.part %x[-1] : memref<12xf32> -> memref<4xf32>
  return
}

// -----

// rt.constants (C1)
// expected-error @+1 {{has 1 parts, but 2 offsets}}
rt.constants @c alignment 4 offsets [0, 4] parts [dense<1> : tensor<1xi32>]

// -----

// rt.constants (C2)
// expected-error @+1 {{parts must be elements attributes}}
rt.constants @c alignment 4 offsets [0] parts ["bytes"]

// -----

// rt.constants (C3)
// expected-error @+1 {{has alignment 12, expected a power of two}}
rt.constants @c alignment 12 offsets [0] parts [dense<1> : tensor<1xi32>]

// -----

// rt.constants (C4)
// expected-error @+1 {{part at byte 7 overlaps the one before it, which ends at byte 8}}
rt.constants @c alignment 4 offsets [0, 7] parts [dense<[1, 2]> : tensor<2xi32>, dense<1> : tensor<1xi8>]

// -----

// expected-error @+1 {{or is no multiple of its element's 4 bytes}}
rt.constants @c alignment 4 offsets [2] parts [dense<[1, 2]> : tensor<2xi32>]

// -----

// rt.constant (C1)
func.func @no_group() {
  // expected-error @+1 {{refers to @no_group, which is no rt.constants}}
  %0 = rt.constant @no_group[0] : memref<1xi8>
  return
}

// -----

// rt.constant (C2)
rt.constants @c alignment 4 offsets [0] parts [dense<[1, 2]> : tensor<2xi32>]
func.func @no_such_part() {
  // expected-error @+1 {{takes 'memref<1xi32>' at byte 4 of @c, but no such part begins there}}
  %0 = rt.constant @c[4] : memref<1xi32>
  return
}

// -----

rt.constants @c alignment 4 offsets [0] parts [dense<[1, 2]> : tensor<2xi32>]
func.func @more_than_the_part() {
  // expected-error @+1 {{takes 'memref<3xi32>' at byte 0 of @c, but no such part begins there}}
  %0 = rt.constant @c[0] : memref<3xi32>
  return
}

// -----

// expected-error @+1 {{attribute 'rt.entry' must be a unit on a function}}
func.func @entry_is_a_unit() attributes {rt.entry = 1 : i64} { return }

// -----

// expected-error @+1 {{attribute 'rt.layer' must be a string}}
func.func @layer_is_a_name() attributes {rt.layer} { return }

// -----

// expected-error @+1 {{attribute 'rt.nodes' must be a list of strings}}
func.func @nodes_are_names() attributes {rt.nodes = [1]} { return }

// -----

// expected-error @+1 {{attribute 'rt.result' on argument 1 must be a unit}}
func.func @marks_are_units(%x: memref<1xi8>, %y: memref<1xi8> {rt.result = 0 : i64}) { return }

// -----

// rt.fork (C1)
func.func private @of_two(%x: memref<12xf32>, %y: memref<4xf32>, %part: index)
func.func @fork_of_other_arguments(%executor: !rt.executor, %x: memref<12xf32>) {
  // expected-error @+1 {{calls @of_two, whose arguments must be the operands and an index}}
  rt.fork %executor parts 2 @of_two(%x) : !rt.executor, memref<12xf32>
  return
}

// -----

// rt.fork (C1)
func.func @fork_of_nothing(%executor: !rt.executor) {
  // expected-error @+1 {{calls @missing, which is no function}}
  rt.fork %executor parts 2 @missing() : !rt.executor
  return
}

// -----

// rt.fork (C2)
func.func private @parts(%part: index)
func.func @fork_of_one_part(%executor: !rt.executor) {
  // expected-error @+1 {{has 1 parts, expected at least 2}}
  rt.fork %executor parts 1 @parts() : !rt.executor
  return
}

// -----

// rt.fork (C3)
func.func @parts(%x: memref<4xf32>, %part: index) {
  return
}
func.func @hands_over_the_stack(%executor: !rt.executor) {
  %buffer = memref.alloca() : memref<4xf32>
  // expected-error@+1 {{hands over operand 0, which is memory on the stack: its parts would share it}}
  rt.fork %executor parts 2 @parts(%buffer) : !rt.executor, memref<4xf32>
  return
}
