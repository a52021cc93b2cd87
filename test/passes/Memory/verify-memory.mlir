// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-verify-memory)' -split-input-file -verify-diagnostics

// What is right: input and result side by side in the arena, interleaved parts, a shared place that is marked, bytes used again.
func.func private @two(%x: memref<5xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "two"} {
  %0 = rt.tensor %x : memref<5xf32> -> tensor<2x2xf32, #nn.layout<[3, 1]>>
  %1 = nn.slice %0 {starts = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<2x2xf32, #nn.layout<[3, 1]>>) -> tensor<2x1xf32, #nn.layout<[3, 1]>>
  rt.store %1, %y : tensor<2x1xf32, #nn.layout<[3, 1]>>, memref<4xf32>
  return
}
func.func private @fill(%y: memref<5xf32> {rt.result}) attributes {rt.layer = "fill"} {
  %0 = nn.constant dense<1.5> : tensor<2x2xf32, #nn.layout<[3, 1]>>
  rt.store %0, %y : tensor<2x2xf32, #nn.layout<[3, 1]>>, memref<5xf32>
  return
}
func.func private @exp(%x: memref<5xf32> {rt.may_alias}, %y: memref<5xf32> {rt.result}) attributes {rt.layer = "exp"} {
  %0 = rt.tensor %x : memref<5xf32> -> tensor<2x2xf32, #nn.layout<[3, 1]>>
  %1 = nn.unary exp %0 : (tensor<2x2xf32, #nn.layout<[3, 1]>>) -> tensor<2x2xf32, #nn.layout<[3, 1]>>
  rt.store %1, %y : tensor<2x2xf32, #nn.layout<[3, 1]>>, memref<5xf32>
  return
}
func.func private @whole(%x: memref<6xf32>, %y: memref<6xf32> {rt.result}) attributes {rt.layer = "whole"} {
  %0 = rt.tensor %x : memref<6xf32> -> tensor<6xf32>
  rt.store %0, %y : tensor<6xf32>, memref<6xf32>
  return
}
func.func private @neg(%y: memref<6xf32> {rt.result}) attributes {rt.layer = "neg"} {
  %0 = rt.tensor %y : memref<6xf32> -> tensor<6xf32>
  %1 = nn.unary neg %0 : (tensor<6xf32>) -> tensor<6xf32>
  rt.store %1, %y : tensor<6xf32>, memref<6xf32>
  return
}
func.func @good(%in: memref<6xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<6xf32> {rt.holds = #rt.bytes<"out" + 0>, rt.result}, %arena: memref<24xi8>) attributes {rt.entry} {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %a = memref.view %arena[%c0][] : memref<24xi8> to memref<5xf32>
  %b = memref.view %arena[%c8][] : memref<24xi8> to memref<4xf32>
  %w = memref.view %arena[%c0][] : memref<24xi8> to memref<6xf32>
  %p = rt.part %in[1] : memref<6xf32> -> memref<5xf32>
  call @two(%p, %b) {rt.reads = [#rt.bytes<"in" + 4>, unit], rt.writes = [unit, #rt.bytes<"joined" + 8>]} : (memref<5xf32>, memref<4xf32>) -> ()
  call @fill(%a) {rt.reads = [unit], rt.writes = [#rt.bytes<"joined" + 0>]} : (memref<5xf32>) -> ()
  // Elements 0, 1, 3 and 4 are read, 2 and 5 are written.
  call @two(%a, %b) {rt.reads = [#rt.bytes<"joined" + 0>, unit], rt.writes = [unit, #rt.bytes<"joined" + 8>]} : (memref<5xf32>, memref<4xf32>) -> ()
  call @whole(%w, %out) {rt.reads = [#rt.bytes<"joined" + 0>, unit], rt.writes = [unit, #rt.bytes<"copy" + 0>]} : (memref<6xf32>, memref<6xf32>) -> ()
  call @exp(%a, %a) {rt.reads = [#rt.bytes<"joined" + 0>, unit], rt.writes = [unit, #rt.bytes<"exp" + 0>]} : (memref<5xf32>, memref<5xf32>) -> ()
  call @whole(%in, %w) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"later" + 0>]} : (memref<6xf32>, memref<6xf32>) -> ()
  call @neg(%w) {rt.reads = [#rt.bytes<"later" + 0>], rt.writes = [#rt.bytes<"negated" + 0>]} : (memref<6xf32>) -> ()
  call @whole(%w, %out) {rt.reads = [#rt.bytes<"negated" + 0>, unit], rt.writes = [unit, #rt.bytes<"out" + 0>]} : (memref<6xf32>, memref<6xf32>) -> ()
  return
}

// -----

// The bytes of a value that another one has overwritten since.
func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @overwritten(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {rt.holds = #rt.bytes<"c" + 0>, rt.result}, %arena: memref<32xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<32xi8> to memref<4xf32>
  %cb = arith.constant 12 : index
  %b = memref.view %arena[%cb][] : memref<32xi8> to memref<4xf32>
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  call @copy(%in, %b) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"b" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  // expected-error @+1 {{argument 0 of @copy: bytes [12, 16) of the arena should hold bytes [12, 16) of 'a', but bytes [0, 4) of 'b' lie there, written by @copy}}
  call @copy(%a, %out) {rt.reads = [#rt.bytes<"a" + 0>, unit], rt.writes = [unit, #rt.bytes<"c" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// Boundary: the next byte is free.
func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @side_by_side(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {rt.holds = #rt.bytes<"c" + 0>, rt.result}, %arena: memref<32xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<32xi8> to memref<4xf32>
  %cb = arith.constant 16 : index
  %b = memref.view %arena[%cb][] : memref<32xi8> to memref<4xf32>
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  call @copy(%in, %b) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"b" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  call @copy(%a, %out) {rt.reads = [#rt.bytes<"a" + 0>, unit], rt.writes = [unit, #rt.bytes<"c" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// The right value, but not from its first byte on.
func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @shifted(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {rt.holds = #rt.bytes<"c" + 0>, rt.result}, %arena: memref<20xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<20xi8> to memref<4xf32>
  %cb = arith.constant 4 : index
  %b = memref.view %arena[%cb][] : memref<20xi8> to memref<4xf32>
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  // expected-error @+1 {{argument 0 of @copy: bytes [4, 16) of the arena should hold bytes [0, 12) of 'a', but bytes [4, 16) of 'a' lie there, written by @copy}}
  call @copy(%b, %out) {rt.reads = [#rt.bytes<"a" + 0>, unit], rt.writes = [unit, #rt.bytes<"c" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// A call too early.
func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @too_early(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {rt.holds = #rt.bytes<"c" + 0>, rt.result}, %arena: memref<16xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<16xi8> to memref<4xf32>
  // expected-error @+1 {{bytes [0, 16) of the arena should hold bytes [0, 16) of 'a', but nothing has been written there}}
  call @copy(%a, %out) {rt.reads = [#rt.bytes<"a" + 0>, unit], rt.writes = [unit, #rt.bytes<"c" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @partly_written(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {rt.holds = #rt.bytes<"c" + 0>, rt.result}, %arena: memref<32xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<32xi8> to memref<4xf32>
  %cb = arith.constant 12 : index
  %b = memref.view %arena[%cb][] : memref<32xi8> to memref<4xf32>
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  // expected-error @+1 {{bytes [16, 28) of the arena should hold bytes [16, 28) of 'a', but nothing has been written there}}
  call @copy(%b, %out) {rt.reads = [#rt.bytes<"a" + 12>, unit], rt.writes = [unit, #rt.bytes<"c" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// Nobody may count on what lies in scratch memory.
func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func private @work(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}, %s: memref<2xf32> {rt.scratch}) attributes {rt.layer = "work"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @scratch_overwrites(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {rt.holds = #rt.bytes<"c" + 0>, rt.result}, %arena: memref<32xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<32xi8> to memref<4xf32>
  %cb = arith.constant 16 : index
  %b = memref.view %arena[%cb][] : memref<32xi8> to memref<4xf32>
  %cs = arith.constant 8 : index
  %s = memref.view %arena[%cs][] : memref<32xi8> to memref<2xf32>
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  call @work(%in, %b, %s) {rt.reads = [#rt.bytes<"in" + 0>, unit, unit], rt.writes = [unit, #rt.bytes<"b" + 0>, #rt.bytes<"s" + 0>]} : (memref<4xf32>, memref<4xf32>, memref<2xf32>) -> ()
  // expected-error @+1 {{bytes [8, 16) of the arena should hold bytes [8, 16) of 'a', but scratch memory lies there, written by @work}}
  call @copy(%a, %out) {rt.reads = [#rt.bytes<"a" + 0>, unit], rt.writes = [unit, #rt.bytes<"c" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// A place may hold two values one after the other only if nobody reads the first one afterwards.
func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @two_values_one_place(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {rt.holds = #rt.bytes<"c" + 0>, rt.result}, %arena: memref<16xi8>) attributes {rt.entry} {
  %ca = arith.constant 0 : index
  %a = memref.view %arena[%ca][] : memref<16xi8> to memref<4xf32>
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"b" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  call @copy(%a, %out) {rt.reads = [#rt.bytes<"b" + 0>, unit], rt.writes = [unit, #rt.bytes<"c" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  // expected-error @+1 {{should hold bytes [0, 16) of 'a', but bytes [0, 16) of 'b' lie there, written by @copy}}
  call @copy(%a, %out) {rt.reads = [#rt.bytes<"a" + 0>, unit], rt.writes = [unit, #rt.bytes<"c" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @writes_to_an_input(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %other: memref<4xf32> {rt.holds = #rt.bytes<"other" + 0>}, %arena: memref<0xi8>) attributes {rt.entry} {
  // expected-error @+1 {{@copy writes to argument 1 of the model, which is an input}}
  call @copy(%in, %other) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

rt.constants @constants alignment 16 offsets [0] parts [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>]
func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @writes_to_a_constant(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<0xi8>) attributes {rt.entry} {
  %w = rt.constant @constants[0] : memref<4xf32>
  // expected-error @+1 {{@copy writes to the constants, which are read-only}}
  call @copy(%in, %w) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// The second constant, where the first one is meant.
rt.constants @constants alignment 16 offsets [0, 16] parts [dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>, dense<[5.0, 6.0, 7.0, 8.0]> : tensor<4xf32>]
func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @another_constant(%out: memref<4xf32> {rt.holds = #rt.bytes<"a" + 0>, rt.result}, %arena: memref<0xi8>) attributes {rt.entry} {
  %v = rt.constant @constants[0] : memref<4xf32>
  %w = rt.constant @constants[16] : memref<4xf32>
  call @copy(%v, %out) {rt.reads = [#rt.bytes<"constant#0" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  // expected-error @+1 {{bytes [16, 32) of the constants should hold bytes [0, 16) of 'constant#0', but bytes [0, 16) of 'constant#1' lie there}}
  call @copy(%w, %out) {rt.reads = [#rt.bytes<"constant#0" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

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

// -----

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

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
// expected-error @+1 {{result in argument 1: bytes [16, 20) of argument 1 of the model should hold bytes [16, 20) of 'a', but nothing has been written there}}
func.func @unfinished_result(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<5xf32> {rt.holds = #rt.bytes<"a" + 0>, rt.result}, %arena: memref<0xi8>) attributes {rt.entry} {
  %a = rt.part %out[0] : memref<5xf32> -> memref<4xf32>
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
// expected-error @+1 {{result in argument 1: bytes [0, 16) of argument 1 of the model should hold bytes [0, 16) of 'b', but bytes [0, 16) of 'a' lie there, written by @copy}}
func.func @another_result(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {rt.holds = #rt.bytes<"b" + 0>, rt.result}, %arena: memref<0xi8>) attributes {rt.entry} {
  call @copy(%in, %out) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
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

// -----

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @says_nothing(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {rt.holds = #rt.bytes<"a" + 0>, rt.result}, %arena: memref<0xi8>) attributes {rt.entry} {
  // expected-error @+1 {{has no rt.reads and rt.writes with an entry for each operand}}
  call @copy(%in, %out) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @says_too_little(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {rt.holds = #rt.bytes<"a" + 0>, rt.result}, %arena: memref<0xi8>) attributes {rt.entry} {
  // expected-error @+1 {{does not say what argument 1 holds}}
  call @copy(%in, %out) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, unit]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// Offsets beyond 2^32.
func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @large(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %out: memref<4xf32> {rt.holds = #rt.bytes<"c" + 0>, rt.result}, %arena: memref<6000000016xi8>) attributes {rt.entry} {
  %ca = arith.constant 6000000000 : index
  %a = memref.view %arena[%ca][] : memref<6000000016xi8> to memref<4xf32>
  %cb = arith.constant 1705032704 : index
  %b = memref.view %arena[%cb][] : memref<6000000016xi8> to memref<4xf32>
  call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  call @copy(%in, %b) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"b" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  call @copy(%a, %out) {rt.reads = [#rt.bytes<"a" + 0>, unit], rt.writes = [unit, #rt.bytes<"c" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// Tools look where rt.plan says.
module attributes {rt.plan = {buffers = [{bytes = 16 : i64, first = 0 : i64, holds = #rt.bytes<"a" + 0>, last = 0 : i64, offset = 0 : i64}], values = [{holds = #rt.bytes<"a" + 0>, home = "arena", index = 0 : i64, name = "a", offset = 0 : i64, step = 0 : i64, type = tensor<4xf32>}]}} {
  func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
    %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
    rt.store %0, %y : tensor<4xf32>, memref<4xf32>
    return
  }
  func.func @recorded(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<32xi8>) attributes {rt.entry} {
    %ca = arith.constant 0 : index
    %a = memref.view %arena[%ca][] : memref<32xi8> to memref<4xf32>
    call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
    return
  }
}

// -----

module attributes {rt.plan = {buffers = [{bytes = 16 : i64, first = 0 : i64, holds = #rt.bytes<"a" + 0>, last = 0 : i64, offset = 0 : i64}], values = [{holds = #rt.bytes<"a" + 0>, home = "arena", index = 0 : i64, name = "a", offset = 4 : i64, step = 0 : i64, type = tensor<4xf32>}]}} {
  func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
    %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
    rt.store %0, %y : tensor<4xf32>, memref<4xf32>
    return
  }
  func.func @recorded_elsewhere(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<32xi8>) attributes {rt.entry} {
    %ca = arith.constant 0 : index
    %a = memref.view %arena[%ca][] : memref<32xi8> to memref<4xf32>
    // expected-error @+1 {{'a' in rt.plan after this call: bytes [4, 16) of the arena should hold bytes [0, 12) of 'a', but bytes [4, 16) of 'a' lie there}}
    call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
    return
  }
}

// -----

module attributes {rt.plan = {buffers = [{bytes = 16 : i64, first = 0 : i64, holds = #rt.bytes<"a" + 0>, last = 0 : i64, offset = 4 : i64}], values = []}} {
  func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
    %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
    rt.store %0, %y : tensor<4xf32>, memref<4xf32>
    return
  }
  func.func @planned_elsewhere(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<32xi8>) attributes {rt.entry} {
    %ca = arith.constant 0 : index
    %a = memref.view %arena[%ca][] : memref<32xi8> to memref<4xf32>
    // expected-error @+1 {{argument 1 takes bytes [0, 16) of the arena for 'a', but no buffer of rt.plan has these at call 0}}
    call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
    return
  }
}

// -----

module attributes {rt.plan = {buffers = [{bytes = 16 : i64, first = 1 : i64, holds = #rt.bytes<"a" + 0>, last = 0 : i64, offset = 0 : i64}], values = []}} {
  func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
    %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
    rt.store %0, %y : tensor<4xf32>, memref<4xf32>
    return
  }
  func.func @planned_for_later(%in: memref<4xf32> {rt.holds = #rt.bytes<"in" + 0>}, %arena: memref<32xi8>) attributes {rt.entry} {
    %ca = arith.constant 0 : index
    %a = memref.view %arena[%ca][] : memref<32xi8> to memref<4xf32>
    // expected-error @+1 {{argument 1 takes bytes [0, 16) of the arena for 'a', but no buffer of rt.plan has these at call 0}}
    call @copy(%in, %a) {rt.reads = [#rt.bytes<"in" + 0>, unit], rt.writes = [unit, #rt.bytes<"a" + 0>]} : (memref<4xf32>, memref<4xf32>) -> ()
    return
  }
}

// -----

// expected-error @+1 {{rt.plan has an incomplete buffer: {bytes = 16 : i64}}}
module attributes {rt.plan = {buffers = [{bytes = 16 : i64}], values = []}} {
  func.func @incomplete(%arena: memref<32xi8>) attributes {rt.entry} {
    return
  }
}
