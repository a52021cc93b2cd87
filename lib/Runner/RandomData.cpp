// SplitMix64 (Steele, Lea, Flood 2014): one 64-bit state, three xor-multiply steps per number.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/RandomData.h"

#include "llvm/Support/xxhash.h"

#include <bit>
#include <cstring>

namespace nnc {

static uint64_t next(uint64_t &state) {
  uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

/// A float as IEEE half bits; exact for the multiples of 2^-10 in [−1, 1) that are written here.
static uint16_t toHalf(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value), exponent = bits >> 23 & 255;
  if (exponent < 113) // below the normal range; multiples of 2^-10 are not, but zero is
    return static_cast<uint16_t>(bits >> 16 & 0x8000);
  return static_cast<uint16_t>((bits >> 16 & 0x8000) | (exponent - 112) << 10 |
                               (bits >> 13 & 1023));
}

template <typename T> static void store(HostTensor &tensor, int64_t i, T value) {
  std::memcpy(tensor.bytes.data() + i * sizeof(T), &value, sizeof(T));
}

static void storeFloat(HostTensor &tensor, int64_t i, uint64_t bits) {
  // 11 bits for the halves, whose fraction has no more; 24 for the others.
  bool isShort = factsOf(tensor.type).bytes == 2;
  float value = isShort
                    ? static_cast<float>(static_cast<int>(bits >> 53) - 1024) / 1024.0f
                    : static_cast<float>(static_cast<int64_t>(bits >> 40) - (1 << 23)) / 8388608.0f;
  switch (tensor.type) {
  case ElementType::F16:
    return store(tensor, i, toHalf(value));
  case ElementType::BF16:
    return store(tensor, i, static_cast<uint16_t>(std::bit_cast<uint32_t>(value) >> 16));
  case ElementType::F64:
    return store(tensor, i, static_cast<double>(value));
  default:
    return store(tensor, i, value);
  }
}

void fillRandom(HostTensor &tensor, uint64_t seed) {
  unsigned bytes = factsOf(tensor.type).bytes;
  int64_t count = tensor.elements();
  tensor.bytes.assign(count * bytes, 0);
  uint64_t state = seed ^ llvm::xxh3_64bits(tensor.name);
  bool isFloat = factsOf(tensor.type).name.find('f') != std::string_view::npos;
  for (int64_t i = 0; i < count; ++i) {
    uint64_t bits = next(state);
    if (isFloat)
      storeFloat(tensor, i, bits);
    else // little-endian: the lowest byte carries the small value
      tensor.bytes[i * bytes] =
          static_cast<char>(tensor.type == ElementType::Bool ? bits >> 63 : bits >> 61);
  }
}

} // namespace nnc
