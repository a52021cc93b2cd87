// x86-64: the four micro-architecture levels, named CPUs and the host. Facts follow from the
// features that LLVM derives from CPU and attributes, so that a preset with -mattr stays
// consistent. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/X86/X86Family.h"

#include "targets/Common/LLVM/Machine.h"
#include "targets/X86/LevelChoice.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Host.h"

#include <algorithm>
#include <mutex>
#include <unistd.h>

extern "C" {
void LLVMInitializeX86TargetInfo(void);
void LLVMInitializeX86Target(void);
void LLVMInitializeX86TargetMC(void);
void LLVMInitializeX86AsmPrinter(void);
}

namespace nnc {
namespace {

constexpr llvm::StringLiteral kTriple = "x86_64-unknown-linux-gnu";

struct Preset {
  llvm::StringLiteral name, cpu, help;
};
constexpr Preset kPresets[] = {
    {"x86-64-v1", "x86-64", "any 64-bit x86: SSE2, 128-bit vectors"},
    {"x86-64-v2", "x86-64-v2", "SSE4.2"},
    {"x86-64-v3", "x86-64-v3", "AVX2 and FMA, 256-bit vectors"},
    {"x86-64-v4", "x86-64-v4", "AVX-512, 512-bit vectors"},
};

void initialize() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
  });
}

/// Intel's servers: two multiply-adds of 512 bits in a cycle, and a memory far from each core.
bool isMeshServer(llvm::StringRef cpu) {
  return llvm::is_contained({"skylake-avx512", "cascadelake", "cooperlake", "icelake-server",
                             "sapphirerapids", "emeraldrapids", "graniterapids"},
                            cpu);
}

/// CPUs that can begin two multiply-adds of 512 bits in a cycle.
bool hasTwoWideUnits(llvm::StringRef cpu) { return isMeshServer(cpu) || cpu == "znver5"; }

/// Cycles for a byte from the memory: measured with weights of convolutions on Emerald Rapids.
constexpr double kMeshMemoryCycles = 0.22;
/// A virtual machine sees the whole cache of a processor as that of its few cores. No core has a
/// larger part of one than this where all of them work.
constexpr uint64_t kLargestThirdCache = 16 * 1024 * 1024;

/// A file of Linux about the cache of the third level, without the end of its line; empty where
/// there is none.
std::string askAboutThirdCache(llvm::StringRef name) {
  auto file =
      llvm::MemoryBuffer::getFileAsStream("/sys/devices/system/cpu/cpu0/cache/index3/" + name);
  return file ? (*file)->getBuffer().trim().str() : "";
}

/// How many numbers a list like "0-3,8" has.
uint64_t countListed(llvm::StringRef list) {
  uint64_t count = 0;
  for (llvm::StringRef range : llvm::split(list, ',')) {
    uint64_t first = 0, last = 0;
    if (range.consumeInteger(10, first))
      continue;
    if (!range.consume_front("-") || range.consumeInteger(10, last))
      last = first;
    count += last - first + 1;
  }
  return count;
}

/// One core's part of the cache of the third level. sysconf tells the sum of a processor's caches
/// on some machines, so it is asked only where the other files are missing.
uint64_t askForThirdCache(long fromSystem, long processors) {
  std::string size = askAboutThirdCache("size");
  uint64_t kilobytes = 0, sharing = countListed(askAboutThirdCache("shared_cpu_list"));
  llvm::StringRef text(size);
  if (!text.consumeInteger(10, kilobytes) && text == "K" && sharing > 0)
    return kilobytes * 1024 / sharing;
  return static_cast<uint64_t>(fromSystem / std::max(processors, 1L));
}

/// Sizes of this machine's caches; what the system does not know stays as it is.
void askForCaches(TargetFacts &facts) {
  auto ask = [](int name) { return std::max<long>(sysconf(name), 0); };
  if (long bytes = ask(_SC_LEVEL1_DCACHE_SIZE))
    facts.l1Bytes = static_cast<uint64_t>(bytes);
  if (long bytes = ask(_SC_LEVEL2_CACHE_SIZE))
    facts.l2Bytes = static_cast<uint64_t>(bytes);
  if (uint64_t bytes = askForThirdCache(ask(_SC_LEVEL3_CACHE_SIZE), ask(_SC_NPROCESSORS_CONF)))
    facts.l3Bytes = std::min(bytes, kLargestThirdCache);
  facts.l3Bytes = std::max(facts.l3Bytes, facts.l2Bytes);
}

/// What follows from features and CPU.
TargetFacts factsOf(const llvm::MCSubtargetInfo &subtarget) {
  auto has = [&](llvm::StringRef features) { return subtarget.checkFeatures(features); };
  TargetFacts facts;
  bool avx512 = has("+avx512f,+avx512vl,+avx512bw,+avx512dq");
  facts.vectorElements = avx512 ? 16 : has("+avx2") ? 8 : 4;
  facts.vectorRegisters = avx512 ? 32 : 16;
  facts.fma = avx512 || has("+fma");
  if (isMeshServer(subtarget.getCPU()))
    facts.memoryCycles = kMeshMemoryCycles;
  bool vnni = avx512 ? has("+avx512vnni") : has("+avxvnni");
  facts.dot = vnni ? DotProduct::Vpdpbusd : DotProduct::Pmaddwd;
  facts.productsPerCycle = avx512 && !hasTwoWideUnits(subtarget.getCPU()) ? 1 : 2;
  facts.rounding = avx512 || has("+sse4.1");
  facts.halfConversions = avx512 || has("+f16c");
  facts.arenaAlignment = 64;
  facts.callStackBytes = 8;
  facts.realignStackBytes = facts.vectorElements * 4 - 16;
  return facts;
}

class X86Target : public Target {
public:
  X86Target(std::string name, MachineSpec spec, TargetFacts facts)
      : canonicalName(std::move(name)), spec(std::move(spec)), targetFacts(facts) {}

  llvm::StringRef name() const override { return canonicalName; }
  const TargetFacts &facts() const override { return targetFacts; }
  std::unique_ptr<llvm::TargetMachine> createTargetMachine(unsigned optLevel) const override {
    return createMachine(spec, optLevel);
  }

  std::vector<std::pair<std::string, std::string>> functionAttributes() const override {
    // Some CPUs are tuned to prefer half of their width; kernels are made for the full one.
    std::string bits = std::to_string(targetFacts.vectorElements * 32);
    return {{"prefer-vector-width", bits}, {"min-legal-vector-width", bits}};
  }

private:
  std::string canonicalName;
  MachineSpec spec;
  TargetFacts targetFacts;
};

/// The host's features as an attribute list, in a fixed order.
std::string hostFeatures() {
  std::vector<std::string> list;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    list.push_back((feature.second ? "+" : "-") + feature.first().str());
  llvm::sort(list);
  return llvm::join(list, ",");
}

class X86Family : public TargetFamily {
public:
  std::vector<std::pair<std::string, std::string>> presets() const override {
    std::vector<std::pair<std::string, std::string>> list;
    if (hostIsX86())
      list.emplace_back("native", "this machine");
    for (const Preset &preset : kPresets)
      list.emplace_back(preset.name, preset.help);
    return list;
  }

  bool accepts(llvm::StringRef target) const override {
    if (target == "native")
      return hostIsX86();
    return findPreset(target) || llvm::Triple(target).getArch() == llvm::Triple::x86_64;
  }

  llvm::Expected<std::unique_ptr<Target>> create(const TargetRequest &request) const override {
    initialize();
    if (!request.floatAbi.empty())
      return llvm::createStringError("-mfloat-abi=" + request.floatAbi +
                                     " has no meaning for target '" + request.target +
                                     "': x86-64 has one calling convention");
    const Preset *preset = findPreset(request.target);
    bool native = request.target == "native";
    if ((preset || native) && !request.cpu.empty())
      return llvm::createStringError("-mcpu=" + request.cpu + " contradicts --target=" +
                                     request.target + "; use --target=" + kTriple.str());
    MachineSpec spec;
    spec.triple = llvm::Triple(llvm::Triple::normalize(
        preset || native ? llvm::StringRef(kTriple) : llvm::StringRef(request.target)));
    if (!spec.triple.isOSBinFormatELF())
      return llvm::createStringError("triple '" + request.target +
                                     "' has no ELF objects; only ELF is written");
    spec.cpu = !request.cpu.empty() ? request.cpu
               : native             ? llvm::sys::getHostCPUName().str()
               : preset             ? preset->cpu.str()
                                    : "x86-64";
    spec.features = native && request.cpu.empty() ? hostFeatures() : "";
    if (!request.features.empty())
      spec.features += (spec.features.empty() ? "" : ",") + request.features;
    auto subtarget = describeMachine(spec);
    if (!subtarget)
      return subtarget.takeError();
    if (!(*subtarget)->checkFeatures("+64bit,+sse2"))
      return llvm::createStringError("CPU '" + spec.cpu +
                                     "' is not a 64-bit x86 with SSE2, which target '" +
                                     request.target + "' needs");
    std::string name = request.target;
    if (native || !request.cpu.empty())
      name += " (" + spec.cpu + ")";
    TargetFacts facts = factsOf(**subtarget);
    if (native)
      askForCaches(facts);
    return std::make_unique<X86Target>(name, std::move(spec), facts);
  }

  llvm::Expected<llvm::SmallVector<char, 0>>
  compileLevelChoice(const LevelChoice &choice) const override {
    return nnc::compileLevelChoice(choice);
  }

private:
  static bool hostIsX86() {
    return llvm::Triple(llvm::sys::getDefaultTargetTriple()).getArch() == llvm::Triple::x86_64;
  }

  static const Preset *findPreset(llvm::StringRef name) {
    const auto *it =
        llvm::find_if(kPresets, [&](const Preset &preset) { return preset.name == name; });
    return it == std::end(kPresets) ? nullptr : it;
  }
};

} // namespace

std::unique_ptr<TargetFamily> createX86Family() { return std::make_unique<X86Family>(); }

} // namespace nnc
