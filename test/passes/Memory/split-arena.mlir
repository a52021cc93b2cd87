// Each memory gets an argument of its own; addresses count from its start.
// RUN: nn-opt %s -split-input-file -verify-diagnostics --pass-pipeline='builtin.module(nnc-split-arena)' | FileCheck %s

// The executor stays behind the arenas.
// CHECK-LABEL: func.func @divides(
// CHECK-SAME: %{{.*}}: memref<8xi8>, %{{.*}}: memref<8xi8> {rt.result}, %[[FAST:.*]]: memref<32xi8> {rt.region = "fast"}, %[[SLOW:.*]]: memref<64xi8> {rt.region = "slow"}, %{{.*}}: !rt.executor)
// CHECK-DAG: memref.view %[[FAST]][%{{.*}}][] : memref<32xi8> to memref<4xf32>
// CHECK-DAG: %[[IN_FAST:.*]] = arith.constant 16 : index
// CHECK-DAG: %[[IN_SLOW:.*]] = arith.constant 0 : index
// CHECK-DAG: memref.view %[[SLOW]][%[[IN_SLOW]]][] : memref<64xi8> to memref<16xf32>
module attributes {rt.plan = {regions = [{bytes = 32 : i64, name = "fast", offset = 0 : i64}, {bytes = 64 : i64, name = "slow", offset = 32 : i64}]}} {
  func.func @divides(%x: memref<8xi8>, %y: memref<8xi8> {rt.result}, %arena: memref<96xi8>, %e: !rt.executor) attributes {rt.entry} {
    %c16 = arith.constant 16 : index
    %c32 = arith.constant 32 : index
    %a = memref.view %arena[%c16][] : memref<96xi8> to memref<4xf32>
    %b = memref.view %arena[%c32][] : memref<96xi8> to memref<16xf32>
    call @layer(%a, %b) : (memref<4xf32>, memref<16xf32>) -> ()
    return
  }
  func.func private @layer(memref<4xf32>, memref<16xf32>)
}

// -----

// CHECK-LABEL: func.func @keeps_one(%{{.*}}: memref<96xi8>)
module attributes {rt.plan = {regions = [{bytes = 96 : i64, name = "only", offset = 0 : i64}]}} {
  func.func @keeps_one(%arena: memref<96xi8>) attributes {rt.entry} {
    return
  }
}

// -----

module attributes {rt.plan = {regions = [{bytes = 32 : i64, name = "fast", offset = 0 : i64}, {bytes = 64 : i64, name = "slow", offset = 32 : i64}]}} {
  func.func @straddles(%arena: memref<96xi8>) attributes {rt.entry} {
    %c16 = arith.constant 16 : index
    // expected-error @+1 {{lies at bytes [16, 36) of the arena, which are in no region of rt.plan}}
    %a = memref.view %arena[%c16][] : memref<96xi8> to memref<5xf32>
    return
  }
}

// -----

// expected-error @+1 {{rt.plan has an incomplete region: {bytes = 32 : i64, name = "fast"}}}
module attributes {rt.plan = {regions = [{bytes = 32 : i64, name = "fast"}, {bytes = 64 : i64, name = "slow", offset = 32 : i64}]}} {
  func.func @incomplete(%arena: memref<96xi8>) attributes {rt.entry} {
    return
  }
}
