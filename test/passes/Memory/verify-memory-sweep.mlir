// Results that overlap the inputs of their layers at a distance.
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-verify-memory)' -split-input-file -verify-diagnostics

// A product of 6 rows, 2 at a time, of 4 elements each: 32 bytes.
func.func private @product(%x: memref<24xf32> {rt.sweep = #rt.sweep<ascending, 32>}, %w: memref<16xf32>, %y: memref<24xf32> {rt.result}) attributes {rt.layer = "product"} {
  %0 = rt.tensor %x : memref<24xf32> -> tensor<6x4xf32>
  %1 = rt.tensor %w : memref<16xf32> -> tensor<16xf32>
  %2 = kernel.matmul %0, %1 {packed, tile = #kernel.tile<rows = 2, columns = 4, vector = 4, lanes = 1>} : (tensor<6x4xf32>, tensor<16xf32>) -> tensor<6x4xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  rt.store %2, %y : tensor<6x4xf32>, memref<24xf32>
  return
}
func.func @too_near(%in: memref<24xf32> {rt.holds = #rt.bytes<"in" + 0>}, %w: memref<16xf32> {rt.holds = #rt.bytes<"w" + 0>}, %arena: memref<160xi8>) attributes {rt.entry} {
  %ca = arith.constant 60 : index
  %a = memref.view %arena[%ca][] : memref<160xi8> to memref<24xf32>
  %cb = arith.constant 28 : index
  %b = memref.view %arena[%cb][] : memref<160xi8> to memref<24xf32>
  %cc = arith.constant 0 : index
  %c = memref.view %arena[%cc][] : memref<160xi8> to memref<24xf32>
  call @product(%in, %w, %a) {rt.reads = [#rt.bytes<"in" + 0>, #rt.bytes<"w" + 0>, unit], rt.writes = [unit, unit, #rt.bytes<"a" + 0>]} : (memref<24xf32>, memref<16xf32>, memref<24xf32>) -> ()
  call @product(%a, %w, %b) {rt.reads = [#rt.bytes<"a" + 0>, #rt.bytes<"w" + 0>, unit], rt.writes = [unit, unit, #rt.bytes<"b" + 0>]} : (memref<24xf32>, memref<16xf32>, memref<24xf32>) -> ()
  // expected-error @+1 {{argument 2 is written at byte 0 of the arena, where argument 0 from byte 28 on has elements too}}
  call @product(%b, %w, %c) {rt.reads = [#rt.bytes<"b" + 0>, #rt.bytes<"w" + 0>, unit], rt.writes = [unit, unit, #rt.bytes<"c" + 0>]} : (memref<24xf32>, memref<16xf32>, memref<24xf32>) -> ()
  return
}

// -----

// Backwards the end of the result has to be above the input's.
func.func private @product(%x: memref<24xf32> {rt.sweep = #rt.sweep<descending, 32>}, %w: memref<16xf32>, %y: memref<24xf32> {rt.result}) attributes {rt.layer = "product"} {
  %0 = rt.tensor %x : memref<24xf32> -> tensor<6x4xf32>
  %1 = rt.tensor %w : memref<16xf32> -> tensor<16xf32>
  %2 = kernel.matmul %0, %1 {packed, tile = #kernel.tile<rows = 2, columns = 4, vector = 4, lanes = 1>} : (tensor<6x4xf32>, tensor<16xf32>) -> tensor<6x4xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  rt.store %2, %y : tensor<6x4xf32>, memref<24xf32>
  return
}
func.func @wrong_side(%in: memref<24xf32> {rt.holds = #rt.bytes<"in" + 0>}, %w: memref<16xf32> {rt.holds = #rt.bytes<"w" + 0>}, %arena: memref<128xi8>) attributes {rt.entry} {
  %ca = arith.constant 32 : index
  %a = memref.view %arena[%ca][] : memref<128xi8> to memref<24xf32>
  %cb = arith.constant 0 : index
  %b = memref.view %arena[%cb][] : memref<128xi8> to memref<24xf32>
  call @product(%in, %w, %a) {rt.reads = [#rt.bytes<"in" + 0>, #rt.bytes<"w" + 0>, unit], rt.writes = [unit, unit, #rt.bytes<"a" + 0>]} : (memref<24xf32>, memref<16xf32>, memref<24xf32>) -> ()
  // expected-error @+1 {{argument 2 is written at byte 0 of the arena, where argument 0 from byte 32 on has elements too}}
  call @product(%a, %w, %b) {rt.reads = [#rt.bytes<"a" + 0>, #rt.bytes<"w" + 0>, unit], rt.writes = [unit, unit, #rt.bytes<"b" + 0>]} : (memref<24xf32>, memref<16xf32>, memref<24xf32>) -> ()
  return
}

// -----

// The kernel needs more than its mark says.
// expected-error @+1 {{argument 0 is marked #rt.sweep<ascending, 31>, but the kernel needs a lead of 32}}
func.func private @product(%x: memref<24xf32> {rt.sweep = #rt.sweep<ascending, 31>}, %w: memref<16xf32>, %y: memref<24xf32> {rt.result}) attributes {rt.layer = "product"} {
  %0 = rt.tensor %x : memref<24xf32> -> tensor<6x4xf32>
  %1 = rt.tensor %w : memref<16xf32> -> tensor<16xf32>
  %2 = kernel.matmul %0, %1 {packed, tile = #kernel.tile<rows = 2, columns = 4, vector = 4, lanes = 1>} : (tensor<6x4xf32>, tensor<16xf32>) -> tensor<6x4xf32> {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  rt.store %2, %y : tensor<6x4xf32>, memref<24xf32>
  return
}
func.func @small_mark(%in: memref<24xf32> {rt.holds = #rt.bytes<"in" + 0>}, %w: memref<16xf32> {rt.holds = #rt.bytes<"w" + 0>}, %arena: memref<96xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<96xi8> to memref<24xf32>
  call @product(%in, %w, %a) {rt.reads = [#rt.bytes<"in" + 0>, #rt.bytes<"w" + 0>, unit], rt.writes = [unit, unit, #rt.bytes<"a" + 0>]} : (memref<24xf32>, memref<16xf32>, memref<24xf32>) -> ()
  return
}

// -----

// No kernel.
// expected-error @+1 {{argument 0 is marked rt.sweep, but no kernel sweeps it}}
func.func private @exp(%x: memref<4xf32> {rt.sweep = #rt.sweep<descending, 64>}, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "exp"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  %1 = nn.unary exp %0 : (tensor<4xf32>) -> tensor<4xf32>
  rt.store %1, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @no_kernel(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<16xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<16xi8> to memref<4xf32>
  call @exp(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}
