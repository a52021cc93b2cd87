// Forks become calls through the caller's executor. The structure of arguments lies in the layer's
// frame: no part runs any more when the fork is over. Part of nn-compile.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "targets/Common/LLVM/Forks.h"

#include "dialects/RT/RT.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace nnc {
namespace {

/// Names that no layer has: final ones are given with the entry points.
constexpr llvm::StringLiteral kForkName = "run.parts";
constexpr llvm::StringLiteral kTaskSuffix = ".task";

/// The members of `nnrt_executor`.
enum ExecutorMember : int32_t { kContext, kParallelFor };

LLVM::LLVMFuncOp createInternal(OpBuilder &builder, Location loc, StringRef name,
                                ArrayRef<Type> arguments) {
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(builder.getContext()), arguments);
  auto function = LLVM::LLVMFuncOp::create(builder, loc, name, type, LLVM::Linkage::Internal,
                                           /*dsoLocal=*/true);
  function.setNoUnwind(true);
  builder.setInsertionPointToStart(function.addEntryBlock(builder));
  return function;
}

/// Writes the body of `run.parts(executor, task, arguments, parts)`.
class ForkFunction {
public:
  explicit ForkFunction(ModuleOp module)
      : builder(module.getContext()), loc(module.getLoc()),
        pointer(LLVM::LLVMPointerType::get(module.getContext())), number(builder.getI32Type()) {
    builder.setInsertionPointToEnd(module.getBody());
    function = createInternal(builder, loc, kForkName, {pointer, pointer, pointer, number});
    function.setNoInline(true);
    entry = &function.front();
  }

  void build() {
    Block *hasExecutor = newBlock(), *parallel = newBlock(), *serial = newBlock({number}),
          *done = newBlock();
    Value zero = constant(entry, 0);
    branchIfNull(entry, function.getArgument(0), serial, {zero}, hasExecutor);
    Value parallelFor = member(hasExecutor, kParallelFor);
    branchIfNull(hasExecutor, parallelFor, serial, {zero}, parallel);
    Value context = member(parallel, kContext);
    call(parallelFor,
         {context, function.getArgument(1), function.getArgument(2), function.getArgument(3)});
    LLVM::BrOp::create(builder, loc, done);
    runSerially(serial, done);
    builder.setInsertionPointToEnd(done);
    LLVM::ReturnOp::create(builder, loc, ValueRange());
  }

private:
  Block *newBlock(ArrayRef<Type> arguments = {}) {
    OpBuilder::InsertionGuard guard(builder);
    return builder.createBlock(&function.getBody(), function.getBody().end(), arguments,
                               SmallVector<Location>(arguments.size(), loc));
  }
  Value constant(Block *block, int32_t value) {
    builder.setInsertionPointToEnd(block);
    return LLVM::ConstantOp::create(builder, loc, number, builder.getI32IntegerAttr(value));
  }
  void branchIfNull(Block *block, Value value, Block *null, ValueRange arguments, Block *other) {
    builder.setInsertionPointToEnd(block);
    Value isNull = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq, value,
                                        LLVM::ZeroOp::create(builder, loc, pointer));
    LLVM::CondBrOp::create(builder, loc, isNull, null, arguments, other, ValueRange());
  }
  Value member(Block *block, ExecutorMember index) {
    builder.setInsertionPointToEnd(block);
    Value address = LLVM::GEPOp::create(builder, loc, pointer, pointer, function.getArgument(0),
                                        ArrayRef<LLVM::GEPArg>{index});
    return LLVM::LoadOp::create(builder, loc, pointer, address);
  }
  void call(Value callee, ArrayRef<Value> arguments) {
    auto types = llvm::map_to_vector(arguments, [](Value value) { return value.getType(); });
    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(builder.getContext()), types);
    SmallVector<Value> operands{callee};
    llvm::append_range(operands, arguments);
    LLVM::CallOp::create(builder, loc, type, operands);
  }
  void runSerially(Block *serial, Block *done) {
    builder.setInsertionPointToEnd(serial);
    Value part = serial->getArgument(0);
    call(function.getArgument(1), {function.getArgument(2), part});
    Value next = LLVM::AddOp::create(builder, loc, part, constant(serial, 1));
    Value more =
        LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ult, next, function.getArgument(3));
    LLVM::CondBrOp::create(builder, loc, more, serial, ValueRange{next}, done, ValueRange());
  }

  OpBuilder builder;
  Location loc;
  Type pointer, number;
  LLVM::LLVMFuncOp function;
  Block *entry = nullptr;
};

struct ForkLowering : ConvertOpToLLVMPattern<rt::ForkOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(rt::ForkOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    SmallVector<Value> values = pointers(op, adaptor, rewriter);
    auto types = llvm::map_to_vector(values, [](Value value) { return value.getType(); });
    auto structure = LLVM::LLVMStructType::getLiteral(op.getContext(), types);
    auto pointer = LLVM::LLVMPointerType::get(op.getContext());
    Value arguments = allocate(op, structure, rewriter);
    for (auto [i, value] : llvm::enumerate(values))
      LLVM::StoreOp::create(rewriter, loc, value,
                            address(rewriter, loc, structure, arguments, static_cast<int32_t>(i)));
    std::string task = createTask(op, structure, rewriter);
    Value parts =
        LLVM::ConstantOp::create(rewriter, loc, rewriter.getI32Type(),
                                 rewriter.getI32IntegerAttr(static_cast<int32_t>(op.getParts())));
    LLVM::CallOp::create(rewriter, loc, TypeRange(), kForkName,
                         ValueRange{adaptor.getExecutor(),
                                    LLVM::AddressOfOp::create(rewriter, loc, pointer, task),
                                    arguments, parts});
    rewriter.eraseOp(op);
    return success();
  }

private:
  static Value address(OpBuilder &builder, Location loc, Type structure, Value base,
                       int32_t member) {
    return LLVM::GEPOp::create(builder, loc, base.getType(), structure, base,
                               ArrayRef<LLVM::GEPArg>{0, member});
  }

  /// The operands, buffers as addresses.
  SmallVector<Value> pointers(rt::ForkOp op, OpAdaptor adaptor, OpBuilder &builder) const {
    SmallVector<Value> values;
    for (auto [value, converted] : llvm::zip_equal(op.getArguments(), adaptor.getArguments())) {
      auto type = dyn_cast<MemRefType>(value.getType());
      values.push_back(type ? MemRefDescriptor(converted).bufferPtr(builder, op.getLoc(),
                                                                    *getTypeConverter(), type)
                            : converted);
    }
    return values;
  }

  /// Room in the frame, once for all turns of loops around the fork.
  Value allocate(rt::ForkOp op, Type structure, OpBuilder &builder) const {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(
        &op->getParentOfType<FunctionOpInterface>().getFunctionBody().front());
    Value one = LLVM::ConstantOp::create(builder, op.getLoc(), builder.getI32Type(),
                                         builder.getI32IntegerAttr(1));
    return LLVM::AllocaOp::create(builder, op.getLoc(), LLVM::LLVMPointerType::get(op.getContext()),
                                  structure, one);
  }

  /// void task(void *arguments, uint32_t part): calls the function of parts.
  std::string createTask(rt::ForkOp op, LLVM::LLVMStructType structure, OpBuilder &builder) const {
    OpBuilder::InsertionGuard guard(builder);
    Location loc = op.getLoc();
    builder.setInsertionPointToEnd(op->getParentOfType<ModuleOp>().getBody());
    std::string name = (op.getCallee() + kTaskSuffix).str();
    LLVM::LLVMFuncOp task = createInternal(
        builder, loc, name, {LLVM::LLVMPointerType::get(op.getContext()), builder.getI32Type()});
    SmallVector<Value> operands;
    for (auto [i, type] : llvm::enumerate(structure.getBody()))
      operands.push_back(LLVM::LoadOp::create(
          builder, loc, type,
          address(builder, loc, structure, task.getArgument(0), static_cast<int32_t>(i))));
    Value part = task.getArgument(1);
    if (getIndexType() != part.getType())
      part = LLVM::ZExtOp::create(builder, loc, getIndexType(), part);
    operands.push_back(part);
    LLVM::CallOp::create(builder, loc, TypeRange(), op.getCallee(), operands);
    LLVM::ReturnOp::create(builder, loc, ValueRange());
    return name;
  }
};

} // namespace

void addForkFunction(ModuleOp module) {
  if (module.walk([](rt::ForkOp) { return WalkResult::interrupt(); }).wasInterrupted())
    ForkFunction(module).build();
}

void addForkConversions(LLVMTypeConverter &converter, RewritePatternSet &patterns) {
  converter.addConversion(
      [](rt::ExecutorType type) -> Type { return LLVM::LLVMPointerType::get(type.getContext()); });
  patterns.add<ForkLowering>(converter);
}

} // namespace nnc
