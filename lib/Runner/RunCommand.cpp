// Gathering data and judging results.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/RunCommand.h"

#include "lib/Runner/RandomData.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nnc {

using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::SmallString;

/// Folders named test_data_set_* below `path`, by number.
static std::vector<std::string> dataSets(const std::string &path) {
  std::vector<std::pair<int, std::string>> found;
  std::error_code code;
  for (llvm::sys::fs::directory_iterator it(path, code), end; it != end && !code;
       it.increment(code)) {
    llvm::StringRef name = llvm::sys::path::filename(it->path());
    int number;
    if (name.consume_front("test_data_set_") && !name.getAsInteger(10, number))
      found.emplace_back(number, it->path());
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> folders;
  for (auto &[number, folder] : found)
    folders.push_back(folder);
  return folders;
}

/// The existing files `<kind>_0.pb`, `<kind>_1.pb`, … of a data set.
static std::vector<std::string> numberedFiles(const std::string &folder, const std::string &kind) {
  std::vector<std::string> files;
  for (int i = 0;; ++i) {
    SmallString<128> path(folder);
    llvm::sys::path::append(path, fmt::format("{}_{}.pb", kind, i));
    if (!llvm::sys::fs::exists(path))
      return files;
    files.emplace_back(path);
  }
}

static Expected<TensorSet> readNumbered(const std::string &folder, const std::string &kind) {
  TensorSet tensors;
  for (const std::string &path : numberedFiles(folder, kind)) {
    Expected<std::vector<HostTensor>> read = readTensors(path);
    if (!read)
      return read.takeError();
    tensors.push_back(std::move(read->front()));
  }
  return tensors;
}

Expected<std::vector<std::pair<std::string, std::string>>>
bindableInputs(const std::string &compareFolder) {
  std::vector<std::pair<std::string, std::string>> bindable;
  std::vector<std::string> folders = dataSets(compareFolder);
  if (folders.empty())
    return bindable;
  for (const std::string &path : numberedFiles(folders.front(), "input")) {
    Expected<std::vector<HostTensor>> read = readTensors(path);
    if (!read)
      return read.takeError();
    bindable.emplace_back(read->front().name, path);
  }
  return bindable;
}

/// The files of a data set are in the order of the model's inputs, whatever names they carry; a
/// model may have dropped none.
static Expected<TensorSet> byPlace(const std::vector<HostTensor> &wanted, TensorSet given,
                                   const std::string &what) {
  if (given.size() < wanted.size())
    return createStringError(
        fmt::format("{} has {} tensors, but the model has {}", what, given.size(), wanted.size()));
  // Inputs that were bound as constants are gone from the interface: names tell which files remain.
  if (given.size() > wanted.size())
    llvm::erase_if(given, [&](const HostTensor &tensor) {
      return llvm::none_of(wanted,
                           [&](const HostTensor &want) { return want.name == tensor.name; });
    });
  if (given.size() != wanted.size())
    return createStringError(
        fmt::format("{} does not fit the model's {} tensors by name", what, wanted.size()));
  for (auto [tensor, want] : llvm::zip_equal(given, wanted))
    tensor.name = want.name;
  return given;
}

static Error gatherTestFolder(const ProgramInterface &interface, const std::string &path,
                              RunData &data) {
  std::vector<std::string> folders = dataSets(path);
  if (folders.empty())
    return createStringError("'" + path + "' has no test_data_set_* folder");
  for (const std::string &folder : folders)
    for (auto [kind, wanted, sets] : {std::tuple{"input", &interface.inputs, &data.inputs},
                                      {"output", &interface.outputs, &data.expected}}) {
      Expected<TensorSet> read = readNumbered(folder, kind);
      if (!read)
        return read.takeError();
      Expected<TensorSet> placed =
          byPlace(*wanted, std::move(*read), "'" + folder + "' (" + kind + "s)");
      if (!placed)
        return placed.takeError();
      sets->push_back(std::move(*placed));
    }
  for (TensorSet &inputs : data.inputs) {
    Expected<TensorSet> matched = matchInputs(interface, inputs);
    if (!matched)
      return matched.takeError();
    inputs = std::move(*matched);
  }
  return Error::success();
}

static TensorSet randomInputs(const ProgramInterface &interface, uint64_t seed) {
  TensorSet inputs = interface.inputs;
  for (HostTensor &tensor : inputs)
    fillRandom(tensor, seed);
  return inputs;
}

static Expected<TensorSet> readAll(const std::vector<std::string> &paths) {
  TensorSet tensors;
  for (const std::string &path : paths) {
    Expected<std::vector<HostTensor>> read = readTensors(path);
    if (!read)
      return read.takeError();
    std::move(read->begin(), read->end(), std::back_inserter(tensors));
  }
  return tensors;
}

static Error gatherInputs(const ProgramInterface &interface, const RunOptions &options,
                          RunData &data) {
  if (options.inputs.empty()) {
    for (int64_t r = 0, n = options.batch ? std::max<int64_t>(options.limit, 1) : 1; r < n; ++r)
      data.inputs.push_back(randomInputs(interface, options.seed + r));
    return Error::success();
  }
  Expected<TensorSet> given = readAll(options.inputs);
  if (!given)
    return given.takeError();
  if (options.batch) {
    Expected<std::vector<TensorSet>> rows = splitBatch(interface.inputs, *given, options.limit);
    if (!rows)
      return rows.takeError();
    data.inputs = std::move(*rows);
    return Error::success();
  }
  // A file that also holds expected outputs serves both sides.
  if (options.inputs.size() == 1 && options.compare == options.inputs.front())
    llvm::erase_if(*given, [&](const HostTensor &tensor) {
      return llvm::any_of(interface.outputs,
                          [&](const HostTensor &output) { return output.name == tensor.name; });
    });
  Expected<TensorSet> matched = matchInputs(interface, *given);
  if (!matched)
    return matched.takeError();
  data.inputs.push_back(std::move(*matched));
  return Error::success();
}

/// Tensors of a file by the outputs' names, or all under the name "output" when the model has one
/// output.
static Error gatherExpected(const ProgramInterface &interface, const RunOptions &options,
                            RunData &data) {
  Expected<TensorSet> given = readAll({options.compare});
  if (!given)
    return given.takeError();
  if (interface.outputs.size() == 1)
    for (HostTensor &tensor : *given)
      if (tensor.name == "output")
        tensor.name = interface.outputs.front().name;
  if (!options.batch) {
    Expected<TensorSet> matched = matchOutputs(interface, *given);
    if (!matched)
      return matched.takeError();
    data.expected.push_back(std::move(*matched));
    return Error::success();
  }
  Expected<std::vector<TensorSet>> rows = splitBatch(interface.outputs, *given, data.inputs.size());
  if (!rows)
    return rows.takeError();
  data.expected = std::move(*rows);
  if (data.expected.size() != data.inputs.size())
    return createStringError(fmt::format("there are {} inputs, but {} expected outputs",
                                         data.inputs.size(), data.expected.size()));
  return Error::success();
}

Expected<RunData> gatherData(const ProgramInterface &interface, const RunOptions &options) {
  RunData data;
  if (options.inputs.empty() && llvm::sys::fs::is_directory(options.compare)) {
    if (Error error = gatherTestFolder(interface, options.compare, data))
      return std::move(error);
    return data;
  }
  if (Error error = gatherInputs(interface, options, data))
    return std::move(error);
  if (!options.compare.empty())
    if (Error error = gatherExpected(interface, options, data))
      return std::move(error);
  return data;
}

RunOutcome judge(const ProgramInterface &interface, std::vector<TensorSet> outputs,
                 const RunData &data, const Tolerance &tolerance) {
  RunOutcome outcome;
  outcome.outputs = std::move(outputs);
  for (size_t r = 0; r < data.expected.size(); ++r)
    for (size_t i = 0; i < interface.outputs.size(); ++i) {
      Comparison result = compare(outcome.outputs[r][i], data.expected[r][i], tolerance);
      ++outcome.comparedTensors;
      outcome.worstRelative =
          std::max(outcome.worstRelative, result.worst / std::max(result.largest, 1e-30));
      if (result.agrees)
        continue;
      ++outcome.disagreeingTensors;
      outcome.complaints.push_back(
          fmt::format("run {}, output '{}': {}", r, interface.outputs[i].name, result.explanation));
    }
  return outcome;
}

std::string summarizeTensor(const HostTensor &tensor) {
  constexpr int64_t kShown = 5;
  double smallest = INFINITY, largest = -INFINITY, sum = 0;
  int64_t count = tensor.elements();
  for (int64_t i = 0; i < count; ++i) {
    double value = elementAsDouble(tensor, i);
    smallest = std::min(smallest, value);
    largest = std::max(largest, value);
    sum += value;
  }
  std::string text = fmt::format("{:<24} {:<20}", tensor.name, describe(tensor));
  if (count == 0)
    return text + " no elements";
  text += fmt::format(" min {:.5g}  max {:.5g}  mean {:.5g}  [", smallest, largest,
                      sum / static_cast<double>(count));
  for (int64_t i = 0; i < std::min(count, kShown); ++i)
    text += fmt::format("{}{:.5g}", i ? ", " : "", elementAsDouble(tensor, i));
  return text + (count > kShown ? ", …]" : "]");
}

} // namespace nnc
