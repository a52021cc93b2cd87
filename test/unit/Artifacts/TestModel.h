// A model for the tests of artifacts.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TEST_UNIT_ARTIFACTS_TESTMODEL_H
#define NNC_TEST_UNIT_ARTIFACTS_TESTMODEL_H

#include "lib/Artifacts/ModelInfo.h"

namespace nnc {

/// Two inputs whose names are no identifiers, one output, two layers, three buffers of which two
/// are alive at the peak.
inline ModelInfo makeTestModel() {
  ModelInfo model;
  model.toolVersion = "0.1.0";
  model.modelFile = "kws.onnx";
  model.name = "kws";
  model.target = "cortex-m4";
  model.guard = "kws_run_abi1_arena352_0badcafe";
  model.inputs = {{"mfcc:0", "", ElementType::F32, {1, 49, 10}, {}},
                  {"int", "", ElementType::I64, {}, {}}};
  model.outputs = {{"score", "", ElementType::U8, {1, 7}, {}}};
  LayerInfo first, second;
  first.name = "conv1";
  first.function = "kws_conv1";
  first.macs = 1100;
  first.constantBytes = 432;
  second.name = "softmax";
  second.function = "kws_softmax";
  second.macs = 7;
  model.layers = {first, second};
  model.plan.arenaBytes = 352;
  model.plan.arenaAlignment = 16;
  model.plan.lowerBound = 336;
  model.plan.peakStep = 1;
  model.plan.buffers = {
      {"conv1", 0, 112, 0, 1}, {"scratch", 112, 240, 1, 1}, {"unused", 0, 64, 0, 0}};
  model.textBytes = 900;
  model.constantBytes = 432;
  model.stackBytes = 72;
  assignIdentifiers(model);
  return model;
}

} // namespace nnc

#endif
