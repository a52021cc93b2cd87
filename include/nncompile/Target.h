// The interface that each folder below targets/ implements.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNCOMPILE_TARGET_H
#define NNCOMPILE_TARGET_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class TargetMachine;
}
namespace mlir {
class OpPassManager;
}

namespace nnc {

/// What a user says about the machine: `--target`, `-mcpu`, `-mattr`, `-mfloat-abi`.
struct TargetRequest {
  std::string target = "native"; ///< a preset's name or a target triple
  std::string cpu;               ///< empty: the preset's
  std::string features; ///< LLVM attribute list such as "+avx2,-fma"; added to the preset's
  std::string floatAbi; ///< "", "soft" or "hard"
};

/// How a machine sums up products of 8-bit integers in 32 bits.
enum class DotProduct : uint8_t {
  None,     ///< one product after the other
  Pmaddwd,  ///< two of 16 bits in each lane
  Vpdpbusd, ///< four in each lane, unsigned activations
  Sdot,     ///< four in each lane, signed activations
  Smlad,    ///< two of 16 bits, in scalar registers
  Vmladav   ///< sixteen, signed, in one scalar register
};

/// The name that nnc-lower-dots knows.
constexpr llvm::StringLiteral nameOf(DotProduct product) {
  constexpr llvm::StringLiteral names[] = {"none", "pmaddwd", "vpdpbusd",
                                           "sdot", "smlad",   "vmladav"};
  return names[static_cast<size_t>(product)];
}

/// What the middle of the compiler asks about a machine. No pass sees more than this.
struct TargetFacts {
  unsigned indexBits = 64;       ///< width of an address
  unsigned vectorElements = 1;   ///< f32 elements in a native vector; 1: no vectors
  unsigned vectorRegisters = 16; ///< registers of that width
  unsigned lanes = 1;            ///< consecutive k loaded at once and broadcast lane by lane
  bool rounding = true;          ///< has instructions for floor, ceil and rounding to even
  bool squareRoot = true;        ///< has an instruction for the square root
  bool doubles = true;           ///< has instructions for f64
  bool halfConversions = true;   ///< has instructions between f16 and f32
  bool minMax = true;            ///< has maximum and minimum, or compares without a library call
  bool channelsLast = true;      ///< preferred order of image values in memory
  bool fma = true;               ///< multiplies and adds in one instruction
  DotProduct dot = DotProduct::None; ///< how products of integers are summed up
  unsigned arenaAlignment = 16;      ///< bytes
  uint64_t l1Bytes = 32 * 1024;
  uint64_t l2Bytes = 1024 * 1024;
  uint64_t l3Bytes = 8 * 1024 * 1024; ///< one core's part of a cache that cores share
  double productsPerCycle = 2;        ///< multiply-adds of vectors that can begin in a cycle
  double memoryCycles = 0.11;         ///< of one core for a byte that it reads from the memory
  unsigned callStackBytes = 0; ///< stack that a call takes beyond the called function's frame
  unsigned realignStackBytes =
      0; ///< most stack that a function loses when it aligns its frame for vectors
  unsigned helperStackBytes = 256; ///< allowance for a function of the C library or the toolchain
};

/// One machine, fully named: triple, CPU, features.
class Target {
public:
  virtual ~Target() = default;
  /// The canonical name that reports and headers show, for example "x86-64-v3" or "cortex-m4".
  virtual llvm::StringRef name() const = 0;
  virtual const TargetFacts &facts() const = 0;
  /// Object flags (float ABI, relocation model, section per function) are set on the machine.
  virtual std::unique_ptr<llvm::TargetMachine> createTargetMachine(unsigned optLevel) const = 0;
  /// LLVM function attributes that every function gets ("target-cpu" and "target-features" are
  /// added anyway).
  virtual std::vector<std::pair<std::string, std::string>> functionAttributes() const { return {}; }
  /// Whether objects may refer to this symbol of the toolchain or C library.
  virtual bool mayCall(llvm::StringRef symbol) const {
    return symbol == "memcpy" || symbol == "memset" || symbol == "memmove";
  }
  /// Adds the target's own rewrites between the `loops` phase and the LLVM dialect.
  virtual void addLoweringPasses(mlir::OpPassManager &) const {}
};

/// What the functions are made of that choose between levels at run time.
struct LevelChoice {
  std::string name;  ///< of the model: the prefix of the functions
  std::string guard; ///< second name of `NAME_run`; `_at` behind it that of `NAME_run_at`
  std::vector<unsigned> levels; ///< ascending
  bool takesExecutor = false;   ///< the levels have `NAME_run_with` too
};

/// A family of machines: one folder below targets/.
class TargetFamily {
public:
  virtual ~TargetFamily() = default;
  /// Names for `--target` and one line of help for each.
  virtual std::vector<std::pair<std::string, std::string>> presets() const = 0;
  /// Whether this family answers for a preset's name or a triple.
  virtual bool accepts(llvm::StringRef target) const = 0;
  /// The machine, or an error that says what is contradictory or unknown and what is possible.
  virtual llvm::Expected<std::unique_ptr<Target>> create(const TargetRequest &request) const = 0;
  /// The object that chooses between levels of this family, or an error where it has none.
  virtual llvm::Expected<llvm::SmallVector<char, 0>>
  compileLevelChoice(const LevelChoice &choice) const {
    return llvm::createStringError("the machines of '" + choice.name + "' have no levels");
  }
};

} // namespace nnc

#endif
