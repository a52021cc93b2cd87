// nnc-lower-dots: sums of products of narrow integers, and what makes narrow integers of them
// again, become the machine's instructions. Part of nn-compile. SPDX-License-Identifier: Apache-2.0
// WITH LLVM-exception
#include "dialects/Kernel/Kernel.h"
#include "targets/Common/Passes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringSwitch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

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
      return inVectors(4, [&](Value weights, Value sums) {
        return vpdpbusd(spreadBytes(lanesOf(sums)), weights, sums);
      });
    if (!shared && products == 4 && lanes >= 4 && instruction == Instruction::Vpdpbusd &&
        isUnsigned)
      return vpdpbusd(a, b, sum);
    if (!shared && products == 4 && lanes >= 4 &&
        (instruction == Instruction::Pmaddwd || instruction == Instruction::Vpdpbusd))
      return multiplyPairsOfGroups();
    if (shared && products == 4 && instruction == Instruction::Sdot && !isUnsigned)
      return inVectors(2, [&](Value weights, Value sums) { return sdot(weights, sums); });
    if (shared && products == 4 && instruction == Instruction::Smlad && lanes == 1)
      return smlad();
    if (products >= 4 && instruction == Instruction::Vmladav && lanes == 1 && !isUnsigned)
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
    Value pairs = extend(spreadBytes(lanesOf(sums)), 16, isUnsigned);
    return create<arith::AddIOp>(sums, pmaddwd(pairs, extend(weights, 16, false)));
  }

  Value pmaddwd(Value x, Value y) const {
    int64_t count = cast<VectorType>(x.getType()).getNumElements() / 2;
    StringRef name = count == 4   ? "llvm.x86.sse2.pmadd.wd"
                     : count == 8 ? "llvm.x86.avx2.pmadd.wd"
                                  : "llvm.x86.avx512.pmaddw.d.512";
    return call(name, vectorOf(count, integer(32)), {x, y});
  }

  /// The even and the odd bytes of groups of four, as pairs of 16 bits.
  Value multiplyPairsOfGroups() const {
    auto halves = vectorOf(2 * lanes, integer(16));
    Value byte =
        create<arith::ConstantOp>(SplatElementsAttr::get(halves, builder.getI16IntegerAttr(8)));
    auto pairs = [&](Value factor, bool odd, bool withoutSign) -> Value {
      Value value = create<vector::BitCastOp>(halves, factor);
      if (!odd)
        value = create<arith::ShLIOp>(value, byte);
      return withoutSign ? Value(create<arith::ShRUIOp>(value, byte))
                         : Value(create<arith::ShRSIOp>(value, byte));
    };
    Value sums = sum;
    for (bool odd : {false, true})
      sums = create<arith::AddIOp>(
          sums, pmaddwd(pairs(a, odd, isUnsigned), pairs(b, odd, /*withoutSign=*/false)));
    return sums;
  }

  Value vpdpbusd(Value x, Value weights, Value sums) const {
    std::string name = "llvm.x86.avx512.vpdpbusd." + std::to_string(32 * lanesOf(sums));
    return call(name, sums.getType(), {sums, x, weights});
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

  /// The sum of a vector of products. Sums of products in plain arithmetic would be known as this
  /// instruction too, but for factors that LLVM sees through, such as constants.
  Value sumOfVector() const {
    int64_t bits = 128 / products;
    Value x = isa<VectorType>(a.getType()) ? a : spreadBytes(1), y = b;
    if (bits > 8)
      x = extend(x, bits, false), y = extend(y, bits, false);
    Value no = constant(integer(32), 0);
    std::string name =
        "llvm.arm.mve.vmldava.v" + std::to_string(products) + "i" + std::to_string(bits);
    return call(name, integer(32), {no, no, no, sum, x, y});
  }

  /// Element i of each group of a factor.
  Value everyOf(int64_t i, Value factor) const {
    if (products == 1)
      return factor;
    if (lanes == 1)
      return create<vector::ExtractOp>(factor, i);
    SmallVector<int64_t> mask;
    for (int64_t lane = 0; lane < lanes; ++lane)
      mask.push_back(lane * products + i);
    return create<vector::ShuffleOp>(factor, factor, mask);
  }

  Value oneByOne() const {
    Value sums = sum;
    for (int64_t i = 0; i < products; ++i) {
      Value x = isa<VectorType>(a.getType()) ? everyOf(i, a) : a;
      if (products > 1 && isa<IntegerType>(a.getType())) {
        x = create<arith::ShRUIOp>(x, constant(x.getType(), 8 * i));
        x = create<arith::TruncIOp>(integer(8), x);
      }
      x = extend(x, 32, isUnsigned);
      if (lanes > 1 && !isa<VectorType>(x.getType()))
        x = create<vector::BroadcastOp>(vectorOf(lanes, integer(32)), x);
      sums =
          create<arith::AddIOp>(sums, create<arith::MulIOp>(x, extend(everyOf(i, b), 32, false)));
    }
    return sums;
  }
};

/// Builds what stands for one operation of requantisation in front of it.
struct RequantizeLowering {
  mutable OpBuilder builder;
  Location loc;
  bool x86;

  RequantizeLowering(Operation *op, Instruction instruction)
      : builder(op), loc(op->getLoc()),
        x86(instruction == Instruction::Pmaddwd || instruction == Instruction::Vpdpbusd) {}

  /// The upper halves of the products of two integers of 32 bits.
  Value multiplyHigh(Value a, Value b) const {
    auto type = dyn_cast<VectorType>(a.getType());
    if (x86 && type && type.getNumElements() >= 4 && type.getNumElements() % 2 == 0)
      return multiplyEvenAndOdd(a, b, type.getNumElements());
    Type wide = withElement(a.getType(), 64);
    Value product =
        create<arith::MulIOp>(create<arith::ExtSIOp>(wide, a), create<arith::ExtSIOp>(wide, b));
    return create<arith::TruncIOp>(a.getType(),
                                   create<arith::ShRSIOp>(product, constant(wide, 32)));
  }

  Value pack(kernel::PackOp op) const {
    int64_t lanes = cast<VectorType>(op.getA().getType()).getNumElements();
    Value operands[] = {op.getA(), op.getB(), op.getC(), op.getD()};
    if (!x86)
      return narrowed(operands, lanes, op);
    for (Value &operand : operands)
      operand = withoutLimits(operand, op.getIsUnsigned());
    Value low = packs(operands[0], operands[1], lanes, 16, false);
    Value high = packs(operands[2], operands[3], lanes, 16, false);
    Value bytes = packs(low, high, 2 * lanes, 8, op.getIsUnsigned());
    return op.getInterleaved() || lanes == 4 ? bytes : inOrder(bytes, lanes);
  }

private:
  template <typename Op, typename... Args> Value create(Args &&...args) const {
    return Op::create(builder, loc, std::forward<Args>(args)...);
  }
  Type withElement(Type type, unsigned bits) const {
    Type element = builder.getIntegerType(bits);
    auto vector = dyn_cast<VectorType>(type);
    return vector ? Type(vector.clone(element)) : element;
  }
  Value constant(Type type, int64_t value) const {
    TypedAttr attribute = builder.getIntegerAttr(getElementTypeOrSelf(type), value);
    if (auto vector = dyn_cast<VectorType>(type))
      attribute = SplatElementsAttr::get(vector, cast<Attribute>(attribute));
    return create<arith::ConstantOp>(attribute);
  }

  /// The instruction multiplies the lower half of each pair.
  Value multiplyEvenAndOdd(Value a, Value b, int64_t lanes) const {
    auto pairs = VectorType::get({lanes / 2}, builder.getI64Type());
    Value half = constant(pairs, 32);
    auto factor = [&](Value value, bool odd) {
      value = create<vector::BitCastOp>(pairs, value);
      return create<arith::ShRSIOp>(odd ? value : create<arith::ShLIOp>(value, half), half);
    };
    auto product = [&](bool odd) {
      return create<vector::BitCastOp>(a.getType(),
                                       create<arith::MulIOp>(factor(a, odd), factor(b, odd)));
    };
    SmallVector<int64_t> upper;
    for (int64_t i = 1; i < lanes; i += 2)
      upper.append({i, lanes + i});
    return create<vector::ShuffleOp>(product(false), product(true), upper);
  }

  /// The operand of a minimum or maximum that packing implies.
  static Value withoutLimits(Value value, bool isUnsigned) {
    int64_t low = isUnsigned ? 0 : -128, high = isUnsigned ? 255 : 127;
    auto limit = [](Value bound) -> std::optional<int64_t> {
      DenseElementsAttr splat;
      if (matchPattern(bound, m_Constant(&splat)) && splat.isSplat())
        return splat.getSplatValue<APInt>().getSExtValue();
      return std::nullopt;
    };
    if (auto least = value.getDefiningOp<arith::MinSIOp>())
      if (std::optional<int64_t> bound = limit(least.getRhs()); bound && *bound >= high)
        value = least.getLhs();
    if (auto largest = value.getDefiningOp<arith::MaxSIOp>())
      if (std::optional<int64_t> bound = limit(largest.getRhs()); bound && *bound <= low)
        value = largest.getLhs();
    return value;
  }

  /// The elements of two vectors with half as many bits: within each 128 bits those of a, then
  /// those of b.
  Value packs(Value a, Value b, int64_t lanes, unsigned bits, bool isUnsigned) const {
    int64_t registerBits = lanes * bits * 2;
    std::string set = registerBits == 512   ? "avx512.pack"
                      : registerBits == 256 ? "avx2.pack"
                                            : "sse2.pack";
    std::string name = "llvm.x86." + set + (isUnsigned ? "us" : "ss") + (bits == 16 ? "dw" : "wb") +
                       (registerBits == 512   ? ".512"
                        : registerBits == 128 ? ".128"
                                              : "");
    auto type = VectorType::get({2 * lanes}, builder.getIntegerType(bits));
    return LLVM::CallIntrinsicOp::create(builder, loc, type, builder.getStringAttr(name),
                                         ValueRange{a, b})
        .getResult(0);
  }

  /// Bytes that lie in groups of four, one of each operand in turn, as the operands follow each
  /// other.
  Value inOrder(Value bytes, int64_t lanes) const {
    Value groups = create<vector::BitCastOp>(VectorType::get({lanes}, builder.getI32Type()), bytes);
    SmallVector<int64_t> order;
    for (int64_t operand = 0; operand < 4; ++operand)
      for (int64_t group = 0; group < lanes / 4; ++group)
        order.push_back(4 * group + operand);
    return create<vector::BitCastOp>(bytes.getType(),
                                     create<vector::ShuffleOp>(groups, groups, order));
  }

  /// The same with instructions that every machine has.
  Value narrowed(MutableArrayRef<Value> operands, int64_t lanes, kernel::PackOp op) const {
    int64_t low = op.getIsUnsigned() ? 0 : -128, high = op.getIsUnsigned() ? 255 : 127;
    for (Value &value : operands) {
      value = create<arith::MaxSIOp>(value, constant(value.getType(), low));
      value = create<arith::MinSIOp>(value, constant(value.getType(), high));
      value = create<arith::TruncIOp>(withElement(value.getType(), 8), value);
    }
    auto joined = [&](Value a, Value b, int64_t count) {
      return create<vector::ShuffleOp>(a, b, llvm::to_vector(llvm::seq<int64_t>(0, 2 * count)));
    };
    Value all = joined(joined(operands[0], operands[1], lanes),
                       joined(operands[2], operands[3], lanes), 2 * lanes);
    if (!op.getInterleaved())
      return all;
    SmallVector<int64_t> order;
    for (int64_t i = 0; i < 4 * lanes; ++i)
      order.push_back(i / 4 % 4 * lanes + i / 16 * 4 + i % 4);
    return create<vector::ShuffleOp>(all, all, order);
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
    getOperation().walk([&](Operation *op) { lowerRequantization(op, chosen); });
  }

private:
  static void lowerRequantization(Operation *op, Instruction chosen) {
    RequantizeLowering lowering(op, chosen);
    if (auto packed = dyn_cast<kernel::PackOp>(op))
      packed.replaceAllUsesWith(lowering.pack(packed));
    else if (auto product = dyn_cast<arith::MulSIExtendedOp>(op);
             product && product.getLow().use_empty())
      product.getHigh().replaceAllUsesWith(
          lowering.multiplyHigh(product.getLhs(), product.getRhs()));
    else
      return;
    op->erase();
  }
};

} // namespace

} // namespace nnc
