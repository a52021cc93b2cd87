// RUN: %python -c "import numpy; r = numpy.random.default_rng(5); numpy.savez(r'%t.npz', x=r.normal(size=(40, 2, 5, 3)).astype('f4'), y=numpy.full((40, 1, 3), 2.5, 'f4'), other=3)"
// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-calibrate{data=%t.npz method=minmax})' | FileCheck %s
// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-calibrate{data=%t.npz samples=1 method=mse})' | FileCheck %s --check-prefix=FEW
// RUN: nn-opt %s -pass-pipeline='builtin.module(nnc-calibrate{data=random method=kl skip=twice})' | FileCheck %s --check-prefix=SKIP
// RUN: not nn-opt %s -pass-pipeline='builtin.module(nnc-calibrate)' 2>&1 | FileCheck %s --check-prefix=NO-DATA
// RUN: not nn-opt %s -pass-pipeline='builtin.module(nnc-calibrate{data=random method=median})' 2>&1 | FileCheck %s --check-prefix=METHOD
// RUN: not nn-opt %s -pass-pipeline='builtin.module(nnc-calibrate{data=random percentile=0.2})' 2>&1 | FileCheck %s --check-prefix=SHARE
// RUN: not nn-opt %s -pass-pipeline='builtin.module(nnc-calibrate{data=random skip="[a"})' 2>&1 | FileCheck %s --check-prefix=PATTERN

// Weights 2 and −1: the least and largest number are those of the data; the relu takes the range of both, the
// convolution none. The means are those of the channels.
// CHECK: func.func @main(%arg0: tensor<1x2x5x3xf32> {nn.name = "x", nn.range = array<f64: -3.2835605144500732, 3.1119129657745361>}, %arg1: tensor<1x3xf32> {nn.name = "y", nn.range = array<f64: 0.000000e+00, 2.500000e+00>})
// CHECK: nn.conv {{.*}}nn.input_means = array<f64: 0.0614426{{[0-9]*}}, -0.0123425{{[0-9]*}}>
// CHECK-NOT: nn.range
// CHECK: nn.unary relu {{.*}}{nn.range = array<f64: 0.000000e+00, 6.2238259315490723>}
// CHECK: nn.binary add {{.*}}{nn.range = array<f64: 0.000000e+00, 8.723825454711914>}
// CHECK: nn.softmax %{{.*}} {axis = 3 : i64} :
// FEW: nn.unary relu {{.*}}{nn.range = array<f64: 0.000000e+00, {{[3-7]}}.
// SKIP: nn.conv %{{.*}}, %{{.*}} {dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, strides = array<i64: 1, 1>} :
// NO-DATA: error: calibration needs samples of the inputs: data=FILE
// METHOD: error: unknown method 'median'; there are mse, minmax, percentile and kl
// SHARE: error: percentile=0.200000 is not from 0.5 to 1
// PATTERN: error: '[a' is no pattern of names
func.func @main(%x: tensor<1x2x5x3xf32> {nn.name = "x"}, %y: tensor<1x3xf32> {nn.name = "y"}) -> (tensor<1x2x5x3xf32> {nn.name = "z"}) attributes {rt.entry} {
  %w = nn.constant dense<[[[[2.0]], [[0.0]]], [[[0.0]], [[-1.0]]]]> : tensor<2x2x1x1xf32>
  %0 = nn.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>}
    : (tensor<1x2x5x3xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x5x3xf32> loc("twice")
  %1 = nn.unary relu %0 : (tensor<1x2x5x3xf32>) -> tensor<1x2x5x3xf32>
  %2 = nn.binary add %1, %y : (tensor<1x2x5x3xf32>, tensor<1x3xf32>) -> tensor<1x2x5x3xf32>
  %3 = nn.softmax %2 {axis = 3 : i64} : (tensor<1x2x5x3xf32>) -> tensor<1x2x5x3xf32>
  return %3 : tensor<1x2x5x3xf32>
}
