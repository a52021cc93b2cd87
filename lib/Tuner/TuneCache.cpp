// The cache of measurements as JSON.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Tuner/TuneCache.h"

#include "lib/Artifacts/OutputFiles.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace nnc {

using llvm::Error;
using llvm::Expected;
namespace json = llvm::json;

static constexpr llvm::StringLiteral kKind = "nn-compile-measurements-1";

static std::optional<std::vector<MeasuredWay>> readWays(const json::Value &value) {
  const json::Array *array = value.getAsArray();
  if (!array)
    return std::nullopt;
  std::vector<MeasuredWay> ways;
  for (const json::Value &element : *array) {
    const json::Object *object = element.getAsObject();
    auto algorithm = object ? object->getString("algorithm") : std::nullopt;
    auto time = object ? object->getInteger("nanoseconds") : std::nullopt;
    if (!algorithm || !time || *time <= 0)
      return std::nullopt;
    ways.push_back({algorithm->str(), object->getInteger("tile").value_or(0), *time});
  }
  return ways;
}

Expected<TuneCache> TuneCache::open(const std::string &path) {
  TuneCache cache;
  cache.path = path;
  if (!llvm::sys::fs::exists(path))
    return cache;
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return llvm::createFileError(path, buffer.getError());
  auto refuse = [&](const llvm::Twine &why) {
    return llvm::createStringError("'" + path + "' is no cache of measurements: " + why +
                                   "; name another file with --tune-cache, or remove this one");
  };
  Expected<json::Value> parsed = json::parse((*buffer)->getBuffer());
  if (!parsed)
    return refuse(llvm::toString(parsed.takeError()));
  const json::Object *object = parsed->getAsObject();
  const json::Object *entries = object ? object->getObject("entries") : nullptr;
  if (!entries || object->getString("kind") != kKind)
    return refuse("it is not of the kind " + kKind);
  for (const auto &entry : *entries) {
    std::optional<std::vector<MeasuredWay>> ways = readWays(entry.second);
    if (!ways)
      return refuse("its entry '" + llvm::StringRef(entry.first) + "' is no list of times");
    cache.entries[llvm::StringRef(entry.first).str()] = std::move(*ways);
  }
  return cache;
}

const std::vector<MeasuredWay> *TuneCache::find(const std::string &key,
                                                const std::vector<MeasuredWay> &ways) const {
  auto found = entries.find(key);
  if (found == entries.end())
    return nullptr;
  bool complete = llvm::all_of(ways, [&](const MeasuredWay &way) {
    return llvm::any_of(found->second, [&](const MeasuredWay &other) {
      return other.algorithm == way.algorithm && other.tile == way.tile;
    });
  });
  return complete ? &found->second : nullptr;
}

Error TuneCache::add(const std::string &key, std::vector<MeasuredWay> measured) {
  entries[key] = std::move(measured);
  if (path.empty())
    return Error::success();
  json::Object all;
  for (const auto &[name, ways] : entries) {
    json::Array list;
    for (const MeasuredWay &way : ways) {
      json::Object object{{"algorithm", way.algorithm}, {"nanoseconds", way.nanoseconds}};
      if (way.tile > 0)
        object["tile"] = way.tile;
      list.push_back(std::move(object));
    }
    all[name] = std::move(list);
  }
  std::string text;
  llvm::raw_string_ostream(text) << llvm::formatv(
      "{0:2}\n", json::Value(json::Object{{"kind", kKind}, {"entries", std::move(all)}}));
  llvm::StringRef folder = llvm::sys::path::parent_path(path);
  if (std::error_code reason =
          folder.empty() ? std::error_code() : llvm::sys::fs::create_directories(folder))
    return llvm::createFileError(folder, reason);
  OutputFiles files;
  if (Error failed = files.add(path, text))
    return failed;
  return files.commit();
}

std::string defaultTuneCache() {
  llvm::SmallString<128> path;
  if (!llvm::sys::path::cache_directory(path))
    return "";
  llvm::sys::path::append(path, "nn-compile", "convolutions.json");
  return path.str().str();
}

} // namespace nnc
