// LLVM target machines.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LLVM/Machine.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/TargetRegistry.h"

#include <optional>

namespace nnc {

static llvm::Error error(const llvm::Twine &text) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), text);
}

/// ", did you mean 'x'?" for the table's nearest name, or nothing.
template <typename Table> static std::string suggest(llvm::StringRef wrong, const Table &table) {
  llvm::StringRef best;
  unsigned distance = 4;
  for (const auto &entry : table) {
    unsigned d = wrong.edit_distance(entry.Key, /*AllowReplacements=*/true, distance);
    if (d < distance) {
      distance = d;
      best = entry.Key;
    }
  }
  return best.empty() ? std::string() : (", did you mean '" + best + "'?").str();
}

static llvm::Error checkFeatureNames(const llvm::MCSubtargetInfo &known, llvm::StringRef list) {
  llvm::SmallVector<llvm::StringRef> names;
  list.split(names, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef name : names) {
    llvm::StringRef bare = name.drop_front(1);
    if (!name.starts_with("+") && !name.starts_with("-"))
      return error("feature '" + name + "' has no sign; write '+" + name + "' or '-" + name + "'");
    auto features = known.getAllProcessorFeatures();
    if (llvm::none_of(features, [&](const auto &entry) { return bare == entry.Key; }))
      return error("unknown feature '" + bare + "' for " + known.getTargetTriple().str() +
                   suggest(bare, features));
  }
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<llvm::MCSubtargetInfo>> describeMachine(const MachineSpec &spec) {
  std::string reason;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(spec.triple, reason);
  if (!target)
    return error("no code generator for triple '" + spec.triple.str() + "'");
  // LLVM prints to stderr when it is given unknown names, so they are looked up first.
  std::unique_ptr<llvm::MCSubtargetInfo> known(target->createMCSubtargetInfo(spec.triple, "", ""));
  if (!known)
    return error("no code generator for triple '" + spec.triple.str() + "'");
  if (!spec.cpu.empty() && !known->isCPUStringValid(spec.cpu))
    return error("unknown CPU '" + spec.cpu + "' for " + spec.triple.str() +
                 suggest(spec.cpu, known->getAllProcessorDescriptions()));
  if (llvm::Error wrong = checkFeatureNames(*known, spec.features))
    return std::move(wrong);
  return std::unique_ptr<llvm::MCSubtargetInfo>(
      target->createMCSubtargetInfo(spec.triple, spec.cpu, spec.features));
}

static llvm::CodeGenOptLevel toCodegenLevel(unsigned optLevel) {
  switch (optLevel) {
  case 0:
    return llvm::CodeGenOptLevel::None;
  case 1:
    return llvm::CodeGenOptLevel::Less;
  case 2:
    return llvm::CodeGenOptLevel::Default;
  default:
    return llvm::CodeGenOptLevel::Aggressive;
  }
}

std::unique_ptr<llvm::TargetMachine> createMachine(const MachineSpec &spec, unsigned optLevel) {
  std::string reason;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(spec.triple, reason);
  if (!target)
    return nullptr;
  llvm::TargetOptions options;
  options.FloatABIType = spec.floatAbi;
  options.FunctionSections = options.DataSections = true;
  options.EmitStackSizeSection = true;
  options.EnableMachineOutliner = false; // outlined pieces would belong to no layer
  bool hosted = spec.triple.getOS() != llvm::Triple::UnknownOS;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      spec.triple, spec.cpu, spec.features, options,
      hosted ? llvm::Reloc::PIC_ : llvm::Reloc::Static, std::nullopt, toCodegenLevel(optLevel)));
}

} // namespace nnc
