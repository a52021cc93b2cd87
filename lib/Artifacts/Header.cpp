// Writes the header in the order a reader needs it: memory, tensors, functions.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Artifacts/Header.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace nnc {

static std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string toCommentText(const std::string &name) {
  std::string text;
  for (char c : name) {
    unsigned char byte = static_cast<unsigned char>(c);
    bool endsComment = (c == '/' && text.ends_with('*')) || (c == '*' && text.ends_with('/')) ||
                       (c == '?' && text.ends_with('?'));
    if (byte < 0x20 || byte >= 0x7f || c == '\\' || endsComment)
      text += fmt::format("\\x{:02x}", byte);
    else
      text += c;
  }
  return text;
}

static std::string describe(const TensorInfo &tensor) {
  return fmt::format("\"{}\": {}[{}]", toCommentText(tensor.name), factsOf(tensor.type).name,
                     fmt::join(tensor.shape, ","));
}

namespace {

class HeaderWriter {
public:
  HeaderWriter(const ModelInfo &model, const std::vector<unsigned> &levels)
      : model(model), levels(levels), prefix(model.name), macro(upper(model.name)) {}

  std::string write() {
    begin();
    memory();
    for (const TensorInfo &tensor : model.inputs)
      tensorMacros(tensor, "input", "IN");
    for (const TensorInfo &tensor : model.outputs)
      tensorMacros(tensor, "output", "OUT");
    structure(model.inputs, "inputs", "const ");
    structure(model.outputs, "outputs", "");
    arenas();
    functions();
    if (!levels.empty())
      levelFunctions();
    line("#ifdef __cplusplus\n}}\n#endif\n\n#endif");
    return std::move(text);
  }

private:
  template <typename... Args> void line(fmt::format_string<Args...> format, Args &&...args) {
    text += fmt::format(format, std::forward<Args>(args)...);
    text += '\n';
  }

  void begin() {
    line("/* {0}.h: interface of the compiled model {0}.", prefix);
    line(" * Written by nn-compile {} for {}; do not edit. */", model.toolVersion,
         toCommentText(model.target));
    line("#ifndef NNRT_MODEL_{0}_H\n#define NNRT_MODEL_{0}_H\n", macro);
    line("#include <nnrt/nnrt.h>\n#include <stddef.h>\n#include <stdint.h>\n");
    line("#if NNRT_ABI_VERSION != 1");
    line("#error \"{}.h and nnrt.h are of different versions of nn-compile\"\n#endif\n", prefix);
    line("#ifdef __cplusplus\nextern \"C\" {{\n#endif\n");
  }

  void memory() {
    // C has no arrays of size zero, so a model without intermediates asks for one byte.
    line("/* Memory of one run in bytes. {} exact; the stack is a bound of the deepest call path. "
         "*/",
         model.plan.isDivided() ? "The sizes of the arenas are" : "The arena's size is");
    if (!model.plan.isDivided())
      arenaMacros("ARENA", model.plan.arenaBytes);
    else
      for (const RegionInfo &region : model.plan.regions)
        arenaMacros("ARENA_" + upper(region.name), region.bytes);
    line("#define {}_STACK_MAX {}u\n", macro, model.stackBytes);
  }

  void arenaMacros(const std::string &name, uint64_t bytes) {
    line("#define {}_{}_SIZE {}u", macro, name, std::max<uint64_t>(bytes, 1));
    line("#define {}_{}_ALIGN {}u", macro, name, model.plan.arenaAlignment);
  }

  /// The structure of arenas, one for each region of memory.
  void arenas() {
    if (!model.plan.isDivided())
      return;
    line("/* Addresses of the arenas, one in each region of memory. */");
    line("typedef struct {{");
    for (const RegionInfo &region : model.plan.regions)
      line("  void *{0}; /* {1}_ARENA_{2}_SIZE bytes at a multiple of {1}_ARENA_{2}_ALIGN{3} */",
           region.name, macro, upper(region.name), region.bytes ? "" : "; not used, may be null");
    line("}} {}_arenas;\n", prefix);
  }

  /// The parameter that takes the memory, with the qualifier of what it points at.
  std::string arenaParameter(const char *qualifier) const {
    return model.plan.isDivided() ? fmt::format("const {}_arenas *arena", prefix)
                                  : fmt::format("{}void *arena", qualifier);
  }

  void arenaPlace(const std::string &name, uint64_t offset) {
    const RegionInfo *region = model.plan.isDivided() ? model.plan.regionAt(offset) : nullptr;
    if (region)
      line("#define {}_REGION {} /* member of {}_arenas */", name, region->name, prefix);
    line("#define {}_OFFSET {}u /* bytes from the start of the arena */", name,
         offset - (region ? region->start : 0));
  }

  void tensorMacros(const TensorInfo &tensor, const char *kind, const char *side) {
    std::string name = fmt::format("{}_{}_{}", macro, side, upper(tensor.identifier));
    line("/* {} {} */", kind, describe(tensor));
    line("#define {}_TYPE {}", name, factsOf(tensor.type).cType);
    line("#define {}_COUNT {}u", name, tensor.elements());
    line("#define {}_BYTES {}u", name, tensor.bytes());
    line("#define {}_RANK {}u", name, tensor.shape.size());
    if (!tensor.shape.empty())
      line("#define {}_SHAPE {{{}}}", name, fmt::join(tensor.shape, ", "));
    if (tensor.quantization) {
      line("/* an element q stands for (q - ZERO_POINT) * SCALE */");
      line("#define {}_SCALE {:.9e}f", name, tensor.quantization->scale);
      line("#define {}_ZERO_POINT ({})", name, tensor.quantization->zeroPoint);
    }
    if (tensor.arenaOffset)
      arenaPlace(name, *tensor.arenaOffset);
    line("");
  }

  void structure(const std::vector<TensorInfo> &tensors, const char *name, const char *qualifier) {
    line("/* Addresses of the {}, in the model's order. Elements are contiguous, the last "
         "dimension fastest. */",
         name);
    line("typedef struct {{");
    for (const TensorInfo &tensor : tensors)
      line("  {}{} *{}; /* {} */", qualifier, factsOf(tensor.type).cType, tensor.identifier,
           describe(tensor));
    if (tensors.empty())
      line("  {}void *none; /* the model has no {} */", qualifier, name);
    line("}} {}_{};\n", prefix, name);
  }

  void functions() {
    std::string parameters = fmt::format("const {0}_inputs *in, const {0}_outputs *out, ", prefix);
    line("/* Tests the pointers and their alignment; touches no tensor. */");
    line("nnrt_status {}_check({}{});\n", prefix, parameters, arenaParameter("const "));
    line("/* The name changes with interface, arena and model: an old header does not link with a "
         "new object. */");
    line("nnrt_status {}({}{});\n", model.guard, parameters, arenaParameter(""));
    if (model.plan.isDivided())
      line("/* Runs the model once.");
    else
      line("/* Runs the model once. `arena` holds {0}_ARENA_SIZE bytes at a multiple of "
           "{0}_ARENA_ALIGN.",
           macro);
    if (model.ioInArena)
      line(" * Inputs are written into it at their offsets before, and overwritten; outputs stand "
           "there "
           "after. The structures\n * and their pointers are not used and may be null.");
    else
      line(" * {}, inputs and outputs do not overlap.",
           model.plan.isDivided() ? "Arenas" : "Arena");
    line(" * Nothing else is written. Runs with different arenas may be concurrent. */");
    parameters += arenaParameter("");
    line("static inline nnrt_status {}_run({}) {{", prefix, parameters);
    line("  return {}(in, out, arena);\n}}\n", model.guard);
    if (model.threads > 1) {
      line("nnrt_status {}_with({}, const nnrt_executor *executor);\n", model.guard, parameters);
      line("/* As {0}_run, with the same bits, but layers run in up to {1} parts that `executor` "
           "may "
           "run at the same\n * time; null: one after the other. */",
           prefix, model.threads);
      line("static inline nnrt_status {}_run_with({}, const nnrt_executor *executor) {{", prefix,
           parameters);
      line("  return {}_with(in, out, arena, executor);\n}}\n", model.guard);
    }
    if (model.traced)
      tracedFunctions(parameters);
  }

  void tracedFunctions(std::string parameters) {
    if (model.threads > 1) {
      std::string more = parameters + ", const nnrt_executor *executor, "
                                      "nnrt_trace_callback callback, void *user";
      line("nnrt_status {}_traced_with({});\n", model.guard, more);
      line("/* As {0}_run_with, and calls callback(user, i) after layer i. */", prefix);
      line("static inline nnrt_status {}_run_traced_with({}) {{", prefix, more);
      line("  return {}_traced_with(in, out, arena, executor, callback, user);\n}}\n", model.guard);
    }
    parameters += ", nnrt_trace_callback callback";
    line("nnrt_status {}_traced({}, void *user);\n", model.guard, parameters);
    line("/* As {0}_run, and calls callback(user, i) after layer i. */", prefix);
    line("static inline nnrt_status {}_run_traced({}, void *user) {{", prefix, parameters);
    line("  return {}_traced(in, out, arena, callback, user);\n}}\n", model.guard);
  }

  void levelFunctions() {
    std::string parameters =
        fmt::format("int level, const {0}_inputs *in, const {0}_outputs *out, void *arena", prefix);
    line("/* The library has code for these levels of x86-64: {}. Returns the highest that this "
         "machine can run, or 0.\n * {}_run asks the same each time, which can take microseconds "
         "in a virtual machine: ask once, then call {}_run_at. */",
         fmt::join(levels, ", "), prefix, prefix);
    line("int {}_level(void);\n", prefix);
    line("nnrt_status {}_at({});\n", model.guard, parameters);
    line("/* As {0}_run, with the code of a level that the library has and the machine can run. "
         "*/",
         prefix);
    line("static inline nnrt_status {}_run_at({}) {{", prefix, parameters);
    line("  return {}_at(level, in, out, arena);\n}}\n", model.guard);
    if (model.threads < 2)
      return;
    parameters += ", const nnrt_executor *executor";
    line("nnrt_status {}_at_with({});\n", model.guard, parameters);
    line("/* As {0}_run_with, with the code of such a level. */", prefix);
    line("static inline nnrt_status {}_run_at_with({}) {{", prefix, parameters);
    line("  return {}_at_with(level, in, out, arena, executor);\n}}\n", model.guard);
  }

  const ModelInfo &model;
  const std::vector<unsigned> &levels;
  std::string prefix, macro, text;
};

} // namespace

std::string writeHeader(const ModelInfo &model, const std::vector<unsigned> &levels) {
  return HeaderWriter(model, levels).write();
}

} // namespace nnc
