// The arena divided among memories: most traffic per byte to the first, as far as there is room.
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-place-values,nnc-form-layers,nnc-plan-memory{alignment=4 regions=fast:64,slow:512},nnc-verify-memory)' | FileCheck %s
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-place-values,nnc-form-layers,nnc-plan-memory{alignment=4 regions=fast:64,slow:512},nnc-verify-memory,nnc-split-arena)' | FileCheck %s --check-prefix=SPLIT
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-place-values,nnc-form-layers,nnc-plan-memory{alignment=4 regions=only:512},nnc-verify-memory,nnc-split-arena)' | FileCheck %s --check-prefix=ONE
// RUN: nn-opt %s --pass-pipeline='builtin.module(nnc-place-values,nnc-form-layers,nnc-plan-memory{alignment=4 regions=fast:8,slow:16},nnc-verify-memory)' | FileCheck %s --check-prefix=EXCESS
// RUN: not nn-opt %s --pass-pipeline='builtin.module(nnc-place-values,nnc-form-layers,nnc-plan-memory{regions=fast})' 2>&1 | FileCheck %s --check-prefix=FORM
// RUN: not nn-opt %s --pass-pipeline='builtin.module(nnc-place-values,nnc-form-layers,nnc-plan-memory{regions=a:8,A:16})' 2>&1 | FileCheck %s --check-prefix=TWICE
// FORM: error: region 'fast' is not of the form NAME:BYTES with a C identifier
// TWICE: error: region 'A' is named twice

// Two products of a row: the second one's row of 12 numbers is read twice and goes to the first memory, the other one of 20 numbers, read once, does not.
// CHECK: rt.plan = {{.*}}buffers = [{bytes = 80 : i64, first = 0 : i64, {{.*}}name = "{{[a-z_0-9]*}}", offset = 48 : i64}, {bytes = 48 : i64, first = 1 : i64, {{.*}}offset = 0 : i64}
// CHECK-SAME: regions = [{bytes = 48 : i64, limit = 64 : i64, lower_bound = 48 : i64, name = "fast", offset = 0 : i64, optimal = true, peak_step = {{.*}}}, {bytes = 80 : i64, limit = 512 : i64, lower_bound = 80 : i64, name = "slow", offset = 48 : i64, optimal = true
// CHECK: func.func @main({{.*}}, %{{.*}}: memref<128xi8>)

// SPLIT: func.func @main({{.*}}, %[[FAST:.*]]: memref<48xi8> {rt.region = "fast"}, %[[SLOW:.*]]: memref<80xi8> {rt.region = "slow"})
// SPLIT-DAG: memref.view %[[SLOW]][%{{.*}}][] : memref<80xi8> to memref<20xf32>
// SPLIT-DAG: memref.view %[[FAST]][%{{.*}}][] : memref<48xi8> to memref<12xf32>

// ONE: limit = 512 : i64
// ONE: func.func @main({{.*}}, %{{.*}}: memref<128xi8>)

// What has room nowhere goes to the largest memory, and the record says so.
// EXCESS: regions = [{bytes = 0 : i64, limit = 8 : i64, {{.*}}}, {bytes = 128 : i64, limit = 16 : i64
func.func @main(%x: tensor<1x3xf32>, %a: tensor<3x20xf32>, %b: tensor<20x12xf32>) -> (tensor<1x12xf32>, tensor<1x12xf32>) attributes {rt.entry} {
  %m = nn.matmul %x, %a : (tensor<1x3xf32>, tensor<3x20xf32>) -> tensor<1x20xf32>
  %n = nn.matmul %m, %b : (tensor<1x20xf32>, tensor<20x12xf32>) -> tensor<1x12xf32>
  %p = nn.softmax %n {axis = 1 : i64} : (tensor<1x12xf32>) -> tensor<1x12xf32>
  %q = nn.unary exp %n : (tensor<1x12xf32>) -> tensor<1x12xf32>
  return %p, %q : tensor<1x12xf32>, tensor<1x12xf32>
}
