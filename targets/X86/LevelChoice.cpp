// The code that asks the processor for its level. The conditions are those of the x86-64 ABI: the
// instructions of a level, and the system's word that it keeps their registers.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/X86/LevelChoice.h"

#include "lib/Artifacts/LevelNames.h"

#include "runtime/include/nnrt/nnrt.h"
#include <fmt/format.h>

namespace nnc {
namespace {

constexpr uint32_t bits(std::initializer_list<unsigned> numbers) {
  uint32_t mask = 0;
  for (unsigned number : numbers)
    mask |= 1U << number;
  return mask;
}

/// SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT in ECX of leaf 1.
constexpr uint32_t kBasic2 = bits({0, 9, 13, 19, 20, 23});
/// FMA, MOVBE, OSXSAVE, AVX, F16C in ECX of leaf 1.
constexpr uint32_t kBasic3 = bits({12, 22, 27, 28, 29});
/// LAHF in ECX of leaf 80000001.
constexpr uint32_t kFurther2 = bits({0});
/// LZCNT in ECX of leaf 80000001.
constexpr uint32_t kFurther3 = bits({5});
/// BMI1, AVX2, BMI2 in EBX of leaf 7.
constexpr uint32_t kExtended3 = bits({3, 5, 8});
/// AVX512F, DQ, CD, BW, VL in EBX of leaf 7.
constexpr uint32_t kExtended4 = bits({16, 17, 28, 30, 31});
/// The system keeps the halves of 256-bit registers.
constexpr uint32_t kKept3 = bits({1, 2});
/// And masks and 512-bit registers.
constexpr uint32_t kKept4 = kKept3 | bits({5, 6, 7});

/// The machine's level, whatever the library has. CPUID is slow in virtual machines, so a leaf is
/// read where it decides.
constexpr const char *kMachine = R"(
define internal i32 @{name}_machine() #0 section ".text.nn.{name}.machine" {{
  %one = call {{i32, i32, i32, i32}} asm sideeffect "cpuid", "={{ax}},={{bx}},={{cx}},={{dx}},0,2"(i32 1, i32 0)
  %basic = extractvalue {{i32, i32, i32, i32}} %one, 2
  %basic2 = and i32 %basic, {basic2}
  %isBasic2 = icmp eq i32 %basic2, {basic2}
  br i1 %isBasic2, label %further, label %is1
further:
  %two = call {{i32, i32, i32, i32}} asm sideeffect "cpuid", "={{ax}},={{bx}},={{cx}},={{dx}},0,2"(i32 -2147483647, i32 0)
  %more = extractvalue {{i32, i32, i32, i32}} %two, 2
  %more2 = and i32 %more, {further2}
  %isMore2 = icmp eq i32 %more2, {further2}
  br i1 %isMore2, label %has2, label %is1
has2:
  %basic3 = and i32 %basic, {basic3}
  %isBasic3 = icmp eq i32 %basic3, {basic3}
  %more3 = and i32 %more, {further3}
  %isMore3 = icmp eq i32 %more3, {further3}
  %is3Mostly = and i1 %isBasic3, %isMore3
  br i1 %is3Mostly, label %kept, label %is2
kept:
  %saved = call {{i32, i32}} asm sideeffect "xgetbv", "={{ax}},={{dx}},{{cx}}"(i32 0)
  %registers = extractvalue {{i32, i32}} %saved, 0
  %kept3 = and i32 %registers, {kept3}
  %isKept3 = icmp eq i32 %kept3, {kept3}
  br i1 %isKept3, label %leaves, label %is2
leaves:
  %zero = call {{i32, i32, i32, i32}} asm sideeffect "cpuid", "={{ax}},={{bx}},={{cx}},={{dx}},0,2"(i32 0, i32 0)
  %last = extractvalue {{i32, i32, i32, i32}} %zero, 0
  %hasSeven = icmp uge i32 %last, 7
  br i1 %hasSeven, label %extended, label %is2
extended:
  %seven = call {{i32, i32, i32, i32}} asm sideeffect "cpuid", "={{ax}},={{bx}},={{cx}},={{dx}},0,2"(i32 7, i32 0)
  %wide = extractvalue {{i32, i32, i32, i32}} %seven, 1
  %wide3 = and i32 %wide, {extended3}
  %isWide3 = icmp eq i32 %wide3, {extended3}
  br i1 %isWide3, label %has3, label %is2
has3:
  %wide4 = and i32 %wide, {extended4}
  %isWide4 = icmp eq i32 %wide4, {extended4}
  %kept4 = and i32 %registers, {kept4}
  %isKept4 = icmp eq i32 %kept4, {kept4}
  %is4 = and i1 %isWide4, %isKept4
  %found = select i1 %is4, i32 4, i32 3
  ret i32 %found
is2:
  ret i32 2
is1:
  ret i32 1
}}
)";

/// A function of each level that the library has too.
struct Function {
  const char *name;      ///< behind the prefix
  const char *switched;  ///< of the one that takes a level
  const char *linkage;   ///< of the latter
  const char *types;     ///< of the arguments
  const char *arguments; ///< with their types
};

constexpr const char *kTypes = "ptr, ptr, ptr";
constexpr const char *kArguments = "ptr %in, ptr %out, ptr %arena";

constexpr Function kRun{"run", "run_at", "dso_local", kTypes, kArguments};
constexpr Function kCheck{"check", "check_at", "internal", kTypes, kArguments};
constexpr Function kRunWith{"run_with", "run_at_with", "dso_local", "ptr, ptr, ptr, ptr",
                            "ptr %in, ptr %out, ptr %arena, ptr %executor"};

/// `NAME_level`: the highest level of the library that the machine has, or 0.
std::string writeLevel(const LevelChoice &choice) {
  std::string text = fmt::format(R"(
define dso_local i32 @{0}_level() #0 section ".text.nn.{0}.level" {{
  %machine = call i32 @{0}_machine()
)",
                                 choice.name);
  std::string best = "0";
  for (unsigned level : choice.levels) {
    text += fmt::format("  %has{0} = icmp uge i32 %machine, {0}\n"
                        "  %best{0} = select i1 %has{0}, i32 {0}, i32 {1}\n",
                        level, best);
    best = fmt::format("%best{}", level);
  }
  return text + fmt::format("  ret i32 {}\n}}\n", best);
}

/// A function with a level before its arguments that calls the same of a level.
std::string writeSwitch(const LevelChoice &choice, const Function &function) {
  std::string text, cases, calls;
  for (unsigned level : choice.levels) {
    std::string callee = prefixOfLevel(choice.name, level) + "_" + function.name;
    text += fmt::format("declare dso_local i32 @{}({})\n", callee, function.types);
    cases += fmt::format(" i32 {0}, label %v{0}", level);
    calls += fmt::format("v{0}:\n  %status{0} = tail call i32 @{1}({2})\n  ret i32 %status{0}\n",
                         level, callee, function.arguments);
  }
  return text + fmt::format(R"(
define {1} i32 @{0}_{2}(i32 %level, {3}) #0 section ".text.nn.{0}.{2}" {{
  switch i32 %level, label %none [{4} ]
{5}none:
  ret i32 {6}
}}
)",
                            choice.name, function.linkage, function.switched, function.arguments,
                            cases, calls, static_cast<int>(NNRT_ERROR_LEVEL));
}

/// A function that asks for the level and hands all to one of `writeSwitch`.
std::string writeChoosing(const LevelChoice &choice, const Function &function) {
  return fmt::format(R"(
define dso_local i32 @{0}_{1}({3}) #0 section ".text.nn.{0}.{1}" {{
  %level = call i32 @{0}_level()
  %status = tail call i32 @{0}_{2}(i32 %level, {3})
  ret i32 %status
}}
)",
                     choice.name, function.name, function.switched, function.arguments);
}

/// Second names of `NAME_run` and `NAME_run_at`, or of those with an executor.
std::string writeGuards(const LevelChoice &choice, const Function &function,
                        llvm::StringRef suffix) {
  return fmt::format("@{0}{4} = dso_local alias i32 ({3}), ptr @{1}_{2}\n", choice.guard,
                     choice.name, function.name, function.types, suffix.str()) +
         fmt::format("@{0}_at{4} = dso_local alias i32 (i32, {3}), ptr @{1}_{2}\n", choice.guard,
                     choice.name, function.switched, function.types, suffix.str());
}

} // namespace

std::string writeLevelChoice(const LevelChoice &choice) {
  std::string text = fmt::format(
      fmt::runtime(kMachine), fmt::arg("name", choice.name), fmt::arg("basic2", kBasic2),
      fmt::arg("basic3", kBasic3), fmt::arg("further2", kFurther2), fmt::arg("further3", kFurther3),
      fmt::arg("extended3", kExtended3), fmt::arg("extended4", kExtended4),
      fmt::arg("kept3", kKept3), fmt::arg("kept4", kKept4));
  text += writeLevel(choice);
  llvm::SmallVector<Function> functions{kRun, kCheck};
  if (choice.takesExecutor)
    functions.push_back(kRunWith);
  for (const Function &function : functions)
    text += writeSwitch(choice, function) + writeChoosing(choice, function);
  text += writeGuards(choice, kRun, "");
  if (choice.takesExecutor)
    text += writeGuards(choice, kRunWith, "_with");
  return text + "attributes #0 = { nounwind noredzone }\n";
}

} // namespace nnc
