// Links and starts the emulated program in a temporary folder, exchanging data through files.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/Emulated.h"

#include "lib/Runner/Boards.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace nnc {

using namespace llvm;

namespace {
struct Tool {
  StringRef program, package;
};
} // namespace

static constexpr Tool kArmCompiler{"arm-none-eabi-gcc",
                                   "gcc-arm-none-eabi libnewlib-arm-none-eabi"};
static constexpr Tool kArmEmulator{"qemu-system-arm", "qemu-system-arm"};
static constexpr Tool kAArch64Compiler{"aarch64-linux-gnu-gcc",
                                       "gcc-aarch64-linux-gnu libc6-dev-arm64-cross"};
static constexpr Tool kAArch64Emulator{"qemu-aarch64", "qemu-user"};

static Expected<std::string> find(const Tool &tool) {
  ErrorOr<std::string> path = sys::findProgramByName(tool.program);
  if (!path)
    return createStringError("'" + tool.program + "' is not installed; install " + tool.package);
  return *path;
}

static Expected<std::pair<std::string, std::string>> toolsFor(const Board &board) {
  bool linux = board.machine.empty();
  Expected<std::string> compiler = find(linux ? kAArch64Compiler : kArmCompiler);
  if (!compiler)
    return compiler.takeError();
  Expected<std::string> emulator = find(linux ? kAArch64Emulator : kArmEmulator);
  if (!emulator)
    return emulator.takeError();
  return std::make_pair(*compiler, *emulator);
}

static Expected<const Board *> requireBoard(StringRef target) {
  if (const Board *board = boardFor(target))
    return board;
  return createStringError("no emulated machine for target '" + target + "'");
}

static Error writeFile(const Twine &path, StringRef contents) {
  std::error_code code;
  raw_fd_ostream out(path.str(), code);
  if (!code) {
    out << contents;
    out.close();
    code = out.error();
  }
  return code ? createStringError("cannot write '" + path.str() + "': " + code.message())
              : Error::success();
}

/// Runs a command in `folder`, its output in files there; the error holds the end of what it
/// printed.
static Expected<std::string> runIn(const std::string &folder, std::vector<std::string> command,
                                   unsigned seconds) {
  command.insert(command.begin(), {"/usr/bin/env", "-C", folder});
  SmallVector<StringRef> arguments(command.begin(), command.end());
  std::string out = folder + "/stdout", err = folder + "/stderr";
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(out), StringRef(err)};
  std::string message;
  int code =
      sys::ExecuteAndWait(command[0], arguments, std::nullopt, redirects, seconds, 0, &message);
  auto contents = [](const std::string &path) {
    ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(path);
    return buffer ? (*buffer)->getBuffer().str() : std::string();
  };
  if (code != 0)
    return createStringError(fmt::format("{} ended with {} {}\n{}{}", command[3], code, message,
                                         contents(out), contents(err)));
  return contents(out);
}

/// Bytes of a fence, and what the harness rounds sizes to.
static constexpr uint64_t kFence = 64;

/// Where each arena starts in the harness's block: arenas with a fence before and after each.
static std::vector<uint64_t> placeArenas(const EmulationJob &job) {
  std::vector<uint64_t> places;
  uint64_t at = kFence;
  for (const EmulationJob::Arena &arena : job.arenas) {
    places.push_back(at);
    at += alignTo(arena.bytes, kFence) + kFence;
  }
  places.push_back(at);
  return places;
}

/// Places of inputs and outputs in the harness's block.
static std::vector<uint64_t> placeInBlock(const EmulationJob &job,
                                          const std::vector<uint64_t> &offsets) {
  std::vector<uint64_t> starts = placeArenas(job), places;
  for (uint64_t offset : offsets) {
    size_t home = 0;
    while (home + 1 < job.arenas.size() && job.arenas[home + 1].start <= offset)
      ++home;
    places.push_back(starts[home] + offset - job.arenas[home].start);
  }
  return places;
}

static std::string modelHeader(const EmulationJob &job, size_t runs) {
  uint64_t io = 64;
  for (const auto *sizes : {&job.inputBytes, &job.outputBytes})
    for (uint64_t bytes : *sizes)
      io += alignTo(bytes, 64) + 64;
  auto list = [](const std::vector<uint64_t> &sizes) {
    return sizes.empty() ? std::string() : fmt::format("{}", fmt::join(sizes, ", "));
  };
  std::vector<uint64_t> places = placeArenas(job), sizes;
  uint64_t block = places.back();
  places.pop_back();
  for (const EmulationJob::Arena &arena : job.arenas)
    sizes.push_back(arena.bytes);
  return fmt::format(
      "#define NNRUN_FUNCTION {}_run\n#define NNRUN_ARENA_SIZES {}\n#define NNRUN_ARENA_PLACES "
      "{}\n#define NNRUN_ARENA_BLOCK {}u\n#define NNRUN_INPUT_BYTES {}\n"
      "#define NNRUN_OUTPUT_BYTES {}\n#define NNRUN_IO_BYTES {}u\n#define NNRUN_RUNS {}\n"
      "#define NNRUN_IO_IN_ARENA {}\n#define NNRUN_INPUT_OFFSETS {}\n"
      "#define NNRUN_OUTPUT_OFFSETS {}\n",
      job.prefix, list(sizes), list(places), block, list(job.inputBytes), list(job.outputBytes), io,
      runs, job.inputOffsets.empty() && job.outputOffsets.empty() ? 0 : 1,
      list(placeInBlock(job, job.inputOffsets)), list(placeInBlock(job, job.outputOffsets)));
}

static std::vector<std::string> linkCommand(const EmulationJob &job, const Board &board,
                                            const std::string &compiler,
                                            const std::string &support) {
  std::vector<std::string> command = {compiler, "-O1", "-std=c11", "-I.", "-o", "program"};
  command.push_back(support + "/harness.c");
  command.push_back("model.o");
  if (board.machine.empty()) {
    command.push_back("-static");
    return command;
  }
  std::string flags = board.cpuFlags.str();
  if (job.floatAbi != "soft" && !board.hardFloat.empty())
    flags += " " + board.hardFloat.str();
  SmallVector<StringRef> words;
  StringRef(flags).split(words, ' ');
  command.insert(command.begin() + 1, words.begin(), words.end());
  command.insert(command.end(), {support + "/startup_cortex_m.c", "-nostartfiles",
                                 "--specs=rdimon.specs", "-T", support + "/cortex_m.ld"});
  for (auto [symbol, value] : {std::pair{"CODE", board.code},
                               {"CODE_SIZE", board.codeSize},
                               {"RAM", board.ram},
                               {"RAM_SIZE", board.ramSize}})
    command.push_back(fmt::format("-Wl,--defsym=NNRUN_{}={}", symbol, value.str()));
  return command;
}

static std::vector<std::string> emulatorCommand(const EmulationJob &job, const Board &board,
                                                const std::string &emulator) {
  if (board.machine.empty())
    return {emulator, "-cpu", job.cpu.empty() ? "cortex-a53" : job.cpu, "./program"};
  return {emulator,
          "-M",
          board.machine.str(),
          "-nographic",
          "-monitor",
          "none",
          "-serial",
          "none",
          "-semihosting-config",
          "enable=on,target=native",
          "-kernel",
          "program"};
}

/// Splits outputs.bin into runs and outputs.
static Error splitOutputs(const EmulationJob &job, size_t runs, StringRef contents,
                          EmulationResult &result) {
  for (size_t r = 0; r < runs; ++r) {
    std::vector<std::vector<char>> &outputs = result.outputs.emplace_back();
    for (uint64_t bytes : job.outputBytes) {
      if (contents.size() < bytes)
        return createStringError("the emulated program wrote too little");
      outputs.emplace_back(contents.begin(), contents.begin() + bytes);
      contents = contents.drop_front(bytes);
    }
  }
  return Error::success();
}

/// Reads the harness's last line: status=S stack=BYTES fences=… inputs=….
static void readFigures(StringRef text, EmulationResult &result) {
  size_t at = text.find("stack=");
  if (at != StringRef::npos)
    (void)text.substr(at + 6).take_while(isDigit).getAsInteger(10, result.stackBytes);
  result.arenaEndUsed = text.contains("arena_end=used");
}

Expected<EmulationResult> emulate(const EmulationJob &job,
                                  ArrayRef<std::vector<std::vector<char>>> inputs,
                                  const std::string &support) {
  Expected<const Board *> board = requireBoard(job.target);
  if (!board)
    return board.takeError();
  Expected<std::pair<std::string, std::string>> tools = toolsFor(**board);
  if (!tools)
    return tools.takeError();

  SmallString<128> folderPath;
  if (std::error_code code = sys::fs::createUniqueDirectory("nn-run", folderPath))
    return createStringError("cannot make a temporary folder: " + code.message());
  std::string folder(folderPath);
  llvm::scope_exit clean([&] { (void)sys::fs::remove_directories(folder); });

  std::string data;
  for (const auto &run : inputs)
    for (const std::vector<char> &input : run)
      data.append(input.begin(), input.end());
  for (auto [name, contents] :
       {std::pair<const char *, StringRef>{"model.o", job.object}, {"inputs.bin", data}})
    if (Error error = writeFile(folder + "/" + name, contents))
      return std::move(error);
  if (Error error = writeFile(folder + "/nnrun_model.h", modelHeader(job, inputs.size())))
    return std::move(error);

  constexpr unsigned kLinkSeconds = 60, kRunSeconds = 600;
  Expected<std::string> linked =
      runIn(folder, linkCommand(job, **board, tools->first, support), kLinkSeconds);
  if (!linked)
    return linked.takeError();
  Expected<std::string> printed =
      runIn(folder, emulatorCommand(job, **board, tools->second), kRunSeconds);
  if (!printed)
    return printed.takeError();
  EmulationResult result;
  readFigures(*printed, result);
  ErrorOr<std::unique_ptr<MemoryBuffer>> out =
      MemoryBuffer::getFile(folder + "/outputs.bin", false, false);
  if (!out)
    return createStringError("the emulated program wrote no outputs");
  if (Error error = splitOutputs(job, inputs.size(), (*out)->getBuffer(), result))
    return std::move(error);
  return result;
}

Expected<std::string> findEmulationSupport(const char *argv0) {
  std::string tool =
      sys::fs::getMainExecutable(argv0, reinterpret_cast<void *>(&findEmulationSupport));
  SmallString<128> prefix = sys::path::parent_path(sys::path::parent_path(tool));
  // Installed below share/; in a build tree beside build/.
  for (const char *relative : {"share/nncompile/emulation", "../runtime/emulation"}) {
    SmallString<128> folder = prefix;
    sys::path::append(folder, relative);
    sys::path::remove_dots(folder, /*remove_dot_dot=*/true);
    if (sys::fs::exists(folder + "/harness.c"))
      return std::string(folder);
  }
  return createStringError("the emulation harness is missing beside '" + tool +
                           "'; install nn-compile completely");
}

} // namespace nnc
