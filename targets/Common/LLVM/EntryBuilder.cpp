// Entry points in the LLVM dialect. Branches are few: all pointers of one kind are tested together.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LLVM/EntryBuilder.h"

#include "dialects/RT/RT.h"

#include "mlir/IR/IRMapping.h"

#include "runtime/include/nnrt/nnrt.h"

using namespace mlir;

namespace nnc {

EntryBuilder::EntryBuilder(ModuleOp module, std::string prefix, EntryInterface interface,
                           std::string codeSection)
    : module(module), prefix(std::move(prefix)), interface(std::move(interface)),
      codeSection(std::move(codeSection)), builder(module.getContext()), loc(module.getLoc()),
      pointerType(LLVM::LLVMPointerType::get(module.getContext())),
      statusType(builder.getI32Type()) {}

LLVM::LLVMFuncOp EntryBuilder::addFunction(StringRef part, unsigned pointers, bool isPublic) {
  builder.setInsertionPointToEnd(module.getBody());
  auto type = LLVM::LLVMFunctionType::get(statusType, SmallVector<Type>(pointers, pointerType));
  auto function =
      LLVM::LLVMFuncOp::create(builder, loc, prefix + "_" + part.str(), type,
                               isPublic ? LLVM::Linkage::External : LLVM::Linkage::Internal,
                               /*dsoLocal=*/true);
  function.setNoUnwind(true);
  function.setSection((codeSection + "." + prefix + "." + part).str());
  builder.setInsertionPointToStart(function.addEntryBlock(builder));
  return function;
}

Value EntryBuilder::constant(Type type, int64_t value) {
  return LLVM::ConstantOp::create(builder, loc, type, builder.getIntegerAttr(type, value));
}

Value EntryBuilder::isNull(Value pointer) {
  Value null = LLVM::ZeroOp::create(builder, loc, pointerType);
  return LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq, pointer, null);
}

Value EntryBuilder::isMisaligned(Value pointer, uint64_t alignment) {
  // The low 32 bits decide, whatever the width of an address.
  Value address = LLVM::PtrToIntOp::create(builder, loc, statusType, pointer);
  Value low = LLVM::AndOp::create(builder, loc, address,
                                  constant(statusType, static_cast<int64_t>(alignment) - 1));
  return LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne, low, constant(statusType, 0));
}

Value EntryBuilder::orAll(ArrayRef<Value> conditions) {
  Value any = conditions.empty() ? constant(builder.getI1Type(), 0) : conditions.front();
  for (Value condition : conditions.drop_front(conditions.empty() ? 0 : 1))
    any = LLVM::OrOp::create(builder, loc, any, condition);
  return any;
}

void EntryBuilder::returnIf(Value condition, int32_t status) {
  Block *here = builder.getInsertionBlock();
  Block *leave = builder.createBlock(here->getParent());
  LLVM::ReturnOp::create(builder, loc, constant(statusType, status));
  Block *next = builder.createBlock(here->getParent());
  builder.setInsertionPointToEnd(here);
  LLVM::CondBrOp::create(builder, loc, condition, leave, next);
  builder.setInsertionPointToStart(next);
}

SmallVector<Value> EntryBuilder::loadPointers(Value structure,
                                              const std::vector<EntryBuffer> &buffers) {
  SmallVector<Value> pointers;
  for (auto [i, buffer] : llvm::enumerate(buffers)) {
    if (!buffer.isUsed()) {
      pointers.push_back(LLVM::ZeroOp::create(builder, loc, pointerType));
      continue;
    }
    Value address = LLVM::GEPOp::create(builder, loc, pointerType, pointerType, structure,
                                        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
    pointers.push_back(LLVM::LoadOp::create(builder, loc, pointerType, address));
  }
  return pointers;
}

void EntryBuilder::addCheck() {
  LLVM::LLVMFuncOp function = addFunction("check", 3);
  auto isUsed = [](const EntryBuffer &buffer) { return buffer.isUsed(); };
  SmallVector<Value> structures;
  if (llvm::any_of(interface.inputs, isUsed))
    structures.push_back(isNull(function.getArgument(0)));
  if (llvm::any_of(interface.results, isUsed))
    structures.push_back(isNull(function.getArgument(1)));
  if (!structures.empty())
    returnIf(orAll(structures), NNRT_ERROR_NULL_TENSOR);

  SmallVector<Value> nulls, misaligned;
  auto examine = [&](Value structure, const std::vector<EntryBuffer> &buffers) {
    for (auto [pointer, buffer] : llvm::zip_equal(loadPointers(structure, buffers), buffers)) {
      if (!buffer.isUsed())
        continue;
      nulls.push_back(isNull(pointer));
      if (buffer.alignment > 1)
        misaligned.push_back(isMisaligned(pointer, buffer.alignment));
    }
  };
  examine(function.getArgument(0), interface.inputs);
  examine(function.getArgument(1), interface.results);
  if (!nulls.empty())
    returnIf(orAll(nulls), NNRT_ERROR_NULL_TENSOR);
  if (!misaligned.empty())
    returnIf(orAll(misaligned), NNRT_ERROR_TENSOR_ALIGNMENT);
  checkArenas(function.getArgument(2));
  LLVM::ReturnOp::create(builder, loc, constant(statusType, NNRT_OK));
}

SmallVector<Value> EntryBuilder::loadArenas(Value handed) {
  if (interface.arenas.size() == 1)
    return {handed};
  return loadPointers(handed, interface.arenas);
}

void EntryBuilder::checkArenas(Value handed) {
  if (!llvm::any_of(interface.arenas, [](const EntryBuffer &arena) { return arena.isUsed(); }))
    return;
  if (interface.arenas.size() > 1)
    returnIf(isNull(handed), NNRT_ERROR_NULL_ARENA);
  SmallVector<Value> nulls, misaligned;
  for (auto [pointer, arena] : llvm::zip_equal(loadArenas(handed), interface.arenas)) {
    if (!arena.isUsed())
      continue;
    nulls.push_back(isNull(pointer));
    if (arena.alignment > 1)
      misaligned.push_back(isMisaligned(pointer, arena.alignment));
  }
  returnIf(orAll(nulls), NNRT_ERROR_NULL_ARENA);
  if (!misaligned.empty())
    returnIf(orAll(misaligned), NNRT_ERROR_ARENA_ALIGNMENT);
}

void EntryBuilder::addRunFunctions(StringRef part, unsigned more, LLVM::LLVMFuncOp entry) {
  addRunBody(addFunction(part, 3 + more), /*takesExecutor=*/false, entry);
  if (interface.hasExecutor)
    addRunBody(addFunction((part + "_with").str(), 4 + more), /*takesExecutor=*/true, entry);
}

void EntryBuilder::addRunBody(LLVM::LLVMFuncOp function, bool takesExecutor,
                              LLVM::LLVMFuncOp entry) {
  ValueRange arguments = function.getArguments();
  auto check = LLVM::CallOp::create(builder, loc, TypeRange{statusType}, prefix + "_check",
                                    arguments.take_front(3));
  Value failed = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne, check.getResult(),
                                      constant(statusType, 0));
  Block *here = builder.getInsertionBlock();
  Block *leave = builder.createBlock(here->getParent());
  LLVM::ReturnOp::create(builder, loc, check.getResult());
  Block *next = builder.createBlock(here->getParent());
  builder.setInsertionPointToEnd(here);
  LLVM::CondBrOp::create(builder, loc, failed, leave, next);
  builder.setInsertionPointToStart(next);
  SmallVector<Value> operands = loadPointers(arguments[0], interface.inputs);
  llvm::append_range(operands, loadPointers(arguments[1], interface.results));
  llvm::append_range(operands, loadArenas(arguments[2]));
  if (interface.hasExecutor && !takesExecutor)
    operands.push_back(LLVM::ZeroOp::create(builder, loc, pointerType));
  llvm::append_range(operands, arguments.drop_front(3));
  LLVM::CallOp::create(builder, loc, entry, operands);
  LLVM::ReturnOp::create(builder, loc, constant(statusType, NNRT_OK));
}

void EntryBuilder::addRun(LLVM::LLVMFuncOp entry) {
  entry.setLinkage(LLVM::Linkage::Internal);
  addRunFunctions("run", 0, entry);
}

void EntryBuilder::addTracedRun(LLVM::LLVMFuncOp entry) {
  auto voidType = LLVM::LLVMVoidType::get(builder.getContext());
  auto callbackType = LLVM::LLVMFunctionType::get(voidType, {pointerType, statusType});
  // The copy takes the callback and its user pointer last.
  SmallVector<Type> types = llvm::to_vector(entry.getArgumentTypes());
  types.append(2, pointerType);
  LLVM::LLVMFuncOp traced = entry.clone();
  traced.setName(prefix + "_main_traced");
  traced.setSection(codeSection + "." + prefix + ".main_traced");
  traced->removeAttr(rt::kEntryAttr);
  traced.setLinkage(LLVM::Linkage::Internal);
  traced.removeArgAttrsAttr();
  module.push_back(traced);
  traced.setFunctionType(LLVM::LLVMFunctionType::get(voidType, types));
  Value callback = traced.getBody().front().addArgument(pointerType, loc);
  Value user = traced.getBody().front().addArgument(pointerType, loc);
  int32_t layer = 0;
  SymbolTable symbols(module);
  for (auto call : llvm::make_early_inc_range(traced.getOps<LLVM::CallOp>())) {
    auto callee = symbols.lookup<LLVM::LLVMFuncOp>(call.getCallee().value_or(""));
    if (!callee || !callee->hasAttr(rt::kLayerAttr))
      continue;
    builder.setInsertionPointAfter(call);
    LLVM::CallOp::create(builder, loc, callbackType,
                         ValueRange{callback, user, constant(statusType, layer++)});
  }
  addRunFunctions("run_traced", 2, traced);
}

void EntryBuilder::addAlias(StringRef name, StringRef function) {
  builder.setInsertionPointToEnd(module.getBody());
  auto type = cast<LLVM::LLVMFuncOp>(module.lookupSymbol(function)).getFunctionType();
  auto alias =
      LLVM::AliasOp::create(builder, loc, type, LLVM::Linkage::External, name, /*dsoLocal=*/true);
  Block *block = builder.createBlock(&alias.getInitializer());
  builder.setInsertionPointToStart(block);
  Value address = LLVM::AddressOfOp::create(builder, loc, pointerType, function);
  LLVM::ReturnOp::create(builder, loc, address);
}

} // namespace nnc
