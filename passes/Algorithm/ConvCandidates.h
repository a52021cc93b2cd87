// Which ways there are to compute a convolution.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_PASSES_ALGORITHM_CONVCANDIDATES_H
#define NNC_PASSES_ALGORITHM_CONVCANDIDATES_H

#include "dialects/FastConv/FastConv.h"
#include "dialects/NN/NN.h"
#include "passes/Algorithm/ConvCost.h"

#include <string>

namespace nnc {

/// One way to compute a convolution.
struct ConvCandidate {
  fastconv::Algorithm algorithm = fastconv::Algorithm::direct;
  int64_t tile = 0; ///< m or S; 0: no tiles
  /// Bound of what transforms add, relative to Σ over channels of taps · max|x| in a tile · max|w|.
  double error = 0;
  double cycles = 0;
  int64_t places = 1; ///< numbers that stand for a filter of one pair of channels

  bool isSameWay(const ConvCandidate &other) const {
    return algorithm == other.algorithm && tile == other.tile;
  }
};

/// What keeps a convolution from Winograd's filtering, or from products of frequencies, as the end
/// of a sentence; empty where nothing does.
std::string whyNotWinograd(nn::ConvOp op);
std::string whyNotFft(nn::ConvOp op);

/// The tile with which `algorithm` was chosen for a convolution, `otherwise` where nothing was; 0:
/// another way.
int64_t chosenTile(nn::ConvOp op, fastconv::Algorithm algorithm, int64_t otherwise);

/// Every possible way, the direct sum first; cycles are those of the model. Rounding is not judged.
llvm::SmallVector<ConvCandidate> convCandidates(nn::ConvOp op, const CostMachine &machine);

/// "direct", "winograd with tile 4" or "fft with tile 16".
std::string describe(const ConvCandidate &candidate);

} // namespace nnc

#endif
