// AArch64: 128-bit NEON with 32 registers; activations are loaded as vectors and broadcast lane by
// lane. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/ARM/ARMFamily.h"
#include "targets/Common/LLVM/Machine.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/Host.h"

#include <mutex>

extern "C" {
void LLVMInitializeAArch64TargetInfo(void);
void LLVMInitializeAArch64Target(void);
void LLVMInitializeAArch64TargetMC(void);
void LLVMInitializeAArch64AsmPrinter(void);
}

namespace nnc {
namespace {

void initialize() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
  });
}

TargetFacts makeFacts(bool hasDot) {
  TargetFacts facts;
  facts.vectorElements = 4;
  facts.vectorRegisters = 32;
  facts.lanes = 4;
  facts.dot = hasDot ? DotProduct::Sdot : DotProduct::None;
  facts.arenaAlignment = 64;
  return facts;
}

class AArch64Target : public Target {
public:
  AArch64Target(std::string name, MachineSpec spec, TargetFacts facts)
      : canonicalName(std::move(name)), spec(std::move(spec)), targetFacts(facts) {}

  llvm::StringRef name() const override { return canonicalName; }
  const TargetFacts &facts() const override { return targetFacts; }
  std::unique_ptr<llvm::TargetMachine> createTargetMachine(unsigned optLevel) const override {
    return createMachine(spec, optLevel);
  }

private:
  std::string canonicalName;
  MachineSpec spec;
  TargetFacts targetFacts;
};

class AArch64Family : public TargetFamily {
public:
  std::vector<std::pair<std::string, std::string>> presets() const override {
    std::vector<std::pair<std::string, std::string>> list;
    if (hostIsAArch64())
      list.emplace_back("native", "this machine");
    list.emplace_back(
        "aarch64",
        "64-bit ARM with NEON under Linux; -mcpu=cortex-a53, neoverse-n1, … for one CPU");
    return list;
  }

  bool accepts(llvm::StringRef target) const override {
    if (target == "native")
      return hostIsAArch64();
    return llvm::Triple(target).isAArch64();
  }

  llvm::Expected<std::unique_ptr<Target>> create(const TargetRequest &request) const override {
    initialize();
    if (!request.floatAbi.empty())
      return llvm::createStringError("-mfloat-abi=" + request.floatAbi +
                                     " has no meaning for target '" + request.target +
                                     "': AArch64 has one calling convention");
    bool native = request.target == "native";
    if (native && !request.cpu.empty())
      return llvm::createStringError("-mcpu=" + request.cpu +
                                     " contradicts --target=native; use --target=aarch64");
    MachineSpec spec;
    bool preset = native || request.target == "aarch64";
    spec.triple = llvm::Triple(
        llvm::Triple::normalize(preset ? "aarch64-unknown-linux-gnu" : request.target));
    if (!spec.triple.isLittleEndian() || !spec.triple.isOSBinFormatELF() ||
        !spec.triple.isArch64Bit())
      return llvm::createStringError("triple '" + request.target +
                                     "' is not 64-bit little-endian ARM with ELF objects");
    spec.cpu = !request.cpu.empty() ? request.cpu
               : native             ? llvm::sys::getHostCPUName().str()
                                    : "generic";
    spec.features = request.features;
    auto subtarget = describeMachine(spec);
    if (!subtarget)
      return subtarget.takeError();
    if (!(*subtarget)->checkFeatures("+neon"))
      return llvm::createStringError("CPU '" + spec.cpu +
                                     "' with these features has no NEON, which target '" +
                                     request.target + "' needs");
    std::string name = request.target;
    if (native || !request.cpu.empty())
      name += " (" + spec.cpu + ")";
    TargetFacts facts = makeFacts((*subtarget)->checkFeatures("+dotprod"));
    return std::make_unique<AArch64Target>(name, std::move(spec), facts);
  }

private:
  static bool hostIsAArch64() {
    return llvm::Triple(llvm::sys::getDefaultTargetTriple()).isAArch64();
  }
};

} // namespace

std::unique_ptr<TargetFamily> createAArch64Family() { return std::make_unique<AArch64Family>(); }

} // namespace nnc
