// Attributes of RNN, GRU and LSTM that vary their formulas.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Operators/RecurrentCell.h"

using namespace mlir;

namespace nnc::onnx {

namespace {
/// What is known of a function: how many parameters it takes from the lists, their defaults.
struct KnownFunction {
  StringLiteral name; ///< in lower case
  nn::CellFunction function;
  unsigned parameters;
  double alpha, beta;
};
} // namespace

static constexpr KnownFunction knownFunctions[] = {
    {"affine", nn::CellFunction::affine, 2, 1, 0},
    {"elu", nn::CellFunction::elu, 1, 1, 0},
    {"hardsigmoid", nn::CellFunction::hard_sigmoid, 2, 0.2, 0.5},
    {"leakyrelu", nn::CellFunction::leaky_relu, 1, 0.01, 0},
    {"relu", nn::CellFunction::relu, 0, 0, 0},
    {"scaledtanh", nn::CellFunction::scaled_tanh, 2, 1, 1},
    {"sigmoid", nn::CellFunction::sigmoid, 0, 0, 0},
    {"softplus", nn::CellFunction::softplus, 0, 0, 0},
    {"softsign", nn::CellFunction::softsign, 0, 0, 0},
    {"tanh", nn::CellFunction::tanh, 0, 0, 0},
    {"thresholdedrelu", nn::CellFunction::thresholded_relu, 1, 1, 0},
};

static const KnownFunction *findFunction(StringRef name) {
  const auto *found =
      llvm::find_if(knownFunctions, [&](const KnownFunction &f) { return f.name == name; });
  return found == std::end(knownFunctions) ? nullptr : found;
}

static SmallVector<std::string> defaultFunctions(nn::CellKind kind) {
  if (kind == nn::CellKind::lstm)
    return {"Sigmoid", "Tanh", "Tanh"};
  if (kind == nn::CellKind::gru)
    return {"Sigmoid", "Tanh"};
  return {"Tanh"};
}

LogicalResult readCell(Node &node, nn::CellKind kind, int64_t directions,
                       SmallVectorImpl<CellFunctions> &functions, CellOptions &options) {
  SmallVector<std::string> defaults = defaultFunctions(kind), names = node.texts("activations");
  SmallVector<double> alphas = node.reals("activation_alpha"),
                      betas = node.reals("activation_beta");
  size_t perDirection = defaults.size();
  if (names.empty())
    for (int64_t d = 0; d < directions; ++d)
      llvm::append_range(names, defaults);
  // The default of RNN names two, one for each direction.
  if (names.size() < perDirection * static_cast<size_t>(directions))
    return node.error() << "attribute 'activations' has " << names.size() << " entries, expected "
                        << perDirection * static_cast<size_t>(directions);
  size_t alpha = 0, beta = 0;
  for (size_t i = 0; i < perDirection * static_cast<size_t>(directions); ++i) {
    const KnownFunction *known = findFunction(StringRef(names[i]).lower());
    if (!known)
      return node.error() << "attribute 'activations' has the entry '" << names[i]
                          << "', which is no function of recurrent layers";
    if (i % perDirection == 0)
      functions.emplace_back();
    functions.back().functions.push_back(known->function);
    bool givesAlpha = known->parameters > 0 && alpha < alphas.size();
    functions.back().alpha.push_back(givesAlpha ? alphas[alpha++] : known->alpha);
    bool givesBeta = known->parameters > 1 && beta < betas.size();
    functions.back().beta.push_back(givesBeta ? betas[beta++] : known->beta);
  }
  if (node.hasAttribute("clip"))
    if (double clip = node.real("clip", 0); clip != 0)
      options.clip = clip;
  if (kind == nn::CellKind::gru)
    options.resetAfter = node.flag("linear_before_reset", false);
  if (kind == nn::CellKind::lstm)
    options.inputForget = node.flag("input_forget", false);
  return failure(node.hasFailed());
}

} // namespace nnc::onnx
