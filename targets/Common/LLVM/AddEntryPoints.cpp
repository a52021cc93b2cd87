// The functions that a program calls, around the model's internal function; final names and
// sections of all symbols. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
// LLVM-exception
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "lib/Support/Identifier.h"
#include "lib/Support/SectionNames.h"
#include "targets/Common/LLVM/EntryBuilder.h"
#include "targets/Common/LLVM/Passes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include "runtime/include/nnrt/nnrt.h"

using namespace mlir;

namespace nnc {

#define GEN_PASS_DEF_ADDENTRYPOINTSPASS
#include "targets/Common/LLVM/Passes.h.inc"

namespace {

/// Reads the roles of the model function's arguments. The order is inputs, results, arenas,
/// executor.
FailureOr<EntryInterface> readInterface(LLVM::LLVMFuncOp entry) {
  auto buffers = entry->getAttrOfType<TypeAttr>("rt.buffers");
  auto type = buffers ? dyn_cast<FunctionType>(buffers.getValue()) : FunctionType();
  if (!type || type.getNumInputs() != entry.getNumArguments() || type.getNumInputs() == 0)
    return entry.emitError(
        "model function has no rt.buffers of its arguments; run nnc-lower-to-llvm before");
  EntryInterface interface;
  unsigned last = entry.getNumArguments() - 1;
  interface.hasExecutor = isa<rt::ExecutorType>(type.getInput(last));
  if (interface.hasExecutor && last-- == 0)
    return entry.emitError("model function has an executor, but no arena before it");
  for (unsigned i = 0; i <= last; ++i) {
    auto buffer = dyn_cast<MemRefType>(type.getInput(i));
    if (!buffer || !buffer.hasStaticShape())
      return entry.emitError("argument ") << i << " of the model function is " << type.getInput(i)
                                          << ", expected a buffer of static size";
    uint64_t element = static_cast<uint64_t>(nn::elementBytes(buffer.getElementType()));
    EntryBuffer facts{element * static_cast<uint64_t>(buffer.getNumElements()), element,
                      static_cast<bool>(entry.getArgAttr(i, "nn.arena_offset"))};
    if (i == last || entry.getArgAttr(i, rt::kRegionAttr)) {
      auto align = entry.getArgAttrOfType<IntegerAttr>(i, LLVM::LLVMDialect::getAlignAttrName());
      interface.arenas.push_back({facts.bytes, align ? static_cast<uint64_t>(align.getInt()) : 1});
    } else if (entry.getArgAttr(i, rt::kResultAttr)) {
      interface.results.push_back(facts);
    } else if (!interface.results.empty()) {
      return entry.emitError("argument ")
             << i << " of the model function is an input after a result";
    } else {
      interface.inputs.push_back(facts);
    }
  }
  return interface;
}

/// A number that differs between models: constants, interface and layers go in.
uint64_t identify(ModuleOp module, LLVM::LLVMFuncOp entry) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << entry->getAttr("rt.buffers") << entry.getArgAttrsAttr();
  for (auto global : module.getOps<LLVM::GlobalOp>())
    if (auto data = dyn_cast_or_null<DenseResourceElementsAttr>(global.getValueOrNull()))
      out << llvm::xxh3_64bits(ArrayRef<uint8_t>(
          reinterpret_cast<const uint8_t *>(data.getData().data()), data.getData().size()));
  for (auto function : module.getOps<LLVM::LLVMFuncOp>())
    out << function.getSymName() << ' ' << function->getAttr(rt::kLayerAttr);
  return llvm::xxh3_64bits(text);
}

class AddEntryPoints : public impl::AddEntryPointsPassBase<AddEntryPoints> {
  using AddEntryPointsPassBase::AddEntryPointsPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (!isUsableIdentifier(prefix)) {
      module.emitError("prefix '") << prefix << "' is not a C identifier";
      return signalPassFailure();
    }
    for (const std::string &section : {codeSection.getValue(), weightsSection.getValue()})
      if (!isUsableSectionName(section)) {
        module.emitError("'") << section << "' is no name that sections can begin with";
        return signalPassFailure();
      }
    auto entries = llvm::make_filter_range(module.getOps<LLVM::LLVMFuncOp>(), [](auto function) {
      return function->hasAttr(rt::kEntryAttr);
    });
    if (!llvm::hasSingleElement(entries)) {
      module.emitError("expected one model function (rt.entry), found ")
          << llvm::range_size(entries);
      return signalPassFailure();
    }
    LLVM::LLVMFuncOp entry = *entries.begin();
    FailureOr<EntryInterface> interface = readInterface(entry);
    if (failed(interface))
      return signalPassFailure();
    std::string guard = prefix + "_run_abi" + std::to_string(NNRT_ABI_VERSION) + "_arena";
    for (const EntryBuffer &arena : interface->arenas)
      guard += std::to_string(arena.bytes) + "_";
    guard +=
        llvm::utohexstr(identify(module, entry), /*LowerCase=*/true, /*Width=*/16).substr(0, 8);
    renameSymbols(module);
    EntryBuilder builder(module, prefix, *interface, codeSection);
    if (trace)
      builder.addTracedRun(entry);
    builder.addCheck();
    builder.addRun(entry);
    addAliases(builder, guard, interface->hasExecutor);
    module->setAttr("rt.guard", StringAttr::get(&getContext(), guard));
  }

  /// Second names of the functions that run the model.
  void addAliases(EntryBuilder &builder, const std::string &guard, bool hasExecutor) {
    auto add = [&](const std::string &suffix) {
      builder.addAlias(guard + suffix, prefix + "_run" + suffix);
      if (hasExecutor)
        builder.addAlias(guard + suffix + "_with", prefix + "_run" + suffix + "_with");
    };
    add("");
    if (trace)
      add("_traced");
  }

  /// Gives each symbol the prefix and a section of its own.
  void renameSymbols(ModuleOp module) {
    IdentifierSet names;
    for (const char *taken : {"run", "check", "run_traced", "run_with", "run_traced_with"})
      names.reserve(taken);
    llvm::StringMap<std::string> renamed;
    for (Operation &op : *module.getBody()) {
      auto symbol = dyn_cast<SymbolOpInterface>(op);
      auto function = dyn_cast<LLVM::LLVMFuncOp>(op);
      if (!symbol || (function && function.isDeclaration()))
        continue;
      std::string old = symbol.getName().str();
      std::string part =
          names.unique(function && function->hasAttr(rt::kEntryAttr) ? "main" : old, "part");
      renamed[old] = prefix + "_" + part;
      const std::string &place = function ? codeSection : weightsSection;
      op.setAttr("section", StringAttr::get(&getContext(), place + "." + prefix + "." + part));
      symbol.setName(prefix + "_" + part);
    }
    auto replace = [&](Operation *op, StringRef attribute) {
      if (auto reference = op->getAttrOfType<FlatSymbolRefAttr>(attribute))
        if (auto it = renamed.find(reference.getValue()); it != renamed.end())
          op->setAttr(attribute, FlatSymbolRefAttr::get(&getContext(), it->second));
    };
    module.walk([&](Operation *op) {
      if (isa<LLVM::CallOp>(op))
        replace(op, "callee");
      else if (isa<LLVM::AddressOfOp>(op))
        replace(op, "global_name");
    });
  }
};

} // namespace
} // namespace nnc
