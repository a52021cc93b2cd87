// Elementwise comparison with a stated tolerance.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/Compare.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace nnc {

template <typename T> static T load(const HostTensor &tensor, int64_t i) {
  T value;
  std::memcpy(&value, tensor.bytes.data() + i * sizeof(T), sizeof(T));
  return value;
}

/// IEEE half precision to double: sign, 5 exponent bits, 10 fraction bits.
static double halfToDouble(uint16_t bits) {
  double sign = bits & 0x8000 ? -1 : 1;
  int exponent = bits >> 10 & 31, fraction = bits & 1023;
  if (exponent == 31)
    return fraction ? std::nan("") : sign * INFINITY;
  return sign * (exponent ? std::ldexp(1024 + fraction, exponent - 25) : std::ldexp(fraction, -24));
}

double elementAsDouble(const HostTensor &tensor, int64_t i) {
  switch (tensor.type) {
  case ElementType::F16:
    return halfToDouble(load<uint16_t>(tensor, i));
  case ElementType::BF16:
    return std::bit_cast<float>(static_cast<uint32_t>(load<uint16_t>(tensor, i)) << 16);
  case ElementType::F32:
    return load<float>(tensor, i);
  case ElementType::F64:
    return load<double>(tensor, i);
  case ElementType::I8:
    return load<int8_t>(tensor, i);
  case ElementType::I16:
    return load<int16_t>(tensor, i);
  case ElementType::I32:
    return load<int32_t>(tensor, i);
  case ElementType::I64:
    return static_cast<double>(load<int64_t>(tensor, i));
  case ElementType::U8:
  case ElementType::Bool:
    return load<uint8_t>(tensor, i);
  case ElementType::U16:
    return load<uint16_t>(tensor, i);
  case ElementType::U32:
    return load<uint32_t>(tensor, i);
  case ElementType::U64:
    return static_cast<double>(load<uint64_t>(tensor, i));
  }
  return 0;
}

static bool isFloat(ElementType type) {
  return type == ElementType::F16 || type == ElementType::BF16 || type == ElementType::F32 ||
         type == ElementType::F64;
}

static double largestFinite(const HostTensor &tensor) {
  double largest = 0;
  for (int64_t i = 0, n = tensor.elements(); i < n; ++i)
    if (double value = std::fabs(elementAsDouble(tensor, i)); std::isfinite(value))
      largest = std::max(largest, value);
  return largest;
}

/// Coordinates of row-major element i, as "[0,3,1]".
static std::string coordinates(const HostTensor &tensor, int64_t i) {
  std::string text;
  for (size_t d = tensor.shape.size(); d-- > 0; i /= tensor.shape[d])
    text = std::to_string(i % tensor.shape[d]) + (text.empty() ? "" : "," + text);
  return "[" + text + "]";
}

Comparison compare(const HostTensor &actual, const HostTensor &expected,
                   const Tolerance &tolerance) {
  Comparison result;
  if (actual.type != expected.type || actual.shape != expected.shape) {
    result.explanation = fmt::format("is {}, expected {}", describe(actual), describe(expected));
    return result;
  }
  result.largest = largestFinite(expected);
  const unsigned bytes = factsOf(actual.type).bytes;
  int64_t first = -1;
  for (int64_t i = 0, n = actual.elements(); i < n; ++i) {
    // Equal bits are equal, exactly so for 64-bit integers.
    if (std::memcmp(actual.bytes.data() + i * bytes, expected.bytes.data() + i * bytes, bytes) == 0)
      continue;
    double a = elementAsDouble(actual, i), b = elementAsDouble(expected, i);
    if (a == b && isFloat(actual.type)) // zeros of different sign
      continue;
    if (std::isnan(a) && std::isnan(b))
      continue;
    double error = std::fabs(a - b);
    double bound = tolerance.absolute +
                   tolerance.relative * (tolerance.ofLargest ? result.largest : std::fabs(b));
    if (std::isfinite(error))
      result.worst = std::max(result.worst, error);
    if (isFloat(actual.type) && std::isfinite(error) && error <= bound)
      continue;
    first = first < 0 ? i : first;
    ++result.differing;
  }
  result.agrees = result.differing == 0;
  result.explanation = fmt::format("largest difference {:.3g}, largest magnitude {:.3g}",
                                   result.worst, result.largest);
  if (!result.agrees)
    result.explanation +=
        fmt::format("; {} of {} elements differ, first {}: {:.9g}, expected {:.9g}",
                    result.differing, actual.elements(), coordinates(actual, first),
                    elementAsDouble(actual, first), elementAsDouble(expected, first));
  return result;
}

} // namespace nnc
