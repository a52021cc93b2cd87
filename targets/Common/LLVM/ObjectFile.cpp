// The object is the truth: calls are read from its relocations and frames from its records, so that
// code which LLVM adds (library calls, tail calls) is counted too. Each function has a section of
// its own, so every call has a relocation. Part of nn-compile. SPDX-License-Identifier: Apache-2.0
// WITH LLVM-exception
#include "targets/Common/LLVM/ObjectFile.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ObjCopy/CommonConfig.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/DataExtractor.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <set>

using namespace llvm;
using namespace llvm::object;

namespace nnc {

static Error damaged(const Twine &what) {
  return createStringError("object written by the code generator is not understood: " + what);
}

const ObjectFunction *ObjectFacts::find(StringRef name) const {
  auto it = llvm::find_if(functions, [&](const ObjectFunction &f) { return f.name == name; });
  return it == functions.end() ? nullptr : &*it;
}

namespace {

/// Gathers facts section by section.
class Inspector {
public:
  explicit Inspector(const ELFObjectFileBase &object) : object(object) {}

  Expected<ObjectFacts> run() {
    sumSections();
    if (Error failed = readSymbols())
      return std::move(failed);
    for (const SectionRef &section : object.sections())
      if (Error failed = readRelocations(section))
        return std::move(failed);
    for (const SectionRef &section : object.sections())
      if (Error failed = readFrames(section))
        return std::move(failed);
    return std::move(facts);
  }

private:
  void sumSections() {
    for (const ELFSectionRef section : object.sections()) {
      uint64_t flags = section.getFlags();
      if (!(flags & ELF::SHF_ALLOC))
        continue;
      uint64_t &sum = flags & ELF::SHF_EXECINSTR ? facts.textBytes
                      : flags & ELF::SHF_WRITE   ? facts.writableBytes
                                                 : facts.constantBytes;
      sum += section.getSize();
    }
  }

  Error readSymbols() {
    std::set<std::string> undefined;
    for (const ELFSymbolRef symbol : object.symbols()) {
      Expected<StringRef> name = symbol.getName();
      Expected<section_iterator> section = symbol.getSection();
      Expected<uint32_t> flags = symbol.getFlags();
      if (!name || !section || !flags)
        return joinErrors(joinErrors(name.takeError(), section.takeError()), flags.takeError());
      if ((*flags & SymbolRef::SF_Undefined) && !name->empty())
        undefined.insert(name->str());
      if (symbol.getELFType() != ELF::STT_FUNC || *section == object.section_end())
        continue;
      // Names of one function (aliases) share its section: the first stands for all.
      auto [it, inserted] =
          functionOfSection.try_emplace((*section)->getIndex(), facts.functions.size());
      if (inserted)
        facts.functions.push_back({name->str(), (*section)->getSize(), 0, {}, {}});
      else if (name->size() < facts.functions[it->second].name.size())
        facts.functions[it->second].name = name->str();
    }
    facts.undefined.assign(undefined.begin(), undefined.end());
    return Error::success();
  }

  /// The function whose code a section with relocations patches, or nothing.
  ObjectFunction *patched(const SectionRef &relocations) {
    Expected<section_iterator> section = relocations.getRelocatedSection();
    if (!section) {
      consumeError(section.takeError());
      return nullptr;
    }
    if (*section == object.section_end())
      return nullptr;
    auto it = functionOfSection.find((*section)->getIndex());
    return it == functionOfSection.end() ? nullptr : &facts.functions[it->second];
  }

  Error readRelocations(const SectionRef &section) {
    ObjectFunction *function = patched(section);
    if (!function)
      return Error::success();
    for (const RelocationRef &relocation : section.relocations()) {
      symbol_iterator symbol = relocation.getSymbol();
      if (symbol == object.symbol_end())
        continue;
      Expected<section_iterator> place = symbol->getSection();
      Expected<StringRef> name = symbol->getName();
      if (!place || !name)
        return joinErrors(place.takeError(), name.takeError());
      if (*place == object.section_end()) {
        if (!is_contained(function->outside, name->str()))
          function->outside.push_back(name->str());
      } else if (auto it = functionOfSection.find((*place)->getIndex());
                 it != functionOfSection.end()) {
        if (&facts.functions[it->second] != function &&
            !is_contained(function->callees, it->second))
          function->callees.push_back(it->second);
      }
    }
    return Error::success();
  }

  /// A record is an address, which its relocation gives, and a number in LEB128; sh_link names the
  /// code's section.
  Error readFrames(const ELFSectionRef section) {
    Expected<StringRef> name = section.getName();
    if (!name)
      return name.takeError();
    if (*name != ".stack_sizes")
      return Error::success();
    auto it = functionOfSection.find(linkOf(section));
    Expected<StringRef> contents = section.getContents();
    if (!contents)
      return contents.takeError();
    if (it == functionOfSection.end())
      return damaged("frame size of an unknown function");
    DataExtractor data(*contents, object.isLittleEndian(), object.getBytesInAddress());
    DataExtractor::Cursor cursor(object.getBytesInAddress());
    facts.functions[it->second].frameBytes = data.getULEB128(cursor);
    return cursor.takeError();
  }

  uint64_t linkOf(const SectionRef &section) const {
    DataRefImpl raw = section.getRawDataRefImpl();
    if (const auto *elf = dyn_cast<ELF64LEObjectFile>(&object))
      return elf->getSection(raw)->sh_link;
    if (const auto *elf = dyn_cast<ELF32LEObjectFile>(&object))
      return elf->getSection(raw)->sh_link;
    return 0;
  }

  const ELFObjectFileBase &object;
  ObjectFacts facts;
  DenseMap<uint64_t, size_t> functionOfSection;
};

/// Longest path through the calls.
class StackSearch {
public:
  StackSearch(const ObjectFacts &facts, const StackCosts &costs)
      : facts(facts), costs(costs), state(facts.functions.size(), Unseen),
        bound(facts.functions.size(), 0) {}

  Expected<uint64_t> visit(size_t index) {
    const ObjectFunction &function = facts.functions[index];
    if (state[index] == Active)
      return createStringError("function '" + function.name +
                               "' calls itself; its stack has no bound");
    if (state[index] == Done)
      return bound[index];
    state[index] = Active;
    uint64_t deepest = function.outside.empty() ? 0 : costs.call + costs.outside;
    uint64_t between = 0; // a layer's tasks are called by the function that runs parts
    for (size_t callee : function.callees) {
      Expected<uint64_t> depth = visit(callee);
      if (!depth)
        return depth.takeError();
      deepest = std::max(deepest, costs.call + *depth);
      if (StringRef(facts.functions[callee].name).ends_with("_run_parts"))
        between = costs.call + *depth;
    }
    for (size_t callee : function.callees)
      if (StringRef(facts.functions[callee].name).ends_with("_task"))
        deepest = std::max(deepest, between + costs.call + bound[callee]);
    state[index] = Done;
    bound[index] =
        deepest + function.frameBytes + (function.frameBytes > costs.realign ? costs.realign : 0);
    return bound[index];
  }

private:
  enum State : uint8_t { Unseen, Active, Done };
  const ObjectFacts &facts;
  const StackCosts &costs;
  std::vector<State> state;
  std::vector<uint64_t> bound;
};

} // namespace

static Expected<std::unique_ptr<ObjectFile>> open(StringRef bytes) {
  Expected<std::unique_ptr<ObjectFile>> object =
      ObjectFile::createObjectFile(MemoryBufferRef(bytes, "object"));
  if (object && !isa<ELFObjectFileBase>(**object))
    return damaged("it is not an ELF file");
  return object;
}

Expected<ObjectFacts> inspectObject(StringRef bytes) {
  Expected<std::unique_ptr<ObjectFile>> object = open(bytes);
  if (!object)
    return object.takeError();
  return Inspector(cast<ELFObjectFileBase>(**object)).run();
}

Expected<uint64_t> stackBound(const ObjectFacts &facts, StringRef root, const StackCosts &costs) {
  const ObjectFunction *function = facts.find(root);
  if (!function)
    return damaged("function '" + root + "' is missing");
  Expected<uint64_t> bound =
      StackSearch(facts, costs).visit(static_cast<size_t>(function - facts.functions.data()));
  if (!bound)
    return bound;
  return *bound + costs.call;
}

/// The new name of a section, or nothing where it keeps its name.
static std::string renamedSection(StringRef name, StringRef prefix, const SectionNames &sections) {
  for (auto [kind, place] : {std::pair(StringRef(".rodata"), StringRef(sections.weights)),
                             std::pair(StringRef(".text"), StringRef(sections.code))}) {
    std::string mine = (place + "." + prefix).str();
    if (name == kind && kind == ".rodata") // constants of no size that the format knows
      return mine + ".literals";
    if (name.starts_with((kind + ".").str()) && !name.starts_with(mine + "."))
      return mine + name.substr(kind.size()).str();
  }
  return "";
}

Expected<SmallVector<char, 0>> tidyObject(StringRef bytes, StringRef prefix,
                                          const SectionNames &sections) {
  Expected<std::unique_ptr<ObjectFile>> object = open(bytes);
  if (!object)
    return object.takeError();
  objcopy::ConfigManager config;
  std::vector<std::unique_ptr<std::string>> names; // the configuration keeps references
  auto fail = [](Error error) { return error; };
  for (const char *name : {".stack_sizes", ".ARM.exidx*", ".rel.ARM.exidx*", ".llvm_addrsig"})
    if (Error failed = config.Common.ToRemove.addMatcher(
            objcopy::NameOrPattern::create(name, objcopy::MatchStyle::Wildcard, fail)))
      return std::move(failed);
  for (const SectionRef &section : (*object)->sections()) {
    Expected<StringRef> name = section.getName();
    if (!name)
      return name.takeError();
    std::string renamed = renamedSection(*name, prefix, sections);
    if (renamed.empty())
      continue;
    names.push_back(std::make_unique<std::string>(std::move(renamed)));
    config.Common.SectionsToRename[*name] = {*name, *names.back(), std::nullopt};
  }
  SmallVector<char, 0> result;
  result.reserve(bytes.size() + 4096);
  raw_svector_ostream out(result);
  if (Error failed = objcopy::executeObjcopyOnBinary(config, **object, out))
    return std::move(failed);
  return result;
}

} // namespace nnc
