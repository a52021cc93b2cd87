// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-divide-layers{threads=2 fork-cycles=100})' -split-input-file | FileCheck %s
// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-divide-layers)' -split-input-file | FileCheck %s --check-prefix=ONE

// Without threads only the marks go.
// ONE-NOT: rt.independent
// ONE-NOT: rt.fork
// ONE-NOT: !rt.executor

// Halves of seven lines are four and three.
// CHECK-LABEL: func.func private @divides_lines(
// CHECK-SAME: %[[X:.*]]: memref<7000xf32>, %[[Y:.*]]: memref<7000xf32> {rt.result}, %[[EXECUTOR:.*]]: !rt.executor
// CHECK-SAME: rt.parts = 2
// CHECK-NOT: scf.for
// CHECK: rt.fork %[[EXECUTOR]] parts 2 @divides_lines.parts(%[[X]], %[[Y]])
// CHECK: func.func private @divides_lines.parts(%{{.*}}: memref<7000xf32>, %{{.*}}: memref<7000xf32> {rt.result}, %[[PART:.*]]: index)
// CHECK-SAME: rt.part_of = "lines"
// CHECK: %[[FIRST:.*]] = arith.cmpi uge, %[[PART]], %c1
// CHECK: %[[LOW:.*]] = arith.select %[[FIRST]], %c4{{.*}}, %c0
// CHECK: %[[HIGH:.*]] = arith.select %{{.*}}, %c7{{.*}}, %c4
// CHECK: scf.for %{{.*}} = %[[LOW]] to %[[HIGH]]
// CHECK-NOT: rt.independent
// CHECK: func.func @main(%{{.*}}: memref<7000xf32>, %{{.*}}: memref<7000xf32> {rt.result}, %{{.*}}: memref<0xi8>, %[[HANDED:.*]]: !rt.executor)
// CHECK: call @divides_lines(%{{.*}}, %{{.*}}, %[[HANDED]]) {rt.layer = "lines", rt.parts = 2 : i64}
func.func private @divides_lines(%x: memref<7000xf32>, %y: memref<7000xf32> {rt.result}) attributes {rt.layer = "lines"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c1000 = arith.constant 1000 : index
  scf.for %line = %c0 to %c7 step %c1 {
    %start = arith.muli %line, %c1000 : index
    scf.for %i = %c0 to %c1000 step %c1 {
      %place = arith.addi %start, %i : index
      %0 = memref.load %x[%place] : memref<7000xf32>
      %1 = arith.mulf %0, %0 : f32
      memref.store %1, %y[%place] : memref<7000xf32>
    }
  } {rt.independent = 0}
  return
}
func.func @main(%x: memref<7000xf32>, %y: memref<7000xf32> {rt.result}, %arena: memref<0xi8>) attributes {rt.entry} {
  call @divides_lines(%x, %y) {rt.layer = "lines"} : (memref<7000xf32>, memref<7000xf32>) -> ()
  return
}

// -----

// A few hundred cycles are not worth a fork; neither is a loop without the mark, however long.
// CHECK-LABEL: func.func private @keeps_small_layer(
// CHECK-NOT: rt.fork
// CHECK-LABEL: func.func private @keeps_loop_without_mark(
// CHECK-NOT: rt.fork
func.func private @keeps_small_layer(%y: memref<700xf32> {rt.result}) attributes {rt.layer = "small"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c700 = arith.constant 700 : index
  %f = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c700 step %c1 {
    memref.store %f, %y[%i] : memref<700xf32>
  } {rt.independent = 0}
  return
}
func.func private @keeps_loop_without_mark(%y: memref<700000xf32> {rt.result}) attributes {rt.layer = "large"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c700000 = arith.constant 700000 : index
  %f = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c700000 step %c1 {
    memref.store %f, %y[%i] : memref<700000xf32>
  }
  return
}

// -----

// The second stage reads what the first has written: two forks. Its neighbour of the same stage joins it.
// CHECK-LABEL: func.func private @forks_for_each_stage(
// CHECK: rt.fork %{{.*}} parts 2 @forks_for_each_stage.parts(
// CHECK-NEXT: rt.fork %{{.*}} parts 2 @forks_for_each_stage.parts_0(
// CHECK-NEXT: return
// CHECK: func.func private @forks_for_each_stage.parts_0(
// CHECK: scf.for
// CHECK: scf.for
func.func private @forks_for_each_stage(%y: memref<40000xf32> {rt.result}, %s: memref<40000xf32> {rt.scratch}) attributes {rt.layer = "stages"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c30000 = arith.constant 30000 : index
  %c40000 = arith.constant 40000 : index
  %f = arith.constant 3.0 : f32
  scf.for %i = %c0 to %c40000 step %c1 {
    memref.store %f, %s[%i] : memref<40000xf32>
  } {rt.independent = 0}
  scf.for %i = %c0 to %c30000 step %c1 {
    %0 = memref.load %s[%i] : memref<40000xf32>
    memref.store %0, %y[%i] : memref<40000xf32>
  } {rt.independent = 1}
  scf.for %i = %c30000 to %c40000 step %c1 {
    memref.store %f, %y[%i] : memref<40000xf32>
  } {rt.independent = 1}
  return
}

// -----

// Memory on the stack is for one turn: each part has its own.
// CHECK-LABEL: func.func private @repeats_memory_on_the_stack(
// CHECK: rt.fork %{{.*}} parts 2 @repeats_memory_on_the_stack.parts(%{{[a-z0-9]+}}) : !rt.executor, memref<40000xf32>
// CHECK: func.func private @repeats_memory_on_the_stack.parts(
// CHECK: %[[BUFFER:.*]] = memref.alloca() : memref<4xf32>
// CHECK: scf.for
// CHECK: memref.store %{{.*}}, %[[BUFFER]]
func.func private @repeats_memory_on_the_stack(%y: memref<40000xf32> {rt.result}) attributes {rt.layer = "stack"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c40000 = arith.constant 40000 : index
  %f = arith.constant 3.0 : f32
  %buffer = memref.alloca() : memref<4xf32>
  scf.for %i = %c0 to %c40000 step %c1 {
    memref.store %f, %buffer[%c1] : memref<4xf32>
    %0 = memref.load %buffer[%c1] : memref<4xf32>
    memref.store %0, %y[%i] : memref<40000xf32>
  } {rt.independent = 0}
  return
}

// -----

// Three lines do not make equal halves, but 64 channels in each do: the loop inside is divided.
// CHECK-LABEL: func.func private @divides_the_inner_loop.parts(
// CHECK: %[[LOW:.*]] = arith.select %{{.*}}, %c32{{.*}}, %c0
// CHECK: %[[HIGH:.*]] = arith.select %{{.*}}, %c64{{.*}}, %c32
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %c3
// CHECK: scf.for %{{.*}} = %[[LOW]] to %[[HIGH]]
func.func private @divides_the_inner_loop(%x: memref<64xf32>, %y: memref<192xf32> {rt.result}) attributes {rt.layer = "inner"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c64 = arith.constant 64 : index
  %f = arith.constant 0.0 : f32
  scf.for %line = %c0 to %c3 step %c1 {
    %start = arith.muli %line, %c64 : index
    scf.for %channel = %c0 to %c64 step %c1 {
      %sum = scf.for %k = %c0 to %c64 step %c1 iter_args(%s = %f) -> (f32) {
        %0 = memref.load %x[%k] : memref<64xf32>
        %1 = arith.addf %s, %0 : f32
        scf.yield %1 : f32
      }
      %place = arith.addi %start, %channel : index
      memref.store %sum, %y[%place] : memref<192xf32>
    } {rt.independent = 0}
  } {rt.independent = 0}
  return
}
