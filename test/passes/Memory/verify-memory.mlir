// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-verify-memory)' -split-input-file -verify-diagnostics

// What is right: input and result side by side in the arena, interleaved parts, a shared place that is marked.
func.func private @two(%x: memref<5xf32>, %y: memref<6xf32> {rt.result}) attributes {rt.layer = "two"} {
  %0 = rt.tensor %x : memref<5xf32> -> tensor<2x2xf32, #nn.layout<[3, 1]>>
  %1 = nn.slice %0 {starts = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<2x2xf32, #nn.layout<[3, 1]>>) -> tensor<2x1xf32, #nn.layout<[3, 1]>>
  rt.store %1, %y : tensor<2x1xf32, #nn.layout<[3, 1]>>, memref<6xf32>
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
func.func @good(%in: memref<6xf32>, %out: memref<6xf32> {rt.result}, %arena: memref<32xi8>) attributes {rt.entry} {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %a = memref.view %arena[%c0][] : memref<32xi8> to memref<5xf32>
  %b = memref.view %arena[%c8][] : memref<32xi8> to memref<6xf32>
  %p = rt.part %in[1] : memref<6xf32> -> memref<5xf32>
  call @two(%p, %b) : (memref<5xf32>, memref<6xf32>) -> ()
  call @fill(%a) : (memref<5xf32>) -> ()
  // Elements 0, 1, 3 and 4 are read, 2 and 5 are written.
  call @two(%a, %b) : (memref<5xf32>, memref<6xf32>) -> ()
  call @exp(%a, %a) : (memref<5xf32>, memref<5xf32>) -> ()
  call @whole(%in, %out) : (memref<6xf32>, memref<6xf32>) -> ()
  return
}

// -----

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @overlap(%in: memref<4xf32>, %arena: memref<28xi8>) attributes {rt.entry} {
  %c0 = arith.constant 0 : index
  %c12 = arith.constant 12 : index
  %a = memref.view %arena[%c0][] : memref<28xi8> to memref<4xf32>
  %b = memref.view %arena[%c12][] : memref<28xi8> to memref<4xf32>
  call @copy(%in, %a) : (memref<4xf32>, memref<4xf32>) -> ()
  // expected-error @+1 {{argument 1 is written at byte 12 of the arena, where argument 0 from byte 0 on has elements too}}
  call @copy(%a, %b) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// The same place needs the mark.
func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @unmarked(%in: memref<4xf32>, %arena: memref<16xi8>) attributes {rt.entry} {
  // expected-error @+1 {{argument 1 is written at byte 0 of argument 0 of the model, where argument 0 from byte 0 on has elements too}}
  call @copy(%in, %in) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// The mark allows the very same place only.
func.func private @copy(%x: memref<4xf32> {rt.may_alias}, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @moved(%in: memref<5xf32>, %arena: memref<16xi8>) attributes {rt.entry} {
  %a = rt.part %in[0] : memref<5xf32> -> memref<4xf32>
  %b = rt.part %in[1] : memref<5xf32> -> memref<4xf32>
  // expected-error @+1 {{argument 1 is written at byte 4 of argument 0 of the model, where argument 0 from byte 0 on has elements too}}
  call @copy(%a, %b) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}, %s: memref<2xf32> {rt.scratch}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @scratch_in_the_result(%in: memref<4xf32>, %arena: memref<16xi8>) attributes {rt.entry} {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %a = memref.view %arena[%c0][] : memref<16xi8> to memref<4xf32>
  %s = memref.view %arena[%c8][] : memref<16xi8> to memref<2xf32>
  // expected-error @+1 {{argument 1 is written at byte 0 of the arena, where argument 2 from byte 8 on has elements too}}
  call @copy(%in, %a, %s) : (memref<4xf32>, memref<4xf32>, memref<2xf32>) -> ()
  return
}

// -----

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @reads_nothing(%in: memref<4xf32>, %out: memref<4xf32> {rt.result}, %arena: memref<32xi8>) attributes {rt.entry} {
  %c0 = arith.constant 0 : index
  %c12 = arith.constant 12 : index
  %a = memref.view %arena[%c0][] : memref<32xi8> to memref<4xf32>
  %b = memref.view %arena[%c12][] : memref<32xi8> to memref<4xf32>
  call @copy(%in, %a) : (memref<4xf32>, memref<4xf32>) -> ()
  // expected-error @+1 {{argument 0 is read at byte 16 of the arena, which nothing has written}}
  call @copy(%b, %out) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @leaves_the_arena(%in: memref<4xf32>, %arena: memref<31xi8>) attributes {rt.entry} {
  %c16 = arith.constant 16 : index
  // expected-error @+1 {{lies at bytes [16, 32) of an arena of 31}}
  %a = memref.view %arena[%c16][] : memref<31xi8> to memref<4xf32>
  call @copy(%in, %a) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{argument 0 is stored to, but not marked rt.result}}
func.func private @fill(%y: memref<4xf32>) attributes {rt.layer = "fill"} {
  %0 = nn.constant dense<1.5> : tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @unmarked_result(%out: memref<4xf32> {rt.result}, %arena: memref<0xi8>) attributes {rt.entry} {
  call @fill(%out) : (memref<4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{argument 1 is out of order or marked twice; expected inputs, results, scratch}}
func.func private @order(%y: memref<4xf32> {rt.result}, %x: memref<4xf32>) attributes {rt.layer = "order"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
func.func @wrong_order(%in: memref<4xf32>, %out: memref<4xf32> {rt.result}, %arena: memref<0xi8>) attributes {rt.entry} {
  call @order(%out, %in) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

func.func private @copy(%x: memref<4xf32>, %y: memref<4xf32> {rt.result}) attributes {rt.layer = "copy"} {
  %0 = rt.tensor %x : memref<4xf32> -> tensor<4xf32>
  rt.store %0, %y : tensor<4xf32>, memref<4xf32>
  return
}
// expected-error @+1 {{argument 1 is a result whose byte 16 nothing has written}}
func.func @unfinished_result(%in: memref<4xf32>, %out: memref<5xf32> {rt.result}, %arena: memref<0xi8>) attributes {rt.entry} {
  %a = rt.part %out[0] : memref<5xf32> -> memref<4xf32>
  call @copy(%in, %a) : (memref<4xf32>, memref<4xf32>) -> ()
  return
}
