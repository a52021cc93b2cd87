// Where the results of a compilation go: files that appear together, or standard output.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_DRIVER_WRITEARTIFACTS_H
#define NNC_LIB_DRIVER_WRITEARTIFACTS_H

#include "lib/Artifacts/OutputFiles.h"
#include "lib/Driver/Options.h"

#include "llvm/ADT/Twine.h"

namespace llvm {
class raw_ostream;
}

namespace nnc {

/// A library with everything that belongs to it.
struct LibraryFiles {
  std::string name;                   ///< of the model
  std::vector<ArchiveMember> members; ///< the objects
  std::string header, report;
};

/// Writes what a compilation made to the places that its options name.
class ArtifactWriter {
public:
  ArtifactWriter(const CompileOptions &options, llvm::raw_ostream &out,
                 llvm::raw_ostream &diagnostics)
      : options(options), out(out), diagnostics(diagnostics) {}

  /// A file that is written beside whatever else is.
  void alsoWrite(std::string path, std::string contents) {
    beside.emplace_back(std::move(path), std::move(contents));
  }
  /// The files that the results were made of, for `--write-depfile`.
  void setSources(std::vector<std::string> files) { sources = std::move(files); }

  /// Text goes to standard output unless a file is named, binary forms to `byDefault`.
  ExitCode write(llvm::StringRef contents, const std::string &byDefault = "-");
  /// The one form of a library that `--emit` asks for: lib, header or report.
  ExitCode writeForm(const LibraryFiles &library);
  /// Library, header and report, in the folder that `-o` names.
  ExitCode writeFolder(const LibraryFiles &library);

private:
  ExitCode fail(ExitCode code, const llvm::Twine &message);
  ExitCode writeFiles(llvm::ArrayRef<std::pair<std::string, llvm::StringRef>> contents);

  const CompileOptions &options;
  llvm::raw_ostream &out, &diagnostics;
  std::vector<std::pair<std::string, std::string>> beside;
  std::vector<std::string> sources;
};

} // namespace nnc

#endif
