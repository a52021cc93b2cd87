// Reads and tidies a compiled object: sizes, calls, frames, sections.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_TARGETS_COMMON_LLVM_OBJECTFILE_H
#define NNC_TARGETS_COMMON_LLVM_OBJECTFILE_H

#include "lib/Support/SectionNames.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nnc {

/// One function of an object.
struct ObjectFunction {
  std::string name;
  uint64_t textBytes = 0;
  uint64_t frameBytes = 0;          ///< as the code generator states it
  std::vector<size_t> callees;      ///< indices into `ObjectFacts::functions`
  std::vector<std::string> outside; ///< undefined symbols that it refers to
};

/// What stands in an object.
struct ObjectFacts {
  std::vector<ObjectFunction> functions; ///< in the order of their sections
  std::vector<std::string> undefined;    ///< sorted
  uint64_t textBytes = 0;                ///< all executable sections
  uint64_t constantBytes = 0;            ///< all read-only sections
  uint64_t writableBytes = 0;            ///< .data and .bss: none in a correct object

  const ObjectFunction *find(llvm::StringRef name) const;
};

/// Reads an ELF object that has one section for each function and a record of frame sizes.
llvm::Expected<ObjectFacts> inspectObject(llvm::StringRef bytes);

/// The bytes that a call costs beyond the frame of the called function.
struct StackCosts {
  uint64_t call = 0;    ///< return address on the stack
  uint64_t realign = 0; ///< most that a function loses when it aligns its frame for vectors
  uint64_t outside = 0; ///< allowance for a function of the toolchain
};

/// Bound of the stack that `root` uses, callees included; an error where functions call one another
/// in a circle.
llvm::Expected<uint64_t> stackBound(const ObjectFacts &facts, llvm::StringRef root,
                                    const StackCosts &costs);

/// Removes the records that only `inspectObject` needs and gives sections that the code generator
/// made for its own constants the model's name: `.rodata.cst16` becomes
/// `.rodata.nn.<prefix>.cst16`.
llvm::Expected<llvm::SmallVector<char, 0>> tidyObject(llvm::StringRef bytes, llvm::StringRef prefix,
                                                      const SectionNames &sections);

} // namespace nnc

#endif
