// nnc-lower-dots: sums of products of narrow integers become the machine's instructions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Kernel/Kernel.h"
#include "targets/Common/Passes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringSwitch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace nnc {
#define GEN_PASS_DEF_LOWERDOTSPASS
#include "targets/Common/Passes.h.inc"
} // namespace nnc

using namespace mlir;

namespace nnc {

namespace {

enum class Instruction { None, Pmaddwd, Vpdpbusd, Sdot, Smlad, Vmladav, Unknown };

Instruction instructionOf(StringRef name) {
  return llvm::StringSwitch<Instruction>(name)
      .Case("none", Instruction::None)
      .Case("pmaddwd", Instruction::Pmaddwd)
      .Case("vpdpbusd", Instruction::Vpdpbusd)
      .Case("sdot", Instruction::Sdot)
      .Case("smlad", Instruction::Smlad)
      .Case("vmladav", Instruction::Vmladav)
      .Default(Instruction::Unknown);
}

/// Builds the instructions of one kernel.dot in front of it.
struct DotLowering {
  mutable OpBuilder builder;
  Location loc;
  Value a, b, sum; ///< operands of the kernel.dot
  int64_t lanes, products;
  bool isUnsigned;

  explicit DotLowering(kernel::DotOp op)
      : builder(op), loc(op.getLoc()), a(op.getA()), b(op.getB()), sum(op.getSum()),
        lanes(op.getLanes()), products(op.getProducts()), isUnsigned(op.getIsUnsigned()) {}

  Value lower(Instruction instruction) const {
    bool shared = isa<IntegerType>(a.getType());
    if (shared && products == 2 &&
        (instruction == Instruction::Pmaddwd || instruction == Instruction::Vpdpbusd))
      return inVectors(4, [&](Value weights, Value sums) { return multiplyPairs(weights, sums); });
    if (shared && products == 4 && instruction == Instruction::Vpdpbusd && isUnsigned)
      return inVectors(4, [&](Value weights, Value sums) { return vpdpbusd(weights, sums); });
    if (shared && products == 4 && instruction == Instruction::Sdot && !isUnsigned)
      return inVectors(2, [&](Value weights, Value sums) { return sdot(weights, sums); });
    if (shared && products == 4 && instruction == Instruction::Smlad && lanes == 1)
      return smlad();
    if (shared && products >= 4 && instruction == Instruction::Vmladav && lanes == 1 && !isUnsigned)
      return sumOfVector();
    return oneByOne();
  }

private:
  static VectorType vectorOf(int64_t elements, Type element) {
    return VectorType::get({elements}, element);
  }
  Type integer(int64_t bits) const { return builder.getIntegerType(static_cast<unsigned>(bits)); }

  Value constant(Type type, int64_t value) const {
    return arith::ConstantIntOp::create(builder, loc, type, value);
  }

  template <typename Op, typename... Args> Value create(Args &&...args) const {
    return Op::create(builder, loc, std::forward<Args>(args)...);
  }

  Value call(StringRef intrinsic, Type type, ValueRange operands) const {
    return LLVM::CallIntrinsicOp::create(builder, loc, type, builder.getStringAttr(intrinsic),
                                         operands)
        .getResult(0);
  }

  /// To integers of `bits`, with or without sign; scalars and vectors.
  Value extend(Value value, int64_t bits, bool isUnsigned) const {
    Type type = integer(bits);
    if (auto vector = dyn_cast<VectorType>(value.getType()))
      type = vector.clone(type);
    return isUnsigned ? create<arith::ExtUIOp>(type, value) : create<arith::ExtSIOp>(type, value);
  }

  /// a in each lane, as bytes.
  Value spreadBytes(int64_t count) const {
    Value groups = create<vector::BroadcastOp>(vectorOf(count, a.getType()), a);
    return create<vector::BitCastOp>(vectorOf(count * products, integer(8)), groups);
  }

  /// A value of `count`·`each` elements (a scalar has one), filled up to `wide`·`each`.
  Value fill(Value value, int64_t count, int64_t wide, int64_t each) const {
    auto type = dyn_cast<VectorType>(value.getType());
    if (!type)
      return create<vector::BroadcastOp>(vectorOf(wide * each, value.getType()), value);
    if (count == wide)
      return value;
    SmallVector<int64_t> mask(wide * each, -1);
    for (int64_t i = 0; i < count * each; ++i)
      mask[i] = i;
    return create<vector::ShuffleOp>(value, value, mask);
  }

  /// Lets `body` work on vectors of at least `least` lanes.
  Value inVectors(int64_t least, function_ref<Value(Value, Value)> body) const {
    int64_t wide = std::max(least, lanes);
    Value sums = body(fill(b, lanes, wide, products), fill(sum, lanes, wide, 1));
    if (lanes == wide)
      return sums;
    if (lanes == 1)
      return create<vector::ExtractOp>(sums, 0);
    return create<vector::ShuffleOp>(sums, sums, llvm::to_vector(llvm::seq<int64_t>(0, lanes)));
  }

  static int64_t lanesOf(Value sums) { return cast<VectorType>(sums.getType()).getNumElements(); }

  /// Exact: products of 16 bits, pairs of them in 32.
  Value multiplyPairs(Value weights, Value sums) const {
    int64_t count = lanesOf(sums);
    StringRef name = count == 4   ? "llvm.x86.sse2.pmadd.wd"
                     : count == 8 ? "llvm.x86.avx2.pmadd.wd"
                                  : "llvm.x86.avx512.pmaddw.d.512";
    Value pairs = extend(spreadBytes(count), 16, isUnsigned);
    return create<arith::AddIOp>(sums,
                                 call(name, sums.getType(), {pairs, extend(weights, 16, false)}));
  }

  Value vpdpbusd(Value weights, Value sums) const {
    int64_t count = lanesOf(sums);
    std::string name = "llvm.x86.avx512.vpdpbusd." + std::to_string(32 * count);
    return call(name, sums.getType(), {sums, spreadBytes(count), weights});
  }

  /// The right factor is the one that the instruction takes by lane.
  Value sdot(Value weights, Value sums) const {
    int64_t count = lanesOf(sums);
    StringRef name =
        count == 2 ? "llvm.aarch64.neon.sdot.v2i32.v8i8" : "llvm.aarch64.neon.sdot.v4i32.v16i8";
    return call(name, sums.getType(), {sums, weights, spreadBytes(count)});
  }

  /// Two pairs of 16 bits: bytes 0 and 2, bytes 1 and 3.
  Value smlad() const {
    Type word = integer(32);
    Value weights = create<vector::BitCastOp>(vectorOf(1, word), b);
    weights = create<vector::ExtractOp>(weights, 0);
    StringRef widen = isUnsigned ? "llvm.arm.uxtb16" : "llvm.arm.sxtb16";
    auto rotated = [&](Value value) {
      Value low = create<arith::ShRUIOp>(value, constant(word, 8));
      return create<arith::OrIOp>(low, create<arith::ShLIOp>(value, constant(word, 24)));
    };
    auto add = [&](Value x, Value w, Value sums) {
      return call("llvm.arm.smlad", word,
                  {call(widen, word, x), call("llvm.arm.sxtb16", word, w), sums});
    };
    return add(rotated(a), rotated(weights), add(a, weights, sum));
  }

  /// The sum of a vector of products, which code generation knows as one instruction.
  Value sumOfVector() const {
    Value product = create<arith::MulIOp>(extend(spreadBytes(1), 32, false), extend(b, 32, false));
    return create<vector::ReductionOp>(vector::CombiningKind::ADD, product, sum);
  }

  /// Element i of each group of b.
  Value everyOf(int64_t i) const {
    if (products == 1)
      return b;
    if (lanes == 1)
      return create<vector::ExtractOp>(b, i);
    SmallVector<int64_t> mask;
    for (int64_t lane = 0; lane < lanes; ++lane)
      mask.push_back(lane * products + i);
    return create<vector::ShuffleOp>(b, b, mask);
  }

  Value oneByOne() const {
    Value sums = sum;
    for (int64_t i = 0; i < products; ++i) {
      Value x = a;
      if (products > 1) {
        x = create<arith::ShRUIOp>(x, constant(x.getType(), 8 * i));
        x = create<arith::TruncIOp>(integer(8), x);
      }
      x = extend(x, 32, isUnsigned);
      if (lanes > 1 && !isa<VectorType>(x.getType()))
        x = create<vector::BroadcastOp>(vectorOf(lanes, integer(32)), x);
      sums = create<arith::AddIOp>(sums, create<arith::MulIOp>(x, extend(everyOf(i), 32, false)));
    }
    return sums;
  }
};

struct LowerDotsPass : impl::LowerDotsPassBase<LowerDotsPass> {
  using LowerDotsPassBase::LowerDotsPassBase;

  void runOnOperation() override {
    Instruction chosen = instructionOf(instruction);
    if (chosen == Instruction::Unknown) {
      emitError(getOperation().getLoc())
          << "nnc-lower-dots: instruction '" << instruction.getValue()
          << "' is unknown, expected none, pmaddwd, vpdpbusd, sdot, smlad or vmladav";
      return signalPassFailure();
    }
    SmallVector<kernel::DotOp> dots;
    getOperation().walk([&](kernel::DotOp op) { dots.push_back(op); });
    for (kernel::DotOp op : dots) {
      op.replaceAllUsesWith(DotLowering(op).lower(chosen));
      op.erase();
    }
  }
};

} // namespace

} // namespace nnc
