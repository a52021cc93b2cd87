// How a convolution is computed, as decided: attributes and their verifiers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/FastConv/FastConv.h"
#include "dialects/NN/NN.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;

#include "dialects/FastConv/FastConvEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/FastConv/FastConvAttrs.cpp.inc"

namespace nnc::fastconv {

void FastConvDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/FastConv/FastConvAttrs.cpp.inc"
      >();
}

ChoiceAttr choiceOf(Operation *op) { return op->getAttrOfType<ChoiceAttr>(kChoiceAttr); }

LogicalResult CandidateAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                    Algorithm algorithm, int64_t tile, int64_t cycles,
                                    int64_t nanoseconds, FloatAttr error) {
  bool tiled = algorithm != Algorithm::direct;
  if (tiled ? tile < 1 : tile != 0)
    return emitError() << "tile of " << stringifyAlgorithm(algorithm) << " is " << tile
                       << (tiled ? ", expected at least 1" : ", expected none");
  if (cycles < 0 || nanoseconds < 0)
    return emitError() << "cycles " << cycles << ", nanoseconds " << nanoseconds
                       << ", expected none below 0";
  if (error && !(error.getValueAsDouble() > 0))
    return emitError() << "error is " << error.getValueAsDouble() << ", expected above 0";
  return success();
}

LogicalResult ChoiceAttr::verify(function_ref<InFlightDiagnostic()> emitError, Reason,
                                 ArrayRef<CandidateAttr> candidates) {
  if (candidates.empty())
    return emitError() << "a choice needs at least one candidate";
  for (auto [i, one] : llvm::enumerate(candidates))
    for (CandidateAttr other : candidates.drop_front(i + 1))
      if (one.getAlgorithm() == other.getAlgorithm() && one.getTile() == other.getTile())
        return emitError() << stringifyAlgorithm(one.getAlgorithm()) << " with tile "
                           << one.getTile() << " is a candidate twice";
  return success();
}

LogicalResult FastConvDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  if (attribute.getName() != kChoiceAttr)
    return op->emitError("unknown attribute ") << attribute.getName();
  auto choice = dyn_cast<ChoiceAttr>(attribute.getValue());
  if (!choice)
    return op->emitError() << kChoiceAttr << " is " << attribute.getValue()
                           << ", expected a #fastconv.choice";
  CandidateAttr chosen = choice.getChosen();
  if (isa<nn::ConvOp>(op))
    return success();
  auto winograd = dyn_cast<WinogradOp>(op);
  auto fft = dyn_cast<FftOp>(op);
  if (!winograd && !fft)
    return op->emitError() << kChoiceAttr << " stands on an operator that is no convolution";
  Algorithm algorithm = winograd ? Algorithm::winograd : Algorithm::fft;
  int64_t tile = winograd ? static_cast<int64_t>(winograd.getTile()) : fft.getTileSize();
  if (chosen.getAlgorithm() != algorithm || chosen.getTile() != tile)
    return op->emitError() << kChoiceAttr << " is " << chosen << ", but the operator is "
                           << stringifyAlgorithm(algorithm) << " with tile " << tile;
  return success();
}

} // namespace nnc::fastconv
