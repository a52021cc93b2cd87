// Binding the dimensions of inputs.
//
// A dimension of the file is a number, a symbol, or nothing. Symbols are bound by `dims` or,
// where a whole shape is given, by the number at their place; one symbol has one size.
//
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Interface.h"

#include "dialects/NN/NN.h"
#include "lib/Import/ONNX/ElementTypes.h"
#include "lib/Import/ONNX/Tensor.h"

#include "llvm/ADT/StringExtras.h"

#include <map>

using namespace mlir;

namespace nnc::onnx {

namespace {

class Binder {
public:
  Binder(const GraphProto &graph, const ImportOptions &options, const llvm::StringSet<> &constants,
         MLIRContext *context, Report report)
      : graph(graph), options(options), constants(constants), context(context), report(report) {}

  FailureOr<std::vector<ModelInput>> run();

private:
  LogicalResult collect();
  LogicalResult bindSymbols();
  LogicalResult bindSymbol(StringRef symbol, int64_t size, const llvm::Twine &source);
  LogicalResult checkShape(const ValueInfoProto &input, ArrayRef<int64_t> shape);
  FailureOr<ModelInput> bind(const ValueInfoProto &input);
  LogicalResult reportUnbound();
  const std::vector<int64_t> *shapeFor(StringRef input) const;

  const GraphProto &graph;
  const ImportOptions &options;
  const llvm::StringSet<> &constants;
  MLIRContext *context;
  Report report;
  std::vector<const ValueInfoProto *> inputs;
  std::map<std::string, std::optional<int64_t>> symbols;
  llvm::StringMap<std::string> sources; ///< symbol → what bound it
  std::vector<std::string> unboundShapes;
  bool unboundSymbol = false;
};

} // namespace

using Dimension = TensorShapeProto::Dimension;

static bool isSymbol(const Dimension &d) { return d.has_dim_param() && !d.dim_param().empty(); }
/// Old exporters write 0, some write -1, for a size they do not know.
static bool isNumber(const Dimension &d) { return d.has_dim_value() && d.dim_value() >= 0; }

const std::vector<int64_t> *Binder::shapeFor(StringRef input) const {
  for (const auto &[name, shape] : options.shapes)
    if (name == input)
      return &shape;
  return nullptr;
}

LogicalResult Binder::collect() {
  for (const ValueInfoProto &input : graph.input()) {
    if (constants.contains(input.name()))
      continue;
    if (!input.type().has_tensor_type())
      return report() << "input '" << input.name()
                      << "' is not a tensor; sequences, maps and optional values are not supported";
    inputs.push_back(&input);
    for (const Dimension &d : input.type().tensor_type().shape().dim())
      if (isSymbol(d))
        symbols.insert({d.dim_param(), std::nullopt});
  }
  auto listInputs = [&] {
    return llvm::join(
        llvm::map_range(inputs, [](const ValueInfoProto *i) { return "'" + i->name() + "'"; }),
        ", ");
  };
  for (const auto &[name, shape] : options.shapes)
    if (llvm::none_of(inputs, [&, &n = name](auto *input) { return input->name() == n; }))
      return report() << "a shape is given for '" << name << "', but the inputs of the model are "
                      << listInputs();
  return success();
}

LogicalResult Binder::bindSymbol(StringRef symbol, int64_t size, const llvm::Twine &source) {
  std::optional<int64_t> &bound = symbols[symbol.str()];
  if (bound && *bound != size)
    return report() << "dimension '" << symbol << "' is " << *bound << " by " << sources[symbol]
                    << ", but " << size << " by " << source;
  bound = size;
  sources[symbol] = source.str();
  return success();
}

LogicalResult Binder::bindSymbols() {
  for (const auto &[symbol, size] : options.dims) {
    if (!symbols.count(symbol)) {
      std::string known = llvm::join(
          llvm::map_range(symbols, [](const auto &entry) { return "'" + entry.first + "'"; }),
          ", ");
      return report() << "a size is given for dimension '" << symbol << "', but the inputs have "
                      << (known.empty() ? "no named dimension" : "the named dimensions " + known);
    }
    if (size < 0)
      return report() << "dimension '" << symbol << "' is bound to " << size
                      << ", expected a size from 0";
    if (failed(bindSymbol(symbol, size, "--dim")))
      return failure();
  }
  for (const ValueInfoProto *input : inputs)
    if (const std::vector<int64_t> *shape = shapeFor(input->name()))
      if (failed(checkShape(*input, *shape)))
        return failure();
  return success();
}

LogicalResult Binder::checkShape(const ValueInfoProto &input, ArrayRef<int64_t> shape) {
  const auto &type = input.type().tensor_type();
  if (llvm::any_of(shape, [](int64_t size) { return size < 0; }))
    return report() << "the shape given for input '" << input.name() << "' has a negative size";
  if (!type.has_shape())
    return success();
  if (static_cast<size_t>(type.shape().dim_size()) != shape.size())
    return report() << "the shape given for input '" << input.name() << "' has " << shape.size()
                    << " dimensions, the model's has " << type.shape().dim_size();
  for (auto [i, size] : llvm::enumerate(shape)) {
    const Dimension &d = type.shape().dim(static_cast<int>(i));
    if (isNumber(d) && d.dim_value() != size)
      return report() << "the shape given for input '" << input.name() << "' has " << size
                      << " in dimension " << i << ", the model has " << int64_t{d.dim_value()};
    if (isSymbol(d) && failed(bindSymbol(d.dim_param(), size, "--shape " + input.name())))
      return failure();
  }
  return success();
}

FailureOr<ModelInput> Binder::bind(const ValueInfoProto &input) {
  const auto &tensor = input.type().tensor_type();
  Type element = elementTypeOf(tensor.elem_type(), context);
  if (!element)
    return report() << "input '" << input.name() << "' has element type "
                    << nameOfElementCode(tensor.elem_type()) << ", which is not supported"
                    << (isElementCode(tensor.elem_type()) ? " yet" : "");
  SmallVector<int64_t> shape;
  if (const std::vector<int64_t> *given = shapeFor(input.name())) {
    shape.assign(given->begin(), given->end());
  } else if (!tensor.has_shape()) {
    unboundShapes.push_back("input '" + input.name() + "' has no shape at all: --shape '" +
                            input.name() + "=1,3,224,224'");
  } else {
    bool nameless = false;
    std::string example;
    for (const Dimension &d : tensor.shape().dim()) {
      int64_t size = 1;
      if (isNumber(d))
        size = d.dim_value();
      else if (isSymbol(d) && symbols[d.dim_param()])
        size = *symbols[d.dim_param()];
      else
        (isSymbol(d) ? unboundSymbol : nameless) = true;
      shape.push_back(size);
      example += (example.empty() ? "" : ",") + std::to_string(size);
    }
    if (nameless)
      unboundShapes.push_back("input '" + input.name() +
                              "' has dimensions without name or size: --shape '" + input.name() +
                              "=" + example + "'");
  }
  if (!countElements(shape) || !nn::hasSaneSize(RankedTensorType::get(shape, element)))
    return report() << "input '" << input.name() << "' is too large";
  return ModelInput{input.name(), RankedTensorType::get(shape, element), tensor.elem_type()};
}

LogicalResult Binder::reportUnbound() {
  if (!unboundSymbol && unboundShapes.empty())
    return success();
  InFlightDiagnostic error = report();
  error << "every size must be known at compile time; these are not:";
  for (const auto &[symbol, size] : symbols)
    if (!size)
      error << "\n  dimension '" << symbol << "': --dim '" << symbol << "=1'";
  for (const std::string &line : unboundShapes)
    error << "\n  " << line;
  return error;
}

FailureOr<std::vector<ModelInput>> Binder::run() {
  if (failed(collect()) || failed(bindSymbols()))
    return failure();
  std::vector<ModelInput> bound;
  for (const ValueInfoProto *input : inputs) {
    FailureOr<ModelInput> result = bind(*input);
    if (failed(result))
      return failure();
    bound.push_back(std::move(*result));
  }
  if (failed(reportUnbound()))
    return failure();
  return bound;
}

FailureOr<std::vector<ModelInput>> bindInputs(const GraphProto &graph, const ImportOptions &options,
                                              const llvm::StringSet<> &constants,
                                              MLIRContext *context, Report report) {
  return Binder(graph, options, constants, context, report).run();
}

} // namespace nnc::onnx
