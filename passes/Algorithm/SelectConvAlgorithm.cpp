// nnc-select-conv-algorithm: decide how each convolution is computed, by a plan, an option or the
// cost model. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NodeNames.h"
#include "lib/Artifacts/ConvPlan.h"
#include "passes/Algorithm/ConvCandidates.h"
#include "passes/Algorithm/Passes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

namespace nnc {
#define GEN_PASS_DEF_SELECTCONVALGORITHMPASS
#include "passes/Algorithm/Passes.h.inc"
} // namespace nnc

using namespace mlir;

namespace nnc {

namespace {

using fastconv::Algorithm;
using fastconv::Reason;

/// Share of the direct sum's cycles below which a transform pays for larger weights and scratch.
constexpr double kGain = 0.9;
/// Share of the cycles of a transform with smaller weights below which larger ones pay, where they
/// come from memory.
constexpr double kGainOfLarger = 0.95;

/// A convolution with its possible ways; those that err too much are apart.
struct Convolution {
  nn::ConvOp op;
  StringRef layer; ///< the node's name
  SmallVector<ConvCandidate> allowed, tooInexact;
};

/// The entries of a plan by the layers they are for.
class PlannedWays {
public:
  explicit PlannedWays(const ConvPlan &plan) {
    for (const PlannedConvolution &entry : plan.convolutions)
      entries[entry.layer].push_back(&entry);
  }

  /// The entry for the next convolution of this name; null where there is none.
  const PlannedConvolution *next(StringRef layer) {
    auto found = entries.find(layer);
    if (found == entries.end())
      return nullptr;
    size_t count = found->second.size(), number = seen[layer]++;
    return count == 1 ? found->second.front() : number < count ? found->second[number] : nullptr;
  }

  /// An entry that no convolution has taken; null where there is none.
  const PlannedConvolution *findUnused(const ConvPlan &plan) const {
    llvm::StringMap<size_t> passed;
    for (const PlannedConvolution &entry : plan.convolutions)
      if (passed[entry.layer]++ >= seen.lookup(entry.layer))
        return &entry;
    return nullptr;
  }

private:
  llvm::StringMap<SmallVector<const PlannedConvolution *>> entries;
  llvm::StringMap<size_t> seen;
};

std::string listOf(ArrayRef<ConvCandidate> candidates) {
  return llvm::join(llvm::map_range(candidates, describe), ", ");
}

/// The fastest one, by measurement where all were measured; null where there are none.
const ConvCandidate *findFastest(ArrayRef<ConvCandidate> candidates) {
  const auto *best = llvm::min_element(
      candidates, [](const auto &a, const auto &b) { return a.cycles < b.cycles; });
  return best == candidates.end() ? nullptr : best;
}

struct SelectConvAlgorithmPass : impl::SelectConvAlgorithmPassBase<SelectConvAlgorithmPass> {
  using SelectConvAlgorithmPassBase::SelectConvAlgorithmPassBase;

  LogicalResult initialize(MLIRContext *context) override {
    if (vector < 1 || !(products > 0) ||
        !llvm::is_contained({"auto", "direct", "winograd", "fft"}, algorithm))
      return emitError(UnknownLoc::get(context))
             << "nnc-select-conv-algorithm: algorithm " << algorithm.getValue() << ", vector "
             << vector.getValue() << ", products " << products.getValue()
             << "; expected auto, direct, winograd or fft, a vector of at least 1, products above "
                "0";
    return success();
  }

  void runOnOperation() override {
    SmallVector<Convolution> convolutions;
    coldWeights = shareOfColdWeights();
    getOperation().walk([&](nn::ConvOp op) { convolutions.push_back(describeOp(op)); });
    ConvPlan entries;
    if (!plan.empty()) {
      auto read = readConvPlan(plan);
      if (!read)
        return fail(emitError(UnknownLoc::get(&getContext())) << llvm::toString(read.takeError()));
      entries = std::move(*read);
    }
    PlannedWays planned(entries);
    for (Convolution &convolution : convolutions) {
      const PlannedConvolution *entry = planned.next(convolution.layer);
      if (failed(entry ? follow(convolution, *entry) : decide(convolution)))
        return signalPassFailure();
    }
    if (const PlannedConvolution *unused = planned.findUnused(entries))
      fail(complainAboutUnused(*unused, convolutions));
  }

private:
  void fail(const InFlightDiagnostic &) { signalPassFailure(); }

  /// A run reads all constants one after the other. Those of a module that the cache holds are
  /// there again in the next run; of twice as many, none.
  double shareOfColdWeights() {
    double bytes = 0, cache = static_cast<double>(outerCacheBytes);
    getOperation().walk([&](nn::ConstantOp op) {
      auto type = cast<ShapedType>(op.getType());
      if (!isa<SplatElementsAttr>(op.getValue()))
        bytes += static_cast<double>(type.getNumElements()) * type.getElementTypeBitWidth() / 8;
    });
    return cache > 0 ? std::clamp(bytes / cache - 1, 0.0, 1.0) : 1;
  }

  Convolution describeOp(nn::ConvOp op) const {
    Convolution convolution{op, nn::nodeName(op.getLoc()), {}, {}};
    for (const ConvCandidate &candidate : convCandidates(
             op, {vector, products, cacheBytes, outerCacheBytes, memoryCycles, coldWeights}))
      (candidate.error <= maxError ? convolution.allowed : convolution.tooInexact)
          .push_back(candidate);
    return convolution;
  }

  /// By the option or the model.
  LogicalResult decide(Convolution &convolution) {
    ArrayRef<ConvCandidate> ways = convolution.allowed;
    const ConvCandidate *best = findFastest(ways.drop_front());
    if (!best)
      return record(convolution, ways.front(), Reason::only, {});
    if (std::optional<Algorithm> wanted = fastconv::symbolizeAlgorithm(algorithm)) {
      auto isWanted = [&](const ConvCandidate &way) { return way.algorithm == *wanted; };
      SmallVector<ConvCandidate> those = llvm::filter_to_vector(ways, isWanted);
      const ConvCandidate *fastest = findFastest(those);
      return record(convolution, fastest ? *fastest : ways.front(), Reason::option, {});
    }
    return record(convolution, findWorthwhile(ways), Reason::model, {});
  }

  /// Share of the cycles of `other`, with smaller weights, below which `way` is taken. Frequencies
  /// have scratch and weights in hundreds of places, whose cost is the least certain.
  double gainOver(const ConvCandidate &other, const ConvCandidate &way) const {
    if (other.algorithm == Algorithm::direct || other.algorithm != way.algorithm)
      return kGain;
    return coldWeights > 0 ? kGainOfLarger : 1;
  }

  /// The fastest way that pays for its weights: what one layer reads more, where the module's
  /// weights do not stay in the cache, it takes from others, and from whoever else uses the memory.
  ConvCandidate findWorthwhile(ArrayRef<ConvCandidate> ways) const {
    SmallVector<ConvCandidate> bySize(ways);
    llvm::sort(bySize, [](const auto &a, const auto &b) {
      return std::tie(a.places, a.algorithm, a.tile) < std::tie(b.places, b.algorithm, b.tile);
    });
    ConvCandidate taken = ways.front();
    for (const ConvCandidate &way : bySize)
      if (way.cycles < gainOver(taken, way) * taken.cycles)
        taken = way;
    return taken;
  }

  /// By the plan.
  LogicalResult follow(Convolution &convolution, const PlannedConvolution &entry) {
    std::optional<Algorithm> wanted = fastconv::symbolizeAlgorithm(entry.algorithm);
    ConvCandidate way{wanted.value_or(Algorithm::direct), entry.tile};
    auto isWay = [&](const ConvCandidate &other) { return wanted && way.isSameWay(other); };
    const auto *found = llvm::find_if(convolution.allowed, isWay);
    if (found != convolution.allowed.end())
      return record(convolution, *found, Reason::plan, entry.measured);
    std::string name = wanted ? describe(way)
                              : "'" + entry.algorithm + "'" +
                                    (entry.tile ? " with tile " + std::to_string(entry.tile) : "");
    InFlightDiagnostic error = convolution.op.emitError("'")
                               << plan << "' wants layer '" << entry.layer << "' computed by "
                               << name << ", which is ";
    const auto *inexact = llvm::find_if(convolution.tooInexact, isWay);
    if (inexact != convolution.tooInexact.end())
      error << "allowed from an error bound of " << inexact->error << " on (--max-conv-error), not "
            << maxError;
    else
      error << "not possible";
    error << "; it can be computed by " << listOf(convolution.allowed);
    std::string why = wanted == Algorithm::winograd ? whyNotWinograd(convolution.op)
                      : wanted == Algorithm::fft    ? whyNotFft(convolution.op)
                                                    : "";
    if (!why.empty())
      error << ": " << why;
    return error;
  }

  InFlightDiagnostic complainAboutUnused(const PlannedConvolution &entry,
                                         ArrayRef<Convolution> convolutions) {
    constexpr size_t kShown = 12;
    SmallVector<std::string> names;
    for (const Convolution &convolution : convolutions.take_front(kShown))
      names.push_back("'" + convolution.layer.str() + "'");
    if (convolutions.size() > kShown)
      names.push_back(std::to_string(convolutions.size() - kShown) + " more");
    bool known = llvm::any_of(convolutions, [&](const Convolution &convolution) {
      return convolution.layer == entry.layer;
    });
    return emitError(UnknownLoc::get(&getContext()))
           << "'" << plan << "' names layer '" << entry.layer << "'"
           << (known ? " more often than the model has convolutions of that name"
                     : ", which is no convolution of this model")
           << "; it has " << (names.empty() ? "none" : llvm::join(names, ", "));
  }

  /// Writes the decision: the chosen way first, the others by their time.
  LogicalResult record(Convolution &convolution, ConvCandidate chosen, Reason reason,
                       ArrayRef<MeasuredWay> measured) {
    auto nanoseconds = [&](const ConvCandidate &way) -> int64_t {
      for (const MeasuredWay &entry : measured)
        if (entry.algorithm == fastconv::stringifyAlgorithm(way.algorithm) &&
            entry.tile == way.tile)
          return entry.nanoseconds;
      return 0;
    };
    auto before = [&](const ConvCandidate &a, const ConvCandidate &b) {
      if (a.isSameWay(chosen) != b.isSameWay(chosen))
        return a.isSameWay(chosen);
      int64_t timeA = nanoseconds(a), timeB = nanoseconds(b);
      if (timeA > 0 && timeB > 0 && timeA != timeB)
        return timeA < timeB;
      return std::tie(a.cycles, a.algorithm, a.tile) < std::tie(b.cycles, b.algorithm, b.tile);
    };
    SmallVector<ConvCandidate> ordered = convolution.allowed;
    llvm::sort(ordered, before);
    Builder builder(&getContext());
    SmallVector<fastconv::CandidateAttr> attributes;
    for (const ConvCandidate &way : ordered)
      attributes.push_back(fastconv::CandidateAttr::get(
          &getContext(), way.algorithm, way.tile, std::llround(way.cycles), nanoseconds(way),
          way.error > 0 ? builder.getF64FloatAttr(way.error) : FloatAttr()));
    convolution.op->setAttr(fastconv::kChoiceAttr,
                            fastconv::ChoiceAttr::get(&getContext(), reason, attributes));
    return success();
  }

  double coldWeights = 0;
};

} // namespace

} // namespace nnc
