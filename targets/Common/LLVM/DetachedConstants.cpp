// Large constants that go around LLVM.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LLVM/DetachedConstants.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"
#include "llvm/Object/ELFObjectFile.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace nnc {

std::vector<DetachedConstant> detachConstants(ModuleOp module) {
  std::vector<DetachedConstant> detached;
  for (auto global : module.getOps<LLVM::GlobalOp>()) {
    auto value = dyn_cast_or_null<DenseResourceElementsAttr>(global.getValueOrNull());
    AsmResourceBlob *blob = value ? value.getRawHandle().getBlob() : nullptr;
    if (!blob || blob->getData().size() < kDetachedBytes || !global.getSection())
      continue;
    detached.push_back({global.getSymName().str(), global.getSection()->str(), std::move(*blob)});
    value.getRawHandle().getResource()->setBlob(AsmResourceBlob());
    global.removeValueAttr();
    global.setLinkage(LLVM::Linkage::External);
    global.setVisibility_(LLVM::Visibility::Hidden);
  }
  return detached;
}

void addPlaceholders(llvm::Module &module, std::vector<DetachedConstant> &constants) {
  auto *type = llvm::ArrayType::get(llvm::Type::getInt8Ty(module.getContext()), 1);
  llvm::erase_if(constants, [&](const DetachedConstant &constant) {
    llvm::GlobalVariable *declared = module.getNamedGlobal(constant.symbol);
    if (!declared)
      return true;
    auto *placeholder = new llvm::GlobalVariable(
        module, type, /*isConstant=*/true, llvm::GlobalValue::PrivateLinkage,
        llvm::Constant::getNullValue(type), "", declared, llvm::GlobalValue::NotThreadLocal,
        declared->getAddressSpace(), /*isExternallyInitialized=*/true);
    placeholder->setAlignment(declared->getAlign());
    placeholder->setSection(constant.section);
    placeholder->setDSOLocal(true);
    declared->replaceAllUsesWith(placeholder);
    placeholder->takeName(declared);
    declared->eraseFromParent();
    return false;
  });
}

/// Appends the bytes to the file and makes the header of their section point there.
template <class ELFT>
static llvm::Error attach(llvm::SmallVectorImpl<char> &object, const DetachedConstant &constant) {
  llvm::StringRef file(object.data(), object.size());
  auto elf = llvm::object::ELFFile<ELFT>::create(file);
  if (!elf)
    return elf.takeError();
  auto sections = elf->sections();
  if (!sections)
    return sections.takeError();
  llvm::ArrayRef<char> bytes = constant.bytes.getData();
  for (const typename ELFT::Shdr &section : *sections) {
    llvm::Expected<llvm::StringRef> name = elf->getSectionName(section);
    if (!name)
      return name.takeError();
    if (*name != constant.section)
      continue;
    auto header = static_cast<size_t>(reinterpret_cast<const char *>(&section) - object.data());
    size_t begin = llvm::alignTo(object.size(), std::max<uint64_t>(1, section.sh_addralign));
    if (!ELFT::Is64Bits && begin + bytes.size() > UINT32_MAX)
      return llvm::createStringError("the object is larger than 4 GiB");
    object.resize(begin);
    object.append(bytes.begin(), bytes.end());
    auto &moved = *reinterpret_cast<typename ELFT::Shdr *>(object.data() + header);
    moved.sh_offset = static_cast<typename ELFT::uint>(begin);
    moved.sh_size = static_cast<typename ELFT::uint>(bytes.size());
    return llvm::Error::success();
  }
  return llvm::createStringError("the object has no section " + constant.section);
}

llvm::Error attachConstants(llvm::SmallVectorImpl<char> &object,
                            const std::vector<DetachedConstant> &constants) {
  size_t total = object.size();
  for (const DetachedConstant &constant : constants)
    total += constant.bytes.getData().size() + 64;
  object.reserve(total); // growing would hold the weights twice
  for (const DetachedConstant &constant : constants) {
    // The format's class and byte order, from its first bytes.
    bool is64 = object[llvm::ELF::EI_CLASS] == llvm::ELF::ELFCLASS64;
    if (object[llvm::ELF::EI_DATA] != llvm::ELF::ELFDATA2LSB)
      return llvm::createStringError("the object is not little-endian");
    llvm::Error error = is64 ? attach<llvm::object::ELF64LE>(object, constant)
                             : attach<llvm::object::ELF32LE>(object, constant);
    if (error)
      return error;
  }
  return llvm::Error::success();
}

} // namespace nnc
