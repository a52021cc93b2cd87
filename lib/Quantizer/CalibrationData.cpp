// Reads and checks samples.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantizer/CalibrationData.h"

#include "lib/Runner/RandomData.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace nnc {

using llvm::createFileError;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace {

/// Samples of one input.
using Samples = std::vector<HostTensor>;

constexpr int64_t kRandomSamples = 32;

std::string inputNames(const std::vector<HostTensor> &inputs) {
  std::string text;
  for (const HostTensor &input : inputs)
    text += (text.empty() ? "'" : ", '") + input.name + "' " + describe(input);
  return text;
}

/// How many samples of an input an array holds; nothing where its shape is another.
std::optional<int64_t> samplesIn(const HostTensor &array, const HostTensor &input,
                                 bool mayBeOneSample) {
  llvm::ArrayRef<int64_t> whole = input.shape;
  bool isOne = array.shape == input.shape || (!whole.empty() && whole.front() == 1 &&
                                              whole.drop_front() == llvm::ArrayRef(array.shape));
  if (mayBeOneSample && isOne)
    return 1;
  if (array.shape.empty())
    return std::nullopt;
  llvm::ArrayRef<int64_t> rest = llvm::ArrayRef(array.shape).drop_front(), own = input.shape;
  bool matches = rest == own || (!own.empty() && own.front() == 1 && rest == own.drop_front());
  return matches ? std::optional(array.shape.front()) : std::nullopt;
}

/// "[N,1,28,28]": what arrays of samples look like.
std::string expectedShape(const HostTensor &input) {
  HostTensor many = input;
  if (!many.shape.empty() && many.shape.front() == 1)
    many.shape.erase(many.shape.begin());
  std::string text = describe(many);
  size_t at = text.find('[') + 1;
  return text.insert(at, many.shape.empty() ? "N" : "N,");
}

/// The first number that is none, in words; empty where all are.
std::string findStranger(const HostTensor &sample) {
  if (sample.type != ElementType::F32)
    return "";
  for (int64_t i = 0; i < sample.elements(); ++i) {
    float value = 0;
    std::memcpy(&value, sample.bytes.data() + i * 4, 4);
    if (!std::isfinite(value))
      return fmt::format("element {} is {}", i, std::isnan(value) ? "NaN" : "infinite");
  }
  return "";
}

/// Splits an array into samples; `where` names file and array in messages.
Error appendSamples(const HostTensor &array, const HostTensor &input, bool mayBeOneSample,
                    const std::string &where, int64_t limit, Samples &samples) {
  if (array.type != input.type)
    return createStringError(fmt::format("{} is {}, but input '{}' is {}; save it as {}", where,
                                         describe(array), input.name, describe(input),
                                         factsOf(input.type).numpy.substr(1)));
  std::optional<int64_t> count = samplesIn(array, input, mayBeOneSample);
  if (!count)
    return createStringError(fmt::format("{} is {}, expected {} for N samples of input '{}'", where,
                                         describe(array), expectedShape(input), input.name));
  auto bytes = static_cast<size_t>(input.elements()) * factsOf(input.type).bytes;
  for (int64_t i = 0; i < *count && (limit == 0 || std::ssize(samples) < limit); ++i) {
    HostTensor sample = input;
    const char *begin = array.bytes.data() + static_cast<size_t>(i) * bytes;
    sample.bytes.assign(begin, begin + bytes);
    if (std::string stranger = findStranger(sample); !stranger.empty())
      return createStringError(
          fmt::format("{}, sample {}: {}; calibration needs numbers", where, i, stranger));
    samples.push_back(std::move(sample));
  }
  return Error::success();
}

//===-- Kinds of files ----------------------------------------------------------------------===//

Expected<std::vector<Samples>> readArchive(const std::string &path,
                                           const std::vector<HostTensor> &inputs, int64_t limit) {
  Expected<std::vector<HostTensor>> arrays = readTensors(path);
  if (!arrays)
    return arrays.takeError();
  std::vector<Samples> all;
  for (const HostTensor &input : inputs) {
    auto found =
        llvm::find_if(*arrays, [&](const HostTensor &array) { return array.name == input.name; });
    if (found == arrays->end())
      return createStringError(
          fmt::format("'{}' has no array '{}'; it holds {}, and the model's inputs are {}", path,
                      input.name, inputNames(*arrays), inputNames(inputs)));
    if (Error error = appendSamples(*found, input, /*mayBeOneSample=*/false,
                                    fmt::format("'{}', array '{}'", path, input.name), limit,
                                    all.emplace_back()))
      return std::move(error);
  }
  return all;
}

/// The `.npy` files of a folder, by name.
Expected<std::vector<std::string>> arraysOf(const std::string &folder) {
  std::vector<std::string> files;
  std::error_code reason;
  for (llvm::sys::fs::directory_iterator it(folder, reason), end; !reason && it != end;
       it.increment(reason))
    if (llvm::sys::path::extension(it->path()) == ".npy")
      files.push_back(it->path());
  if (reason)
    return createFileError(
        folder, createStringError(reason, "cannot be read: %s", reason.message().c_str()));
  llvm::sort(files);
  return files;
}

Error readFolderOf(const HostTensor &input, const std::string &folder, int64_t limit,
                   Samples &samples) {
  Expected<std::vector<std::string>> files = arraysOf(folder);
  if (!files)
    return files.takeError();
  if (files->empty())
    return createStringError(fmt::format("folder '{}' holds no .npy files; expected samples {} of "
                                         "input '{}'",
                                         folder, describe(input), input.name));
  for (const std::string &file : *files) {
    if (limit > 0 && std::ssize(samples) >= limit)
      break;
    Expected<std::vector<HostTensor>> arrays = readTensors(file);
    if (!arrays)
      return arrays.takeError();
    if (Error error = appendSamples(arrays->front(), input, /*mayBeOneSample=*/true,
                                    "'" + file + "'", limit, samples))
      return error;
  }
  return Error::success();
}

Expected<std::vector<Samples>> readFolder(const std::string &path,
                                          const std::vector<HostTensor> &inputs, int64_t limit) {
  std::vector<Samples> all(inputs.size());
  for (auto [input, samples] : llvm::zip_equal(inputs, all)) {
    llvm::SmallString<128> folder(path);
    llvm::sys::path::append(folder, input.name);
    bool hasFolder = llvm::sys::fs::is_directory(folder);
    if (!hasFolder && inputs.size() > 1)
      return createStringError(
          fmt::format("'{}' has no folder '{}'; a model of several inputs needs one for each: {}",
                      path, input.name, inputNames(inputs)));
    if (Error error = readFolderOf(input, hasFolder ? folder.str().str() : path, limit, samples))
      return std::move(error);
  }
  return all;
}

Expected<std::vector<Samples>> readRaw(const std::string &path,
                                       const std::vector<HostTensor> &inputs, int64_t limit) {
  if (inputs.size() != 1)
    return createStringError(fmt::format("'{}' can hold one input, but the model has {}; save an "
                                         ".npz with an array for each: {}",
                                         path, inputs.size(), inputNames(inputs)));
  auto buffer =
      llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createFileError(path, createStringError(buffer.getError(), "cannot be read: %s",
                                                   buffer.getError().message().c_str()));
  StringRef bytes = (*buffer)->getBuffer();
  const HostTensor &input = inputs.front();
  size_t each = static_cast<size_t>(input.elements()) * factsOf(input.type).bytes;
  if (each == 0 || bytes.empty() || bytes.size() % each != 0)
    return createStringError(fmt::format("'{}' has {} bytes, expected a multiple of {}: samples {} "
                                         "of input '{}', one behind the other",
                                         path, bytes.size(), each, describe(input), input.name));
  HostTensor array = input;
  array.shape.insert(array.shape.begin(), static_cast<int64_t>(bytes.size() / each));
  array.bytes.assign(bytes.begin(), bytes.end());
  std::vector<Samples> all(1);
  if (Error error = appendSamples(array, input, false, "'" + path + "'", limit, all.front()))
    return std::move(error);
  return all;
}

std::vector<Samples> randomSamples(const std::vector<HostTensor> &inputs, int64_t limit) {
  std::vector<Samples> all;
  for (const HostTensor &input : inputs) {
    Samples &samples = all.emplace_back();
    for (int64_t i = 0; i < (limit > 0 ? std::min(limit, kRandomSamples) : kRandomSamples); ++i) {
      samples.push_back(input);
      fillRandom(samples.back(), static_cast<uint64_t>(i));
    }
  }
  return all;
}

Expected<std::vector<Samples>> readAny(const std::string &path,
                                       const std::vector<HostTensor> &inputs, int64_t limit) {
  if (path == kRandomData)
    return randomSamples(inputs, limit);
  if (llvm::sys::fs::is_directory(path))
    return readFolder(path, inputs, limit);
  StringRef suffix = llvm::sys::path::extension(path);
  if (suffix == ".npz")
    return readArchive(path, inputs, limit);
  if (suffix == ".raw" || suffix == ".bin" || suffix == ".f32")
    return readRaw(path, inputs, limit);
  return createStringError(fmt::format(
      "'{}': calibration data are an .npz, a folder of .npy files, or a .raw, .bin or .f32 file of "
      "little-endian numbers",
      path));
}

} // namespace

Expected<std::vector<TensorSet>>
readCalibrationData(const std::string &path, const std::vector<HostTensor> &inputs, int64_t limit) {
  Expected<std::vector<Samples>> all = readAny(path, inputs, limit);
  if (!all)
    return all.takeError();
  size_t count = all->empty() ? 0 : all->front().size();
  if (count == 0)
    return createStringError(fmt::format("'{}' holds no samples", path));
  std::vector<TensorSet> sets(count);
  for (auto [input, samples] : llvm::zip_equal(inputs, *all)) {
    if (samples.size() != count)
      return createStringError(fmt::format("'{}' holds {} samples of input '{}', but {} of '{}'",
                                           path, samples.size(), input.name, count,
                                           inputs.front().name));
    for (auto [set, sample] : llvm::zip_equal(sets, samples))
      set.push_back(std::move(sample));
  }
  return sets;
}

} // namespace nnc
