// Small models for measurement.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Tuner/LayerModel.h"

#include "dialects/NN/NN.h"
#include "dialects/NN/NodeNames.h"
#include "dialects/RT/RT.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <random>

using namespace mlir;

namespace nnc {

std::string LayerShape::text() const {
  return fmt::format("{} * {} + {}..{}", fmt::join(input, "x"), fmt::join(filter, "x"),
                     fmt::join(padsBegin, ","), fmt::join(padsEnd, ","));
}

std::vector<LayerToTune> collectConvolutions(ModuleOp module) {
  auto shapeOf = [](Value value) { return cast<RankedTensorType>(value.getType()).getShape(); };
  std::vector<LayerToTune> layers;
  module.walk([&](nn::ConvOp op) {
    layers.push_back(
        {nn::nodeName(op->getLoc()).str(),
         {llvm::to_vector(shapeOf(op.getInput())), llvm::to_vector(shapeOf(op.getFilter())),
          llvm::to_vector(op.getPadsBegin()), llvm::to_vector(op.getPadsEnd())}});
  });
  return layers;
}

/// A constant of numbers from −1 to 1, none of which is so small that it slows a machine down.
static Value buildRandom(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, uint32_t seed) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  std::minstd_rand generator(seed);
  std::uniform_real_distribution<float> distribution(-1, 1);
  std::vector<float> values(static_cast<size_t>(type.getNumElements()));
  for (float &value : values)
    value = distribution(generator);
  AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyInferAlign<float>(values);
  return nn::ConstantOp::create(builder, loc,
                                DenseResourceElementsAttr::get(type, "weights", std::move(blob)));
}

OwningOpRef<ModuleOp> buildLayerModel(const LayerShape &shape, MLIRContext &context) {
  context.loadDialect<nn::NNDialect, rt::RTDialect, func::FuncDialect>();
  OpBuilder builder(&context);
  auto named = [&](StringRef name) {
    return NameLoc::get(builder.getStringAttr(name), builder.getUnknownLoc());
  };
  Location loc = named("around");
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  builder.setInsertionPointToEnd(module->getBody());
  int64_t batch = shape.input[0], channels = shape.input[1], maps = shape.filter[0];
  auto input =
      RankedTensorType::get({batch, 1, shape.input[2], shape.input[3]}, builder.getF32Type());
  auto result = RankedTensorType::get({batch, maps, 1, 1}, builder.getF32Type());
  auto function =
      func::FuncOp::create(builder, loc, "main", builder.getFunctionType({input}, {result}));
  function->setAttr(rt::kEntryAttr, builder.getUnitAttr());
  builder.setInsertionPointToEnd(function.addEntryBlock());
  auto relu = [&](Value value) -> Value {
    return nn::UnaryOp::create(builder, loc, nn::UnaryKind::relu, value, FloatAttr(), FloatAttr(),
                               FloatAttr());
  };
  const SmallVector<int64_t> ones = {1, 1}, none = {0, 0}, image = {2, 3};
  Value wide = nn::ConvOp::create(builder, loc, function.getArgument(0),
                                  buildRandom(builder, loc, {channels, 1, 1, 1}, 1), Value(), ones,
                                  ones, none, none);
  Value sum = nn::ConvOp::create(
      builder, named(kMeasuredLayer), relu(wide), buildRandom(builder, loc, shape.filter, 2),
      buildRandom(builder, loc, {maps}, 3), ones, ones, shape.padsBegin, shape.padsEnd);
  Value mean = nn::ReduceOp::create(builder, loc, nn::ReduceKind::mean, relu(sum), image,
                                    /*keep_dims=*/true);
  func::ReturnOp::create(builder, loc, mean);
  return module;
}

} // namespace nnc
