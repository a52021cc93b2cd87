// Arguments of one layer in the same bytes.
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-verify-memory)' -split-input-file -verify-diagnostics

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @overlap(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<28xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<28xi8> to memref<4xf32>
  %cb = arith.constant 12 : index
  %b = memref.view %arena[%cb][] : memref<28xi8> to memref<4xf32>
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  // expected-error @+1 {{argument 1 is written at byte 12 of the arena, where argument 0 from byte 0 on has elements too}}
  call @copy(%a, %b) {rt.reads = [#rt.bytes<"a" + 0>, unit], rt.writes = [unit, #rt.bytes<"b" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// The same place needs the mark.
func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @unmarked(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<16xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<16xi8> to memref<4xf32>
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  // expected-error @+1 {{argument 1 is written at byte 0 of the arena, where argument 0 from byte 0 on has elements too}}
  call @copy(%a, %a) {rt.reads = [#rt.bytes<"a" + 0>, unit], rt.writes = [unit, #rt.bytes<"b" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// The mark allows the very same place only.
func.func private @exp(%x: memref<4xf32> {rt.may_alias}, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "exp"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  %1 = nn.unary exp %0 : (tensor<4xf32>) -> tensor<4xf32>
  rt.store %1, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @moved(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<20xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<20xi8> to memref<4xf32>
  %cb = arith.constant 4 : index
  %b = memref.view %arena[%cb][] : memref<20xi8> to memref<4xf32>
  call @exp(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  // expected-error @+1 {{argument 1 is written at byte 4 of the arena, where argument 0 from byte 0 on has elements too}}
  call @exp(%a, %b) {rt.reads = [#rt.bytes<"a" + 0>, unit], rt.writes = [unit, #rt.bytes<"b" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// A softmax reads all elements before it writes the first one: the mark is wrong.
func.func private @softmax(%x: memref<4xf32> {rt.may_alias}, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "softmax"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  %1 = nn.softmax %0 {axis = 0 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  rt.store %1, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @not_safe_in_place(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<16xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<16xi8> to memref<4xf32>
  call @softmax(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  // expected-error @+1 {{argument 1 is written at byte 0 of the arena, where argument 0 from byte 0 on has elements too}}
  call @softmax(%a, %a) {rt.reads = [#rt.bytes<"a" + 0>, unit], rt.writes = [unit, #rt.bytes<"b" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// The same for a layer that has the place as one argument.
// expected-error @+1 {{argument 0 is read and written, but the layer does not read each element right before it writes it}}
func.func private @reverse(%y: memref<4xf32> {rt.result}) attributes {rt.layer = "reverse"} {
  %0 = rt.tensor %y : memref<4xf32> -> tensor<4xf32>
  %1 = nn.slice %0 {starts = array<i64: 3>, steps = array<i64: -1>} : (tensor<4xf32>) -> tensor<4xf32>
  rt.store %1, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @reversed_in_place(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<16xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<16xi8> to memref<4xf32>
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  call @reverse(%a) {rt.reads = [#rt.bytes<"a" + 0>], rt.writes = [#rt.bytes<"b" + 0>]} : (memref<4xf32>) -> ()
  return
}

// -----

func.func private @work(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}, %s: memref<2xf32> {rt.scratch}) attributes {rt.layer = "work"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @scratch_in_the_result(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<16xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<16xi8> to memref<4xf32>
  %cs = arith.constant 8 : index
  %s = memref.view %arena[%cs][] : memref<16xi8> to memref<2xf32>
  // expected-error @+1 {{argument 1 is written at byte 0 of the arena, where argument 2 from byte 8 on has elements too}}
  call @work(%in, %a, %s) {rt.reads = [#rt.bytes<"in" + 0>, unit, unit], rt.writes = [unit, #rt.bytes<"a" + 0>, #rt.bytes<"s" + 0>]} : (memref<4xf32>, memref<4xf32>, memref<2xf32>) -> ()
  return
}
