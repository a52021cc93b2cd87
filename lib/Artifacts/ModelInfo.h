// Everything that header and report say about a compiled model, as plain data.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_ARTIFACTS_MODELINFO_H
#define NNC_LIB_ARTIFACTS_MODELINFO_H

#include "lib/Support/ElementType.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nnc {

/// Integers q that stand for (q − zeroPoint)·scale.
struct QuantizationInfo {
  float scale;
  int64_t zeroPoint;
};

/// An input or output of the model.
struct TensorInfo {
  std::string name;       ///< as in the model, any UTF-8 text
  std::string identifier; ///< member of the C structure; set by `assignIdentifiers`
  ElementType type = ElementType::F32;
  std::vector<int64_t> shape;
  std::optional<uint64_t> arenaOffset; ///< its place in the arena, in bytes, where it has one
  std::optional<QuantizationInfo> quantization; ///< what its integers stand for, where known

  uint64_t elements() const;
  uint64_t bytes() const { return elements() * factsOf(type).bytes; }
};

/// Where a layer writes one of its results.
struct ResultInfo {
  std::string tensor;  ///< name in the model; empty where none is known
  std::string place;   ///< "arena" or "output"
  uint64_t offset = 0; ///< bytes in the arena, or number of the output
  ElementType type = ElementType::F32;
  std::vector<int64_t> shape, strides; ///< strides in elements
};

/// One call of a layer function.
struct LayerInfo {
  std::string name;                       ///< of the ONNX node that it is named after
  std::string function;                   ///< symbol in the object; layers of equal shape share one
  std::vector<std::string> partFunctions; ///< symbols that compute parts of it
  std::vector<std::string> nodes;         ///< all ONNX nodes in it
  std::vector<std::string> ops;           ///< operations of the compiler's IR
  std::string tile;                       ///< register tile such as "6x16"; empty without one
  int64_t parts = 1;                      ///< that may run at the same time
  uint64_t macs = 0;                      ///< multiplications with addition
  uint64_t constantBytes = 0;             ///< of constants that the layer reads
  uint64_t textBytes = 0;                 ///< of its function and those of its parts
  uint64_t frameBytes = 0;                ///< stack of its function without callees
  std::vector<ResultInfo> results;
};

/// One way to compute a convolution.
struct ConvCandidateInfo {
  std::string algorithm;   ///< "direct", "winograd", "fft"
  int64_t tile = 0;        ///< rows of results in a tile; 0: no tiles
  int64_t cycles = 0;      ///< predicted; 0: the model was not asked
  int64_t nanoseconds = 0; ///< measured; 0: nothing was
  double error = 0;        ///< bound of the rounding error that the transforms add, relative
};

/// How a convolution of the model is computed.
struct ConvolutionInfo {
  std::string layer;                         ///< the node's name
  std::string reason;                        ///< "only", "option", "model" or "plan"
  std::vector<ConvCandidateInfo> candidates; ///< the chosen one first, then by time
};

/// A value in the arena; steps are numbers of layers.
struct BufferInfo {
  std::string name;
  uint64_t offset = 0, bytes = 0;
  int64_t first = 0, last = 0;
};

/// What lies in one of several memories. All of them follow each other in one numbering of bytes;
/// offsets in the arena are in it.
struct RegionInfo {
  std::string name;
  uint64_t limit = 0;      ///< bytes that the user allows
  uint64_t start = 0;      ///< first byte
  uint64_t bytes = 0;      ///< taken
  uint64_t lowerBound = 0; ///< no plan for what lies there can be smaller
  int64_t peakStep = 0;
  bool optimal = false; ///< proven

  bool holds(uint64_t offset) const { return offset >= start && offset - start < bytes; }
};

/// Where a tensor of the model lies while it is alive.
struct ValueInfo {
  std::string name;    ///< in the model
  std::string home;    ///< "arena", "input" or "result"
  uint64_t index = 0;  ///< number of the input or result
  uint64_t offset = 0; ///< bytes from the start of its home
  int64_t step = 0;    ///< number of the layer after which it is complete
  ElementType type = ElementType::F32;
  std::vector<int64_t> shape, strides; ///< strides in elements
};

/// The memory plan.
struct PlanInfo {
  uint64_t arenaBytes = 0;
  uint64_t arenaAlignment = 1;
  uint64_t lowerBound = 0; ///< no plan can be smaller: bytes alive at `peakStep`
  int64_t peakStep = 0;
  bool optimal = false;            ///< proven
  std::vector<RegionInfo> regions; ///< as the user names them; none: one arena without limit
  std::vector<BufferInfo> buffers;
  std::vector<ValueInfo> values;

  uint64_t gap() const { return arenaBytes - lowerBound; }
  bool isDivided() const { return regions.size() > 1; }
  /// Bytes from the first to the last place in the arena's numbering.
  uint64_t extent() const {
    return isDivided() ? regions.back().start + regions.back().bytes : arenaBytes;
  }
  /// The region of a byte of the arena; null without regions.
  const RegionInfo *regionAt(uint64_t offset) const;
};

/// A value of a model that --quantize has given integers.
struct QuantizedValueInfo {
  std::string tensor, layer; ///< in the model; the layer is empty for an input
  double scale = 0;
  int64_t zeroPoint = 0;
  double decibels = 0; ///< signal-to-noise ratio on the calibration data; infinite without noise
};

/// What --quantize has done.
struct PostTrainingInfo {
  std::string method;
  uint64_t samples = 0;
  std::vector<QuantizedValueInfo> values;  ///< in the order of the model
  std::vector<QuantizedValueInfo> outputs; ///< with the ratio only
};

/// A compiled model.
struct ModelInfo {
  std::string toolVersion;
  std::string modelFile; ///< name without folders
  std::string name;      ///< C identifier that starts every symbol
  std::string target, triple, cpu, features, optLevel;
  std::vector<TensorInfo> inputs, outputs;   ///< in the model's order
  std::vector<std::string> frozenInputs;     ///< inputs of the model that became constants
  std::vector<ConvolutionInfo> convolutions; ///< in the model's order
  std::vector<LayerInfo> layers;             ///< in the order of their calls
  std::optional<PostTrainingInfo> quantization;
  PlanInfo plan;
  std::string guard; ///< second name of the run function that encodes interface, arena and model
  bool traced = false;
  bool ioInArena = false;
  int64_t threads = 1; ///< largest number of parts; above 1 there is a function with an executor
  uint64_t constantBytes = 0, textBytes = 0;
  uint64_t stackBytes = 0; ///< bound of the deepest call path

  uint64_t ioBytes() const;
  /// All memory that a run writes: arena, inputs and outputs beside it, stack.
  uint64_t ramBytes() const { return plan.arenaBytes + (ioInArena ? 0 : ioBytes()) + stackBytes; }
  uint64_t flashBytes() const { return constantBytes + textBytes; }
};

/// Gives every input and output a C identifier, different from all others of its side also when
/// case is ignored.
void assignIdentifiers(ModelInfo &model);

/// Buffers that are alive at the step of the peak, largest first.
std::vector<const BufferInfo *> aliveAtPeak(const PlanInfo &plan);
/// The same for one region.
std::vector<const BufferInfo *> aliveAtPeak(const PlanInfo &plan, const RegionInfo &region);

} // namespace nnc

#endif
