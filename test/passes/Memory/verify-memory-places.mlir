// Where arguments lie, and how they are marked.
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-verify-memory)' -split-input-file -verify-diagnostics

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @leaves_the_arena(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<31xi8>) attributes {rt.entry} {
  %ca = arith.constant 16 : index
  // expected-error @+1 {{lies at bytes [16, 32) of an arena of 31}}
  %a = memref.view %arena[%ca][] : memref<31xi8> to memref<4xf32>
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @not_aligned(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<18xi8>) attributes {rt.entry} {
  %ca = arith.constant 2 : index
  // expected-error @+1 {{lies at byte 2, no multiple of its element's 4 bytes}}
  %a = memref.view %arena[%ca][] : memref<18xi8> to memref<4xf32>
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{argument 0 is stored to, but not marked rt.result}}
func.func private @fill(%y: memref<4xf32>) attributes {rt.layer = "fill"} {
  %0 = nn.constant dense<1.5> : tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @unmarked_result(%out: memref<4xf32> {rt.holds = #rt.bytes<"a" + 0>, rt.result}, %arena: memref<0xi8>) attributes {rt.entry} {
  call @fill(%out) {rt.reads = [unit], rt.writes = [#rt.bytes<"a" + 0>]} : (memref<4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{argument 1 is out of order or marked twice; expected inputs, results, scratch}}
func.func private @order(%y: memref<4xf32> {rt.result}, %x: memref<4xf32>) attributes {rt.layer = "order"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @wrong_order(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {rt.holds = #rt.bytes<"a" + 0>, rt.result}, %arena: memref<0xi8>) attributes {rt.entry} {
  call @order(%out, %in) {rt.reads = [unit, #rt.bytes<"in" + 0>], rt.writes = [#rt.bytes<"a" + 0>, unit]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{argument 1 has 5 elements, but its tensors need 4}}
func.func private @wide(%x: memref<4xf32>, %y: memref<5xf32> {rt.result}) attributes {rt.layer = "wide"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<5xf32>
  return
}
func.func @too_large(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<20xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<20xi8> to memref<5xf32>
  call @wide(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<5xf32>) -> ()
  return
}

// -----

// Inputs and results in the arena: what the caller wrote may be overwritten, but not before it is read.
func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @input_in_the_arena(%in: memref<4xf32> {nn.arena_offset = 0 : i64, rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {nn.arena_offset = 0 : i64, rt.holds = #rt.bytes<"b" + 0>, rt.result}, %arena: memref<32xi8>) attributes {rt.entry} {
  %cx = arith.constant 0 : index
  %x = memref.view %arena[%cx][] : memref<32xi8> to memref<4xf32>
  %ca = arith.constant 16 : index
  %a = memref.view %arena[%ca][] : memref<32xi8> to memref<4xf32>
  call @copy(%x, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  call @copy(%a, %x) {rt.reads = [#rt.bytes<"a" + 0>, unit], rt.writes = [unit, #rt.bytes<"b" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @result_by_its_pointer(%in: memref<4xf32> {nn.arena_offset = 0 : i64, rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {nn.arena_offset = 0 : i64, rt.holds = #rt.bytes<"b" + 0>, rt.result}, %arena: memref<32xi8>) attributes {rt.entry} {
  %cx = arith.constant 0 : index
  %x = memref.view %arena[%cx][] : memref<32xi8> to memref<4xf32>
  // expected-error @+1 {{@copy writes to argument 1 of the model, which has its place in the arena}}
  call @copy(%x, %out) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"b" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
// expected-error @+1 {{argument 0 lies at bytes [20, 36) of an arena of 32}}
func.func @input_beyond_the_arena(%in: memref<4xf32> {nn.arena_offset = 20 : i64, rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<32xi8>) attributes {rt.entry} {
  return
}
