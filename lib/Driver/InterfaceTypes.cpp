// Finds the inputs and outputs that --io-type means.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/InterfaceTypes.h"

#include "dialects/RT/RT.h"
#include "passes/Quantization/InterfaceTypes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace nnc {

std::vector<std::string> interfaceTypeNames() {
  return {"int8", "uint8", "int16", "uint16", "float"};
}

namespace {

Type typeOfName(StringRef name, MLIRContext *context) {
  if (name == "float")
    return Float32Type::get(context);
  bool isUnsigned = name.consume_front("u");
  (void)name.consume_front("int");
  unsigned bits = name == "8" ? 8 : 16;
  return IntegerType::get(context, bits,
                          isUnsigned ? IntegerType::Unsigned : IntegerType::Signless);
}

class Requests {
public:
  Requests(func::FuncOp function, const CompileOptions &options)
      : function(function), options(options) {}

  LogicalResult note() {
    auto name = [](StringAttr attribute) { return attribute ? attribute.getValue() : StringRef(); };
    for (BlockArgument argument : function.getArguments()) {
      unsigned i = argument.getArgNumber();
      if (Type type =
              wantedFor(name(function.getArgAttrOfType<StringAttr>(i, "nn.name")), argument))
        function.setArgAttr(i, kInterfaceTypeAttr, TypeAttr::get(type));
    }
    Operation *end = function.front().getTerminator();
    auto own = static_cast<unsigned>(function.getNumResults() - options.exposed.size());
    for (unsigned i = 0; i < own; ++i)
      if (Type type = wantedFor(name(function.getResultAttrOfType<StringAttr>(i, "nn.name")),
                                end->getOperand(i)))
        function.setResultAttr(i, kInterfaceTypeAttr, TypeAttr::get(type));
    for (const auto &[wanted, type] : options.ioTypes)
      if (!wanted.empty() && !llvm::is_contained(known, wanted))
        return function.emitError("--io-type=")
               << wanted << "=" << type << " names no input or output; there are '"
               << llvm::join(known, "', '") << "'";
    return success();
  }

private:
  /// The type for one of this name; null where nothing is asked. What is said of all is not meant
  /// for indices, truth values and the like.
  Type wantedFor(StringRef name, Value value) {
    known.push_back(name.str());
    StringRef all, own;
    for (const auto &[wanted, type] : options.ioTypes) {
      if (wanted.empty())
        all = type;
      else if (wanted == name)
        own = type;
    }
    if (!own.empty())
      return typeOfName(own, function.getContext());
    return !all.empty() && standsForNumbers(value) ? typeOfName(all, function.getContext())
                                                   : Type();
  }

  func::FuncOp function;
  const CompileOptions &options;
  std::vector<std::string> known;
};

} // namespace

LogicalResult requestInterfaceTypes(ModuleOp module, const CompileOptions &options) {
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr(rt::kEntryAttr))
      return Requests(function, options).note();
  return success();
}

} // namespace nnc
