// What calls, arguments and rt.plan say about the values.
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-verify-memory)' -split-input-file -verify-diagnostics

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
