// Files and folders of a compilation.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Driver/WriteArtifacts.h"

#include "lib/Artifacts/Depfile.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace nnc {

ExitCode ArtifactWriter::fail(ExitCode code, const llvm::Twine &message) {
  diagnostics << "nn-compile: error: " << message << '\n';
  return code;
}

ExitCode ArtifactWriter::write(llvm::StringRef contents, const std::string &byDefault) {
  const std::string &path = options.output.empty() ? byDefault : options.output;
  if (path != "-")
    return writeFiles({{path, contents}});
  if (ExitCode code = writeFiles({}); code != ExitCode::Ok)
    return code;
  out << contents;
  out.flush();
  return ExitCode::Ok;
}

ExitCode ArtifactWriter::writeForm(const LibraryFiles &library) {
  if (options.emit == Emit::Header)
    return write(library.header);
  if (options.emit == Emit::Report)
    return write(library.report);
  auto archive = makeArchive(library.members);
  if (!archive)
    return fail(ExitCode::Internal, llvm::toString(archive.takeError()));
  return write(*archive, "lib" + library.name + ".a");
}

/// The folder and those above it that do not exist, the innermost first.
static std::vector<std::string> missingFolders(llvm::StringRef folder) {
  std::vector<std::string> missing;
  for (; !folder.empty() && !llvm::sys::fs::exists(folder);
       folder = llvm::sys::path::parent_path(folder))
    missing.push_back(folder.str());
  return missing;
}

ExitCode ArtifactWriter::writeFolder(const LibraryFiles &library) {
  std::string folder = options.output.empty() ? "." : options.output;
  auto path = [&](const std::string &file) {
    llvm::SmallString<128> joined(folder);
    llvm::sys::path::append(joined, file);
    return joined.str().str();
  };
  auto archive = makeArchive(library.members);
  if (!archive)
    return fail(ExitCode::Internal, llvm::toString(archive.takeError()));
  if (llvm::sys::fs::exists(folder) && !llvm::sys::fs::is_directory(folder))
    return fail(ExitCode::InputOutput, "cannot write into '" + folder +
                                           "': it is a file; -o names a folder, or a file where "
                                           "--emit chooses one form");
  std::vector<std::string> made = missingFolders(folder);
  if (std::error_code reason =
          llvm::sys::fs::create_directories(folder, true, llvm::sys::fs::all_all))
    return fail(ExitCode::InputOutput,
                "cannot make the folder '" + folder + "': " + reason.message());
  ExitCode code = writeFiles({{path("lib" + library.name + ".a"), *archive},
                              {path(library.name + ".h"), library.header},
                              {path(library.name + ".report.json"), library.report}});
  if (code != ExitCode::Ok)
    for (const std::string &created : made)
      (void)llvm::sys::fs::remove(created);
  return code;
}

ExitCode
ArtifactWriter::writeFiles(llvm::ArrayRef<std::pair<std::string, llvm::StringRef>> contents) {
  OutputFiles files;
  std::vector<std::pair<std::string, llvm::StringRef>> all = contents.vec();
  all.insert(all.end(), beside.begin(), beside.end());
  std::string depfile;
  if (!options.writeDepfile.empty()) {
    depfile = writeDepfile(llvm::to_vector(llvm::make_first_range(contents)), sources);
    all.emplace_back(options.writeDepfile, depfile);
  }
  for (const auto &[path, bytes] : all)
    if (llvm::Error failed = files.add(path, bytes))
      return fail(ExitCode::InputOutput, llvm::toString(std::move(failed)));
  if (llvm::Error failed = files.commit())
    return fail(ExitCode::InputOutput, llvm::toString(std::move(failed)));
  return ExitCode::Ok;
}

} // namespace nnc
