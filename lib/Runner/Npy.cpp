// The .npy format: magic, version, header length, a Python literal with descr, fortran_order and
// shape, then raw bytes. Source of the format: the documentation of numpy.lib.format. Part of
// nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/HostTensor.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

namespace nnc {

using llvm::createStringError;
using llvm::StringRef;

static constexpr char kMagic[] = "\x93NUMPY";
static constexpr size_t kMagicBytes = 6;

int64_t HostTensor::elements() const {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

std::string describe(const HostTensor &tensor) {
  std::string text = std::string(factsOf(tensor.type).name) + "[";
  for (size_t d = 0; d < tensor.shape.size(); ++d)
    text += (d ? "," : "") + std::to_string(tensor.shape[d]);
  return text + "]";
}

/// The text after `'key':` in a header, up to the end of the header.
static StringRef valueOf(StringRef header, StringRef key) {
  size_t at = header.find(("'" + key + "'").str());
  if (at == StringRef::npos)
    return {};
  return header.substr(at + key.size() + 2).ltrim().ltrim(':').ltrim();
}

static bool parseShape(StringRef text, std::vector<int64_t> &shape) {
  if (!text.consume_front("("))
    return false;
  StringRef inside = text.take_until([](char c) { return c == ')'; });
  llvm::SmallVector<StringRef> parts;
  inside.split(parts, ',', -1, /*KeepEmpty=*/false);
  for (StringRef part : parts) {
    int64_t size;
    if (part.trim().empty())
      continue;
    if (part.trim().getAsInteger(10, size) || size < 0)
      return false;
    shape.push_back(size);
  }
  return true;
}

llvm::Expected<HostTensor> parseNpy(StringRef contents, const std::string &name) {
  auto bad = [&](const std::string &why) {
    return createStringError("not a usable .npy array: " + why);
  };
  if (contents.size() < 10 || !contents.starts_with(StringRef(kMagic, kMagicBytes)))
    return bad("it does not start with the numpy magic");
  unsigned version = static_cast<unsigned char>(contents[6]);
  size_t lengthBytes = version == 1 ? 2 : 4, headerStart = 8 + lengthBytes;
  if (version < 1 || version > 3 || contents.size() < headerStart)
    return bad("format version " + std::to_string(version) + " is unknown");
  size_t length = 0;
  for (size_t i = 0; i < lengthBytes; ++i)
    length |= static_cast<size_t>(static_cast<unsigned char>(contents[8 + i])) << (8 * i);
  if (contents.size() - headerStart < length)
    return bad("the header is cut off");
  StringRef header = contents.substr(headerStart, length);

  HostTensor tensor;
  tensor.name = name;
  StringRef descriptor =
      valueOf(header, "descr").ltrim('\'').take_until([](char c) { return c == '\''; });
  std::optional<ElementType> type = elementTypeFromNumpy(descriptor);
  if (!type)
    return bad("element type '" + descriptor.str() +
               "' is not supported; save little-endian numbers or booleans");
  tensor.type = *type;
  if (!valueOf(header, "fortran_order").starts_with("False"))
    return bad("the array is column-major; save numpy.ascontiguousarray(a)");
  if (!parseShape(valueOf(header, "shape"), tensor.shape))
    return bad("its shape cannot be read");

  uint64_t expected = factsOf(tensor.type).bytes;
  for (int64_t size : tensor.shape)
    if (__builtin_mul_overflow(expected, static_cast<uint64_t>(size), &expected))
      return bad("its shape is too large");
  StringRef data = contents.substr(headerStart + length);
  if (data.size() != expected)
    return bad("it holds " + std::to_string(data.size()) + " bytes of data, but " +
               describe(tensor) + " needs " + std::to_string(expected));
  tensor.bytes.assign(data.begin(), data.end());
  return tensor;
}

std::string formatNpy(const HostTensor &tensor) {
  std::string shape;
  for (int64_t size : tensor.shape)
    shape += std::to_string(size) + ",";
  // bf16 has no numpy type: its bit patterns are written as unsigned integers.
  std::string_view descriptor =
      factsOf(tensor.type).numpy.empty() ? "<u2" : factsOf(tensor.type).numpy;
  std::string header = "{'descr': '" + std::string(descriptor) +
                       "', 'fortran_order': False, 'shape': (" + shape + "), }";
  size_t total = llvm::alignTo(10 + header.size() + 1, 64);
  header.append(total - 10 - header.size() - 1, ' ');
  header += '\n';
  std::string out(kMagic, kMagicBytes);
  out += {'\x01', '\x00', static_cast<char>(header.size() & 0xff),
          static_cast<char>(header.size() >> 8)};
  out += header;
  out.append(tensor.bytes.begin(), tensor.bytes.end());
  return out;
}

} // namespace nnc
