// Plans as JSON. What a reader does not know is refused: a mistyped key would be ignored silently.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/ConvPlan.h"

#include "lib/Artifacts/ModelInfo.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

#include <nlohmann/json.hpp>

namespace nnc {

static constexpr int64_t kFormat = 1;

//===-- Writing -----------------------------------------------------------------------------===//

ConvPlan planOf(const ModelInfo &model) {
  ConvPlan plan{model.target, {}};
  for (const ConvolutionInfo &convolution : model.convolutions) {
    const ConvCandidateInfo &chosen = convolution.candidates.front();
    PlannedConvolution entry{convolution.layer, chosen.algorithm, chosen.tile, {}};
    for (const ConvCandidateInfo &candidate : convolution.candidates)
      if (candidate.nanoseconds > 0)
        entry.measured.push_back({candidate.algorithm, candidate.tile, candidate.nanoseconds});
    plan.convolutions.push_back(std::move(entry));
  }
  return plan;
}

using Json = nlohmann::ordered_json;

static Json wayToJson(const std::string &algorithm, int64_t tile) {
  Json json = {{"algorithm", algorithm}};
  if (tile)
    json["tile"] = tile;
  return json;
}

/// One entry a line: plans are read and changed by people.
static std::string line(const PlannedConvolution &entry) {
  Json json = {{"layer", entry.layer}};
  json.update(wayToJson(entry.algorithm, entry.tile));
  for (const MeasuredWay &way : entry.measured) {
    Json measured = wayToJson(way.algorithm, way.tile);
    measured["nanoseconds"] = way.nanoseconds;
    json["measured"].push_back(measured);
  }
  return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

std::string writeConvPlan(const ConvPlan &plan) {
  std::string text = "{\n  \"format\": " + std::to_string(kFormat) +
                     ",\n  \"target\": " + Json(plan.target).dump() + ",\n  \"convolutions\": [";
  for (const PlannedConvolution &entry : plan.convolutions)
    text += (&entry == plan.convolutions.data() ? "\n    " : ",\n    ") + line(entry);
  return text + (plan.convolutions.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

//===-- Reading -----------------------------------------------------------------------------===//

namespace {

/// Reads one object; remembers what is wrong first.
class ObjectReader {
public:
  ObjectReader(const llvm::json::Value &value, std::string where)
      : object(value.getAsObject()), where(std::move(where)) {
    if (!object)
      fail("is no object");
  }

  std::string text(llvm::StringRef key, bool required = true) {
    if (const llvm::json::Value *value = find(key, required)) {
      if (auto text = value->getAsString())
        return text->str();
      fail("'" + key + "' is no text");
    }
    return "";
  }

  int64_t number(llvm::StringRef key, bool required) {
    if (const llvm::json::Value *value = find(key, required)) {
      if (auto number = value->getAsInteger(); number && *number > 0)
        return *number;
      fail("'" + key + "' is no whole number from 1");
    }
    return 0;
  }

  /// Reads each element of an array.
  void list(llvm::StringRef key, bool required,
            llvm::function_ref<llvm::Error(const llvm::json::Value &, std::string)> read) {
    const llvm::json::Value *value = find(key, required);
    if (!value)
      return;
    const llvm::json::Array *array = value->getAsArray();
    if (!array)
      return fail("'" + key + "' is no list");
    for (auto [i, element] : llvm::enumerate(*array))
      if (llvm::Error error =
              read(element, where + ": " + key.str() + "[" + std::to_string(i) + "]"))
        return fail(std::move(error));
  }

  /// Nothing may be left that was not asked for.
  llvm::Error finish() {
    if (object)
      for (const auto &member : *object)
        if (!llvm::is_contained(asked, llvm::StringRef(member.first)))
          fail("'" + llvm::StringRef(member.first) + "' is unknown, expected " +
               llvm::join(asked, ", "));
    return std::move(failure);
  }

  void fail(const llvm::Twine &what) { fail(llvm::createStringError(where + ": " + what)); }

private:
  void fail(llvm::Error error) {
    if (failure)
      llvm::consumeError(std::move(error));
    else
      failure = std::move(error);
  }

  const llvm::json::Value *find(llvm::StringRef key, bool required) {
    asked.push_back(key.str());
    const llvm::json::Value *value = object ? object->get(key) : nullptr;
    if (!value && required)
      fail("'" + key + "' is missing");
    return value;
  }

  const llvm::json::Object *object;
  std::string where;
  std::vector<std::string> asked;
  llvm::Error failure = llvm::Error::success();
};

/// `direct`, or another algorithm with its tile.
template <typename Way> void readWay(ObjectReader &reader, Way &way) {
  way.algorithm = reader.text("algorithm");
  way.tile = reader.number("tile", /*required=*/false);
}

llvm::Error readEntry(const llvm::json::Value &value, std::string where,
                      PlannedConvolution &entry) {
  ObjectReader reader(value, where);
  entry.layer = reader.text("layer");
  readWay(reader, entry);
  reader.list("measured", /*required=*/false,
              [&](const llvm::json::Value &element, std::string place) {
                ObjectReader way(element, std::move(place));
                readWay(way, entry.measured.emplace_back());
                entry.measured.back().nanoseconds = way.number("nanoseconds", /*required=*/true);
                return way.finish();
              });
  return reader.finish();
}

} // namespace

llvm::Expected<ConvPlan> readConvPlan(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return llvm::createStringError("cannot read '" + path + "': " + buffer.getError().message());
  llvm::Expected<llvm::json::Value> json = llvm::json::parse((*buffer)->getBuffer());
  if (!json)
    return llvm::createStringError("'" + path +
                                   "' is no JSON: " + llvm::toString(json.takeError()));
  ConvPlan plan;
  ObjectReader reader(*json, "'" + path + "'");
  if (int64_t format = reader.number("format", /*required=*/true); format > 0 && format != kFormat)
    reader.fail("format is " + llvm::Twine(format) + ", expected " + llvm::Twine(kFormat));
  plan.target = reader.text("target", /*required=*/false);
  reader.list("convolutions", /*required=*/true,
              [&](const llvm::json::Value &element, std::string where) {
                return readEntry(element, std::move(where), plan.convolutions.emplace_back());
              });
  if (llvm::Error error = reader.finish())
    return std::move(error);
  return plan;
}

} // namespace nnc
