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
