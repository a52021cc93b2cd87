// Cortex-M: Thumb code without an operating system. The environment of the triple is the GNU one,
// in which LLVM calls memcpy and memset by these names rather than __aeabi_memcpy; everything else
// is the ARM EABI. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/ARM/ARMFamily.h"
#include "targets/Common/LLVM/Machine.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <mutex>

extern "C" {
void LLVMInitializeARMTargetInfo(void);
void LLVMInitializeARMTarget(void);
void LLVMInitializeARMTargetMC(void);
void LLVMInitializeARMAsmPrinter(void);
}

namespace nnc {
namespace {

struct Core {
  llvm::StringLiteral name, arch;
  bool preset;
  llvm::StringLiteral help;
};
constexpr Core kCores[] = {
    {"cortex-m0", "thumbv6m", true, "ARMv6-M, no FPU"},
    {"cortex-m0plus", "thumbv6m", false, ""},
    {"cortex-m1", "thumbv6m", false, ""},
    {"cortex-m3", "thumbv7m", true, "ARMv7-M, no FPU"},
    {"cortex-m4", "thumbv7em", true, "ARMv7E-M with DSP and single-precision FPU"},
    {"cortex-m7", "thumbv7em", true, "ARMv7E-M with DSP and double-precision FPU"},
    {"cortex-m23", "thumbv8m.base", false, ""},
    {"cortex-m33", "thumbv8m.main", true, "ARMv8-M with DSP and single-precision FPU"},
    {"cortex-m55", "thumbv8.1m.main", true, "ARMv8.1-M with MVE vectors (Helium) and FPU"},
    {"cortex-m85", "thumbv8.1m.main", false, ""},
};

void initialize() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeARMTargetInfo();
    LLVMInitializeARMTarget();
    LLVMInitializeARMTargetMC();
    LLVMInitializeARMAsmPrinter();
  });
}

const Core *findCore(llvm::StringRef name) {
  const auto *it = llvm::find_if(kCores, [&](const Core &core) { return core.name == name; });
  return it == std::end(kCores) ? nullptr : it;
}

/// The core that stands for a triple's architecture, for example cortex-m4 for thumbv7em.
const Core *coreOfArchitecture(llvm::StringRef arch) {
  const auto *it =
      llvm::find_if(kCores, [&](const Core &core) { return core.preset && core.arch == arch; });
  return it == std::end(kCores) ? nullptr : it;
}

/// What the chosen features can do.
struct Abilities {
  bool singleFpu, doubleFpu, vectors, rounding, dsp;
};

TargetFacts factsOf(const Abilities &abilities) {
  TargetFacts facts;
  facts.indexBits = 32;
  facts.vectorElements = abilities.vectors ? 4 : 1;
  facts.vectorRegisters = abilities.vectors ? 8 : abilities.singleFpu ? 32 : 8;
  facts.fma = abilities.singleFpu;
  facts.rounding = abilities.rounding;
  facts.dot = abilities.vectors ? DotProduct::Vmladav
              : abilities.dsp   ? DotProduct::Smlad
                                : DotProduct::None;
  facts.minMax = false; // with or without FPU: of no width for all types
  facts.squareRoot = abilities.singleFpu;
  facts.doubles = abilities.doubleFpu;
  facts.halfConversions = abilities.singleFpu; // each of these FPUs has them
  facts.arenaAlignment = 16;
  facts.l1Bytes = 16 * 1024;
  facts.l2Bytes = 0;
  facts.helperStackBytes = 128;
  return facts;
}

/// Functions of the ARM EABI for single-precision numbers: only cores without an FPU call them.
bool isSingleHelper(llvm::StringRef symbol) {
  return llvm::StringSwitch<bool>(symbol)
      .Cases({"__aeabi_fadd", "__aeabi_fsub", "__aeabi_frsub", "__aeabi_fmul", "__aeabi_fdiv",
              "__aeabi_fneg"},
             true)
      .Cases({"__aeabi_fcmpeq", "__aeabi_fcmplt", "__aeabi_fcmple", "__aeabi_fcmpge",
              "__aeabi_fcmpgt", "__aeabi_fcmpun"},
             true)
      .Cases({"__aeabi_i2f", "__aeabi_ui2f", "__aeabi_f2iz", "__aeabi_f2uiz"}, true)
      .Default(false);
}

class CortexMTarget : public Target {
public:
  CortexMTarget(std::string name, MachineSpec spec, Abilities abilities)
      : canonicalName(std::move(name)), spec(std::move(spec)), abilities(abilities),
        targetFacts(factsOf(abilities)) {}

  llvm::StringRef name() const override { return canonicalName; }
  const TargetFacts &facts() const override { return targetFacts; }
  std::unique_ptr<llvm::TargetMachine> createTargetMachine(unsigned optLevel) const override {
    return createMachine(spec, optLevel);
  }

  /// The compiler's support library, which every ARM toolchain links, supplies what the core has no
  /// instructions for.
  bool mayCall(llvm::StringRef symbol) const override {
    if (Target::mayCall(symbol))
      return true;
    return symbol.starts_with("__aeabi_") && !symbol.starts_with("__aeabi_mem") &&
           !(abilities.singleFpu && isSingleHelper(symbol));
  }

private:
  std::string canonicalName;
  MachineSpec spec;
  Abilities abilities;
  TargetFacts targetFacts;
};

class CortexMFamily : public TargetFamily {
public:
  std::vector<std::pair<std::string, std::string>> presets() const override {
    std::vector<std::pair<std::string, std::string>> list;
    for (const Core &core : kCores)
      if (core.preset)
        list.emplace_back(core.name, core.help);
    return list;
  }

  bool accepts(llvm::StringRef target) const override {
    if (findCore(target))
      return true;
    llvm::Triple triple(target);
    return triple.isARM() || triple.isThumb();
  }

  llvm::Expected<std::unique_ptr<Target>> create(const TargetRequest &request) const override {
    initialize();
    llvm::Expected<const Core *> core = chooseCore(request);
    if (!core)
      return core.takeError();
    llvm::Expected<std::string> abi = chooseFloatAbi(request);
    if (!abi)
      return abi.takeError();

    MachineSpec spec;
    spec.cpu = (*core)->name;
    spec.features = request.features;
    spec.triple = llvm::Triple(((*core)->arch + "-unknown-none-gnueabi").str());
    auto subtarget = describeMachine(spec);
    if (!subtarget)
      return subtarget.takeError();
    bool fpu = (*subtarget)->checkFeatures("+vfp2sp");
    if (abi->empty())
      *abi = fpu ? "hard" : "soft";
    if (*abi != "soft" && !fpu)
      return llvm::createStringError("-mfloat-abi=" + *abi + " needs an FPU, which " + spec.cpu +
                                     (request.features.empty() ? "" : " with " + request.features) +
                                     " does not have");
    if (*abi == "soft")
      spec.features +=
          (spec.features.empty() ? "" : ",") + std::string("+soft-float,-fpregs,-mve,-mve.fp");
    if (*abi == "hard")
      spec.triple.setEnvironment(llvm::Triple::GNUEABIHF);
    spec.floatAbi = *abi == "hard" ? llvm::FloatABI::Hard : llvm::FloatABI::Soft;
    subtarget = describeMachine(spec);
    if (!subtarget)
      return subtarget.takeError();
    auto has = [&](llvm::StringRef feature) { return (*subtarget)->checkFeatures(feature); };
    Abilities abilities{has("+vfp2sp"), has("+vfp2sp,+fp64"), has("+mve.fp"), has("+fp-armv8d16sp"),
                        has("+dsp")};
    std::string name = (*core)->name.str();
    if (*abi != "hard" && fpu)
      name += " (" + *abi + " float)";
    return std::make_unique<CortexMTarget>(name, std::move(spec), abilities);
  }

private:
  static llvm::Error error(const llvm::Twine &text) { return llvm::createStringError(text); }

  static std::string coreNames() {
    std::string names;
    for (const Core &core : kCores)
      names += (names.empty() ? "" : ", ") + core.name.str();
    return names;
  }

  static llvm::Expected<const Core *> chooseCore(const TargetRequest &request) {
    if (const Core *named = findCore(request.target)) {
      if (!request.cpu.empty() && request.cpu != named->name)
        return error("-mcpu=" + request.cpu + " contradicts --target=" + request.target);
      return named;
    }
    llvm::Triple triple(llvm::Triple::normalize(request.target));
    if (!triple.isLittleEndian() || !triple.isOSBinFormatELF() ||
        triple.getOS() != llvm::Triple::UnknownOS)
      return error("triple '" + request.target +
                   "' is not little-endian ARM without an operating system");
    if (!request.cpu.empty()) {
      const Core *core = findCore(request.cpu);
      if (!core)
        return error("unknown CPU '" + request.cpu + "' for " + request.target +
                     "; expected one of " + coreNames());
      if (triple.getArchName() != "arm" && triple.getArchName() != "thumb" &&
          triple.getArchName() != core->arch)
        return error("-mcpu=" + request.cpu + " is " + core->arch +
                     ", which contradicts --target=" + request.target);
      return core;
    }
    if (const Core *core = coreOfArchitecture(triple.getArchName()))
      return core;
    return error("target '" + request.target +
                 "' does not say which core; add -mcpu= with one of " + coreNames());
  }

  /// "soft", "softfp", "hard", or empty for the core's own.
  static llvm::Expected<std::string> chooseFloatAbi(const TargetRequest &request) {
    const std::string &wanted = request.floatAbi;
    if (!wanted.empty() && wanted != "soft" && wanted != "softfp" && wanted != "hard")
      return error("-mfloat-abi=" + wanted + " is unknown; expected soft, softfp or hard");
    if (findCore(request.target))
      return wanted;
    switch (llvm::Triple(request.target).getEnvironment()) {
    case llvm::Triple::EABIHF:
    case llvm::Triple::GNUEABIHF:
      if (!wanted.empty() && wanted != "hard")
        return error("-mfloat-abi=" + wanted + " contradicts --target=" + request.target);
      return "hard";
    default:
      return wanted.empty() ? "soft" : wanted;
    }
  }
};

} // namespace

std::unique_ptr<TargetFamily> createCortexMFamily() { return std::make_unique<CortexMFamily>(); }

} // namespace nnc
