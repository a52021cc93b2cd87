// A file that remembers what was measured.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_LIB_TUNER_TUNECACHE_H
#define NNC_LIB_TUNER_TUNECACHE_H

#include "lib/Artifacts/ConvPlan.h"

#include "llvm/Support/Error.h"

#include <map>
#include <string>
#include <vector>

namespace nnc {

/// Measured ways by key. The file is replaced as a whole after each measurement, so that an
/// interruption loses nothing.
class TuneCache {
public:
  /// Reads a file; one that does not exist yet is empty. Errors: it cannot be read, or is something
  /// else, which would be lost.
  static llvm::Expected<TuneCache> open(const std::string &path);
  /// Remembers only as long as it lives.
  TuneCache() = default;

  /// The measurement under a key, if it has all these ways; null otherwise.
  const std::vector<MeasuredWay> *find(const std::string &key,
                                       const std::vector<MeasuredWay> &ways) const;
  /// Adds a measurement, and writes the file.
  llvm::Error add(const std::string &key, std::vector<MeasuredWay> measured);

private:
  std::string path; ///< empty: no file
  std::map<std::string, std::vector<MeasuredWay>> entries;
};

/// The file where no other is named: nn-compile/convolutions.json in the user's folder for caches
/// (XDG_CACHE_HOME); empty where there is no such folder.
std::string defaultTuneCache();

} // namespace nnc

#endif
