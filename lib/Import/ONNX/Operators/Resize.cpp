// Resampling of images.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"

#include <cmath>

using namespace mlir;

namespace nnc::onnx {

namespace {
/// What is resampled how, with one entry per dimension of the input.
struct Resampling {
  Node::Shape sizes; ///< of the result
  SmallVector<double> scales;
  SmallVector<double> roi; ///< starts, then ends; empty when not used
  nn::ResizeMode mode = nn::ResizeMode::nearest;
  nn::Coordinates coordinates = nn::Coordinates::asymmetric;
  nn::NearestMode nearest = nn::NearestMode::floor;
  double cubic = -0.75, extrapolation = 0;
  bool excludeOutside = false, antialias = false;
};
} // namespace

/// Larger results than this per dimension are damage.
static constexpr double maxSize = 1 << 30;

/// Sizes from scales: ⌊I · scale⌋, of the region of interest when one is cropped.
static void applyScales(Node &node, Resampling &r, ArrayRef<int64_t> shape) {
  for (auto [d, scale] : llvm::enumerate(r.scales)) {
    double part = r.roi.empty() ? 1 : r.roi[shape.size() + d] - r.roi[d];
    // The scale is a float in the file; products are formed in that precision, as exporters do.
    double size = std::floor(static_cast<float>(static_cast<double>(shape[d]) * part) *
                             static_cast<float>(scale));
    if (!(scale > 0) || !(size >= 0) || size > maxSize) {
      node.error() << "scale " << scale << " of dimension " << d << " is not usable";
      return;
    }
    r.sizes[d] = static_cast<int64_t>(size);
  }
}

static Value emit(Node &node, const Resampling &r) {
  Value x = node.input(0);
  OpBuilder &b = node.builder();
  DenseF64ArrayAttr roi = r.roi.empty() ? DenseF64ArrayAttr() : b.getDenseF64ArrayAttr(r.roi);
  return node.makeTyped<nn::ResizeOp>(RankedTensorType::get(r.sizes, Node::elementOf(x)), r.mode, x,
                                      r.coordinates, ArrayRef<double>(r.scales), roi, r.nearest,
                                      APFloat(r.cubic), r.excludeOutside, r.antialias,
                                      APFloat(r.extrapolation));
}

template <typename Kind>
static void readKind(Node &node, StringRef name, StringRef fallback, Kind &kind,
                     std::optional<Kind> (*symbolize)(StringRef)) {
  std::string text = node.text(name, fallback);
  if (auto value = symbolize(text))
    kind = *value;
  else if (!node.hasFailed())
    node.error() << "attribute '" << name << "' is '" << text << "', which is not supported";
}

/// Upsample, and Resize in opset 10: only scales, and coordinates are divided by them.
static LogicalResult buildUpsample(Node &node) {
  Value x = node.input(0);
  Resampling r;
  std::string mode = node.text("mode", "nearest");
  if (mode != "nearest" && mode != "linear" && mode != "bilinear")
    return node.error() << "attribute 'mode' is '" << mode << "', expected nearest or linear";
  r.mode = mode == "nearest" ? nn::ResizeMode::nearest : nn::ResizeMode::linear;
  if (node.since() < 7)
    r.scales = {1, 1, node.real("height_scale", 1), node.real("width_scale", 1)};
  else if (node.since() < 9)
    r.scales = node.reals("scales");
  else
    r.scales = node.constantFloats(1, "the list of scales");
  if (node.hasFailed())
    return failure();
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  if (r.scales.size() != shape.size())
    return node.error() << "there are " << r.scales.size() << " scales, expected " << shape.size();
  r.sizes.assign(shape.begin(), shape.end());
  applyScales(node, r, shape);
  return node.hasFailed() ? failure() : node.finish(emit(node, r));
}

//===-- Resize since opset 11 --------------------------------------------------------------===//

/// Result sizes from stated sizes; the policy may shrink or grow them to one common scale.
static void applySizes(Node &node, Resampling &r, ArrayRef<int64_t> axes, ArrayRef<int64_t> stated,
                       ArrayRef<int64_t> shape) {
  std::string policy =
      node.since() >= 18 ? node.text("keep_aspect_ratio_policy", "stretch") : "stretch";
  bool stretch = policy == "stretch", larger = policy == "not_smaller";
  if (!stretch && !larger && policy != "not_larger") {
    node.error() << "attribute 'keep_aspect_ratio_policy' is '" << policy
                 << "', expected stretch, not_larger or not_smaller";
    return;
  }
  double common = 0;
  for (auto [i, d] : llvm::enumerate(axes)) {
    if (stated[i] < 0 || static_cast<double>(stated[i]) > maxSize || shape[d] == 0) {
      node.error() << "size " << stated[i] << " of dimension " << d << " is not usable";
      return;
    }
    double scale = static_cast<double>(stated[i]) / static_cast<double>(shape[d]);
    common = i == 0 ? scale : larger ? std::max(common, scale) : std::min(common, scale);
    r.sizes[d] = stated[i];
    r.scales[d] = scale;
  }
  for (int64_t d : axes) {
    if (stretch)
      break;
    double size = static_cast<double>(shape[d]) * common;
    if (size > maxSize) {
      node.error() << "the result would be too large";
      return;
    }
    r.scales[d] = common;
    r.sizes[d] = static_cast<int64_t>(std::floor(size + 0.5));
  }
}

static void readAttributes(Node &node, Resampling &r) {
  readKind(node, "mode", "nearest", r.mode, &nn::symbolizeResizeMode);
  readKind(node, "coordinate_transformation_mode", "half_pixel", r.coordinates,
           &nn::symbolizeCoordinates);
  readKind(node, "nearest_mode", "round_prefer_floor", r.nearest, &nn::symbolizeNearestMode);
  r.cubic = node.real("cubic_coeff_a", -0.75);
  r.extrapolation = node.real("extrapolation_value", 0);
  r.excludeOutside = node.flag("exclude_outside", false);
  r.antialias = node.since() >= 18 && node.flag("antialias", false);
}

/// The axes that scales, sizes and the region follow; unlike elsewhere their order matters.
static Node::Shape readAxes(Node &node, int64_t rank) {
  Node::Shape axes;
  if (node.since() >= 18)
    for (int64_t axis : node.integers("axes"))
      axes.push_back(node.axis(axis, rank));
  if (axes.empty())
    axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  return axes;
}

/// The part of the input that is shown, for the one mode that crops.
static void readRegion(Node &node, Resampling &r, ArrayRef<int64_t> axes) {
  if (r.coordinates != nn::Coordinates::tf_crop_and_resize)
    return;
  SmallVector<double> stated = node.constantFloats(1, "the region of interest");
  if (!node.hasFailed() && stated.size() != 2 * axes.size())
    node.error() << "the region of interest has " << stated.size() << " elements, expected "
                 << 2 * axes.size();
  if (node.hasFailed())
    return;
  size_t rank = r.sizes.size();
  r.roi.assign(rank, 0.0);
  r.roi.append(rank, 1.0);
  for (size_t i = 0; i < axes.size(); ++i) {
    r.roi[axes[i]] = stated[i];
    r.roi[rank + axes[i]] = stated[axes.size() + i];
  }
}

static LogicalResult buildResize(Node &node) {
  ArrayRef<int64_t> shape = Node::shapeOf(node.input(0));
  Resampling r;
  r.sizes.assign(shape.begin(), shape.end());
  r.scales.assign(shape.size(), 1.0);
  readAttributes(node, r);
  Node::Shape axes = readAxes(node, static_cast<int64_t>(shape.size()));
  readRegion(node, r, axes);
  if (node.hasFailed())
    return failure();
  auto present = [&](unsigned i) {
    return node.hasInput(i) && *countElements(Node::shapeOf(node.input(i))) > 0;
  };
  bool byScale = present(2);
  if (byScale == present(3))
    return node.error() << "states " << (byScale ? "both" : "neither") << " scales "
                        << (byScale ? "and" : "nor") << " sizes, expected one of them";
  SmallVector<double> scales;
  Node::Shape sizes;
  if (byScale)
    scales = node.constantFloats(2, "the list of scales");
  else
    sizes = node.constantIntegers(3, "the list of sizes");
  if (node.hasFailed())
    return failure();
  size_t count = byScale ? scales.size() : sizes.size();
  if (count != axes.size())
    return node.error() << "there are " << count << (byScale ? " scales" : " sizes")
                        << ", expected " << axes.size();
  if (byScale) {
    node.ignore("keep_aspect_ratio_policy"); // says what sizes mean
    for (auto [i, d] : llvm::enumerate(axes))
      r.scales[d] = scales[i];
    applyScales(node, r, shape);
  } else {
    applySizes(node, r, axes, sizes, shape);
  }
  return node.hasFailed() ? failure() : node.finish(emit(node, r));
}

llvm::ArrayRef<OperatorRow> resizeOperators() {
  static const OperatorRow rows[] = {
      {"Resize", {10}, 2, 2, buildUpsample},     {"Resize", {11, 13, 18, 19}, 1, 4, buildResize},
      {"Upsample", {1, 7}, 1, 1, buildUpsample}, {"Upsample", {9}, 2, 2, buildUpsample},
      {"Upsample", {10}, 0, unlimited, nullptr}, // withdrawn
  };
  return rows;
}

} // namespace nnc::onnx
