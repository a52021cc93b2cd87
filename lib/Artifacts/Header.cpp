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
    line("/* Memory of one run in bytes. The arena's size is exact; the stack is a bound of the "
         "deepest call path. */");
    line("#define {}_ARENA_SIZE {}u", macro, std::max<uint64_t>(model.plan.arenaBytes, 1));
    line("#define {}_ARENA_ALIGN {}u", macro, model.plan.arenaAlignment);
    line("#define {}_STACK_MAX {}u\n", macro, model.stackBytes);
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
      line("#define {}_OFFSET {}u /* bytes from the start of the arena */", name,
           *tensor.arenaOffset);
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
    line("nnrt_status {}_check({}const void *arena);\n", prefix, parameters);
    line("/* The name changes with interface, arena and model: an old header does not link with a "
         "new object. */");
    line("nnrt_status {}({}void *arena);\n", model.guard, parameters);
    line("/* Runs the model once. `arena` holds {0}_ARENA_SIZE bytes at a multiple of "
         "{0}_ARENA_ALIGN.",
         macro);
    if (model.ioInArena)
      line(" * Inputs are written into it at their offsets before, and overwritten; outputs stand "
           "there "
           "after. The structures\n * and their pointers are not used and may be null.");
    else
      line(" * Arena, inputs and outputs do not overlap.");
    line(" * Nothing else is written. Runs with different arenas may be concurrent. */");
    line("static inline nnrt_status {}_run({}void *arena) {{", prefix, parameters);
    line("  return {}(in, out, arena);\n}}\n", model.guard);
    if (model.threads > 1) {
      line("nnrt_status {}_with({}void *arena, const nnrt_executor *executor);\n", model.guard,
           parameters);
      line("/* As {0}_run, with the same bits, but layers run in up to {1} parts that `executor` "
           "may "
           "run at the same\n * time; null: one after the other. */",
           prefix, model.threads);
      line("static inline nnrt_status {}_run_with({}void *arena, const nnrt_executor *executor) {{",
           prefix, parameters);
      line("  return {}_with(in, out, arena, executor);\n}}\n", model.guard);
    }
    if (model.traced)
      tracedFunctions(parameters);
  }

  void tracedFunctions(std::string parameters) {
    if (model.threads > 1) {
      std::string more = parameters + "void *arena, const nnrt_executor *executor, "
                                      "nnrt_trace_callback callback, void *user";
      line("nnrt_status {}_traced_with({});\n", model.guard, more);
      line("/* As {0}_run_with, and calls callback(user, i) after layer i. */", prefix);
      line("static inline nnrt_status {}_run_traced_with({}) {{", prefix, more);
      line("  return {}_traced_with(in, out, arena, executor, callback, user);\n}}\n", model.guard);
    }
    parameters += "void *arena, nnrt_trace_callback callback";
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
