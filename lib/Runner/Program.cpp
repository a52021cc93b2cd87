// Feeding a compiled model and collecting what it computes.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/Program.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <fmt/format.h>

namespace nnc {

using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

static const HostTensor *findByName(const TensorSet &tensors, const std::string &name) {
  auto it = llvm::find_if(tensors, [&](const HostTensor &tensor) { return tensor.name == name; });
  return it == tensors.end() ? nullptr : &*it;
}

static std::string listOf(const std::vector<HostTensor> &tensors) {
  std::string text;
  for (const HostTensor &tensor : tensors)
    text += (text.empty() ? "'" : ", '") + tensor.name + "' " + describe(tensor);
  return text.empty() ? "none" : text;
}

/// For each wanted tensor, the given one. Names decide; where no name is known nor meant to be,
/// places do.
static Expected<std::vector<const HostTensor *>> match(const std::vector<HostTensor> &wanted,
                                                       const TensorSet &given) {
  bool namesCount = llvm::any_of(given, [&](const HostTensor &tensor) {
    return tensor.named || findByName(wanted, tensor.name);
  });
  std::vector<const HostTensor *> matched;
  if (!namesCount && given.size() == wanted.size()) {
    for (const HostTensor &tensor : given)
      matched.push_back(&tensor);
    return matched;
  }
  for (const HostTensor &tensor : wanted) {
    const HostTensor *found = findByName(given, tensor.name);
    if (!found)
      return createStringError("tensor '" + tensor.name + "' is missing; found " + listOf(given) +
                               ", expected " + listOf(wanted));
    matched.push_back(found);
  }
  return matched;
}

/// Copies of the matched tensors under the wanted names.
static Expected<TensorSet> copyMatched(const std::vector<HostTensor> &wanted,
                                       const std::vector<const HostTensor *> &matched) {
  TensorSet tensors;
  for (auto [want, found] : llvm::zip_equal(wanted, matched)) {
    if (found->type != want.type || found->shape != want.shape)
      return createStringError("tensor '" + want.name + "' is " + describe(*found) + ", expected " +
                               describe(want));
    tensors.push_back(*found);
    tensors.back().name = want.name;
  }
  return tensors;
}

Expected<TensorSet> matchInputs(const ProgramInterface &interface, const TensorSet &given) {
  Expected<std::vector<const HostTensor *>> matched = match(interface.inputs, given);
  if (!matched)
    return matched.takeError();
  for (const HostTensor &tensor : given)
    if (!llvm::is_contained(*matched, &tensor))
      return createStringError("the model has no input '" + tensor.name + "'; its inputs are " +
                               listOf(interface.inputs));
  return copyMatched(interface.inputs, *matched);
}

Expected<TensorSet> matchOutputs(const ProgramInterface &interface, const TensorSet &given) {
  Expected<std::vector<const HostTensor *>> matched = match(interface.outputs, given);
  if (!matched)
    return matched.takeError();
  return copyMatched(interface.outputs, *matched);
}

Expected<std::vector<TensorSet>> splitBatch(const std::vector<HostTensor> &wanted,
                                            const TensorSet &given, int64_t limit) {
  Expected<std::vector<const HostTensor *>> matched = match(wanted, given);
  if (!matched)
    return matched.takeError();
  std::vector<TensorSet> sets;
  for (auto [want, found] : llvm::zip_equal(wanted, *matched)) {
    uint64_t bytes = factsOf(want.type).bytes * static_cast<uint64_t>(want.elements());
    int64_t rows = found->shape.empty() ? 0 : found->shape[0];
    if (found->type != want.type || bytes == 0 || rows == 0 || found->bytes.size() != bytes * rows)
      return createStringError("'" + want.name + "' is " + describe(*found) +
                               ", which is not a number of rows of " + describe(want));
    rows = limit > 0 ? std::min(rows, limit) : rows;
    if (sets.empty())
      sets.resize(rows);
    if (sets.size() != static_cast<size_t>(rows))
      return createStringError("'" + want.name + "' has " + std::to_string(rows) +
                               " rows, but another tensor has " + std::to_string(sets.size()));
    for (int64_t r = 0; r < rows; ++r) {
      HostTensor row = want;
      row.bytes.assign(found->bytes.begin() + r * bytes, found->bytes.begin() + (r + 1) * bytes);
      sets[r].push_back(std::move(row));
    }
  }
  return sets;
}

/// Bytes on both sides of the arena, at least.
static constexpr uint64_t kFence = 256;
static constexpr char kFenceByte = '\xA5';

Program::Program(LoadedObject object, ProgramInterface interface)
    : object(std::move(object)), description(std::move(interface)),
      arenaBuffer(description.arenaBytes + description.arenaAlignment + 2 * kFence, kFenceByte) {
  arenaStart = reinterpret_cast<char *>(llvm::alignTo(
      reinterpret_cast<uintptr_t>(arenaBuffer.data()) + kFence, description.arenaAlignment));
  for (uint64_t start : description.regionStarts)
    regions.push_back(arenaStart + start);
}

Expected<Program> Program::load(llvm::StringRef object, ProgramInterface interface) {
  Expected<LoadedObject> loaded = LoadedObject::load(object, interface.prefix);
  if (!loaded)
    return loaded.takeError();
  Program program(std::move(*loaded), std::move(interface));
  int64_t threads = program.description.threads;
  if (threads < 2)
    return program;
  program.pool.reset(nnrt_pool_create(static_cast<uint32_t>(threads)));
  if (!program.pool)
    return createStringError(fmt::format("cannot start {} threads", threads - 1));
  return program;
}

void Program::placeInputs(const TensorSet &inputs) {
  for (auto [tensor, offset] : llvm::zip(inputs, description.inputOffsets))
    llvm::copy(tensor.bytes, arenaStart + offset);
}

Error Program::checkFences() const {
  const char *begin = arenaBuffer.data(), *end = begin + arenaBuffer.size();
  const char *arenaEnd = arenaStart + description.arenaBytes;
  auto isBroken = [](char byte) { return byte != kFenceByte; };
  if (const char *found = std::find_if(begin, static_cast<const char *>(arenaStart), isBroken);
      found != arenaStart)
    return createStringError(fmt::format("{}_run wrote {} bytes before the arena",
                                         description.prefix, arenaStart - found));
  if (const char *found = std::find_if(arenaEnd, end, isBroken); found != end)
    return createStringError(fmt::format("{}_run wrote at byte {} of an arena of {}",
                                         description.prefix, found - arenaStart,
                                         description.arenaBytes));
  return Error::success();
}

Expected<TensorSet>
Program::runWith(const TensorSet &inputs,
                 llvm::function_ref<int(const void *const *, void *const *)> call) {
  TensorSet outputs = description.outputs;
  std::vector<const void *> in;
  std::vector<void *> out;
  // A tensor without elements still has an address.
  static char nothing;
  for (const HostTensor &tensor : inputs)
    in.push_back(tensor.bytes.empty() ? &nothing : tensor.bytes.data());
  for (HostTensor &tensor : outputs) {
    tensor.bytes.assign(factsOf(tensor.type).bytes * tensor.elements(), 0);
    out.push_back(tensor.bytes.empty() ? &nothing : tensor.bytes.data());
  }
  placeInputs(inputs);
  // With inputs and outputs in the arena there are no pointers to them.
  bool inArena = !description.inputOffsets.empty() || !description.outputOffsets.empty();
  if (int status = call(inArena ? nullptr : in.data(), inArena ? nullptr : out.data()))
    return createStringError(description.prefix + "_run gave status " + std::to_string(status));
  if (Error error = checkFences())
    return std::move(error);
  for (auto [tensor, offset] : llvm::zip(outputs, description.outputOffsets))
    tensor.bytes.assign(arenaStart + offset, arenaStart + offset + tensor.bytes.size());
  return outputs;
}

Expected<TensorSet> Program::run(const TensorSet &inputs) {
  return runWith(inputs, [&](const void *const *in, void *const *out) {
    return pool ? object.runWith()(in, out, memory(), nnrt_pool_executor(pool.get()))
                : object.run()(in, out, memory());
  });
}

Expected<TensorSet> Program::runTraced(const TensorSet &inputs,
                                       llvm::function_ref<void(uint32_t)> trace) {
  if (!object.runTraced())
    return createStringError("the object was compiled without tracing");
  auto forward = [](void *user, uint32_t layer) {
    (*static_cast<llvm::function_ref<void(uint32_t)> *>(user))(layer);
  };
  return runWith(inputs, [&](const void *const *in, void *const *out) {
    return pool ? object.runTracedWith()(in, out, memory(), nnrt_pool_executor(pool.get()), forward,
                                         &trace)
                : object.runTraced()(in, out, memory(), forward, &trace);
  });
}

} // namespace nnc
