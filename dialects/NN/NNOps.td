// The canonical operators, by theme.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_OPS
#define NNC_DIALECTS_NN_OPS

include "dialects/NN/NNElementwiseOps.td"
include "dialects/NN/NNProductOps.td"
include "dialects/NN/NNQuantizationOps.td"
include "dialects/NN/NNRecurrentOps.td"
include "dialects/NN/NNReductionOps.td"
include "dialects/NN/NNNormalizationOps.td"
include "dialects/NN/NNMovementOps.td"
include "dialects/NN/NNIndexingOps.td"
include "dialects/NN/NNResizeOps.td"

#endif
