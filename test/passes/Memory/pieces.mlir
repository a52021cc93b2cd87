// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-place-values)' -split-input-file | FileCheck %s --check-prefix=PLACES
// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-place-values,nnc-form-layers)' -split-input-file | FileCheck %s --check-prefix=LAYERS
// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-place-values,nnc-form-layers,nnc-plan-memory,nnc-verify-memory,nnc-convert-layers-to-loops,func.func(nnc-emit-kernels))' -split-input-file | FileCheck %s --check-prefix=LOOPS
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Of twelve columns of a product five are a part of a concatenation and seven are read alone: it stores both, and nothing copies a part.
// PLACES-LABEL: @stores_pieces
// PLACES: nn.slice {{.*}}rt.piece
// PLACES: nn.slice {{.*}}rt.piece
// PLACES: nn.concat {{.*}}rt.view
// LAYERS-LABEL: func.func @stores_pieces
// LAYERS: %[[P:.*]]:2 = call @matmul({{.*}}) -> (tensor<3x7xf32>, tensor<3x5xf32, #nn.layout<[9, 1]>>)
// LAYERS: call @unary_0(%[[P]]#0)
// LAYERS: func.func private @matmul
// LAYERS: %[[Y:.*]] = kernel.matmul
// LAYERS: %[[A:.*]] = nn.slice %[[Y]]
// LAYERS: %[[B:.*]] = nn.slice %[[Y]]
// LAYERS: return %[[A]], %[[B]]
// The first panel of eight columns ends in the second piece.
// LOOPS-LABEL: func.func private @matmul
// LOOPS-SAME: %[[A:[^:]*]]: memref<21xf32> {rt.result}
// LOOPS-SAME: %[[B:[^:]*]]: memref<23xf32> {rt.result}
// LOOPS-DAG: vector.store %{{.*}}, %[[A]][{{.*}}] : memref<21xf32>, vector<4xf32>
// LOOPS-DAG: memref.store %{{.*}}, %[[B]][%{{.*}}] : memref<23xf32>
// LOOPS-DAG: vector.store %{{.*}}, %[[B]][{{.*}}] : memref<23xf32>, vector<4xf32>
// LOOPS-NOT: kernel.
func.func @stores_pieces(%x: tensor<3x2xf32>, %w: tensor<24xf32>, %z: tensor<3x4xf32>) -> (tensor<3x9xf32>, tensor<3x7xf32>) attributes {rt.entry} {
  %0 = kernel.matmul %x, %w {packed, tile = #kernel.tile<rows = 4, columns = 8, vector = 8, lanes = 1>} : (tensor<3x2xf32>, tensor<24xf32>) -> tensor<3x12xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  %1 = nn.slice %0 {starts = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<3x12xf32>) -> tensor<3x7xf32>
  %2 = nn.slice %0 {starts = array<i64: 0, 7>, steps = array<i64: 1, 1>} : (tensor<3x12xf32>) -> tensor<3x5xf32>
  %3 = nn.unary exp %z : (tensor<3x4xf32>) -> tensor<3x4xf32>
  %4 = nn.concat %2, %3 {axis = 1 : i64} : (tensor<3x5xf32>, tensor<3x4xf32>) -> tensor<3x9xf32>
  %5 = nn.softmax %4 {axis = 1 : i64} : (tensor<3x9xf32>) -> tensor<3x9xf32>
  %6 = nn.unary exp %1 : (tensor<3x7xf32>) -> tensor<3x7xf32>
  return %5, %6 : tensor<3x9xf32>, tensor<3x7xf32>
}

// -----

// Columns that two slices have in common lie once, in the product's own result.
// PLACES-LABEL: @keeps_columns_that_are_read_twice
// PLACES-NOT: rt.piece
func.func @keeps_columns_that_are_read_twice(%x: tensor<3x2xf32>, %w: tensor<16xf32>, %z: tensor<3x4xf32>) -> (tensor<3x9xf32>, tensor<3x4xf32>) attributes {rt.entry} {
  %0 = kernel.matmul %x, %w {packed, tile = #kernel.tile<rows = 4, columns = 8, vector = 8, lanes = 1>} : (tensor<3x2xf32>, tensor<16xf32>) -> tensor<3x8xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  %1 = nn.slice %0 {starts = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<3x8xf32>) -> tensor<3x4xf32>
  %2 = nn.slice %0 {starts = array<i64: 0, 3>, steps = array<i64: 1, 1>} : (tensor<3x8xf32>) -> tensor<3x5xf32>
  %3 = nn.concat %2, %z {axis = 1 : i64} : (tensor<3x5xf32>, tensor<3x4xf32>) -> tensor<3x9xf32>
  %4 = nn.softmax %3 {axis = 1 : i64} : (tensor<3x9xf32>) -> tensor<3x9xf32>
  %5 = nn.unary exp %1 : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return %4, %5 : tensor<3x9xf32>, tensor<3x4xf32>
}

// -----

// Without a concatenation slices are views of the product's result.
// PLACES-LABEL: @keeps_views
// PLACES-NOT: rt.piece
// PLACES: nn.slice {{.*}}rt.view
func.func @keeps_views(%x: tensor<3x2xf32>, %w: tensor<16xf32>) -> (tensor<3x4xf32>, tensor<3x4xf32>) attributes {rt.entry} {
  %0 = kernel.matmul %x, %w {packed, tile = #kernel.tile<rows = 4, columns = 8, vector = 8, lanes = 1>} : (tensor<3x2xf32>, tensor<16xf32>) -> tensor<3x8xf32> {
  ^bb0(%sum: f32):
    kernel.yield %sum : f32
  }
  %1 = nn.slice %0 {starts = array<i64: 0, 0>, steps = array<i64: 1, 1>} : (tensor<3x8xf32>) -> tensor<3x4xf32>
  %2 = nn.slice %0 {starts = array<i64: 0, 4>, steps = array<i64: 1, 1>} : (tensor<3x8xf32>) -> tensor<3x4xf32>
  %3 = nn.unary exp %1 : (tensor<3x4xf32>) -> tensor<3x4xf32>
  %4 = nn.softmax %2 {axis = 1 : i64} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return %3, %4 : tensor<3x4xf32>, tensor<3x4xf32>
}
