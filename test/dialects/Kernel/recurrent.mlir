// kernel.recurrent comes back unchanged; its constraints, violated.
// RUN: nn-opt %s -split-input-file -verify-diagnostics | FileCheck %s

// CHECK-LABEL: @round_trip
// CHECK: kernel.recurrent %{{.*}}, %{{.*}} inner(%{{.*}}) lengths(%{{.*}}) from(%{{.*}}) extra(%{{.*}}) {inner_tile = {{.*}}, packed, reverse, tile
// CHECK: kernel.next
// CHECK: } inner {
// CHECK: kernel.next
func.func @round_trip(%x: tensor<7x2x10xf32>, %w: tensor<40xf32>, %v: tensor<40xf32>, %n: tensor<2xi32>, %h: tensor<2x5xf32>, %b: tensor<5xf32>) -> tensor<2x5xf32> {
  %0:2 = kernel.recurrent %x, %w inner(%v) lengths(%n) from(%h) extra(%b) {packed, reverse, tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>, inner_tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>}
      : (tensor<7x2x10xf32>, tensor<40xf32>, tensor<40xf32>, tensor<2xi32>, tensor<2x5xf32>, tensor<5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>) {
  ^bb0(%a0: f32, %a1: f32, %p0: f32, %p1: f32, %s: f32, %e: f32):
    %y = arith.addf %p0, %p1 : f32
    kernel.next %y : f32
  } inner {
  ^bb0(%a0: f32, %a1: f32, %p0: f32, %s: f32, %e: f32):
    %y = arith.mulf %p0, %e : f32
    kernel.next %y : f32
  }
  return %0#1 : tensor<2x5xf32>
}

// -----

func.func @rank_c1(%x: tensor<7x5xf32>, %w: tensor<5x5xf32>, %h: tensor<2x5xf32>) {
  // expected-error @+1 {{input has rank 2 and the first state rank 2, expected 3 and 2}}
  %0:2 = kernel.recurrent %x, %w from(%h) {tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>}
      : (tensor<7x5xf32>, tensor<5x5xf32>, tensor<2x5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>) {
  ^bb0(%a: f32, %p: f32, %s: f32):
    kernel.next %p : f32
  }
  return
}

// -----

func.func @weights_c1(%x: tensor<7x2x5xf32>, %w: tensor<5x4xf32>, %h: tensor<2x5xf32>) {
  // expected-error @+1 {{a weight is 'tensor<5x4xf32>', expected shape [5, 5]}}
  %0:2 = kernel.recurrent %x, %w from(%h) {tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>}
      : (tensor<7x2x5xf32>, tensor<5x4xf32>, tensor<2x5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>) {
  ^bb0(%a: f32, %p: f32, %s: f32):
    kernel.next %p : f32
  }
  return
}

// -----

func.func @results_c2(%x: tensor<7x2x5xf32>, %w: tensor<5x5xf32>, %h: tensor<2x5xf32>) {
  // expected-error @+1 {{has 1 states and 0 results behind the first one, expected equally many, at least one}}
  %0 = kernel.recurrent %x, %w from(%h) {tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>}
      : (tensor<7x2x5xf32>, tensor<5x5xf32>, tensor<2x5xf32>) -> tensor<7x2x5xf32> {
  ^bb0(%a: f32, %p: f32, %s: f32):
    kernel.next %p : f32
  }
  return
}

// -----

func.func @inner_c3(%x: tensor<7x2x10xf32>, %w: tensor<5x5xf32>, %h: tensor<2x5xf32>) {
  // expected-error @+1 {{inner weights, inner tile and inner region must come together}}
  %0:2 = kernel.recurrent %x, %w inner(%w) from(%h) {tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>}
      : (tensor<7x2x10xf32>, tensor<5x5xf32>, tensor<5x5xf32>, tensor<2x5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>) {
  ^bb0(%a0: f32, %a1: f32, %p0: f32, %p1: f32, %s: f32):
    kernel.next %p0 : f32
  }
  return
}

// -----

func.func @region_c4(%x: tensor<7x2x5xf32>, %w: tensor<5x5xf32>, %h: tensor<2x5xf32>) {
  // expected-error @+1 {{region 'cell' takes 2 values, expected 3 of f32}}
  %0:2 = kernel.recurrent %x, %w from(%h) {tile = #kernel.tile<rows = 1, columns = 8, vector = 8, lanes = 1>}
      : (tensor<7x2x5xf32>, tensor<5x5xf32>, tensor<2x5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>) {
  ^bb0(%a: f32, %p: f32):
    kernel.next %p : f32
  }
  return
}
