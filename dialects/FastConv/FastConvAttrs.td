// How a convolution is computed, as decided: an attribute beside the operator.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_FASTCONV_ATTRS
#define NNC_DIALECTS_FASTCONV_ATTRS

include "dialects/FastConv/FastConvDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def FastConv_Algorithm : I32Enum<"Algorithm", "way to compute a convolution", [
  I32EnumCase<"direct", 0>,
  I32EnumCase<"winograd", 1>,
  I32EnumCase<"fft", 2>,
]> {
  let cppNamespace = "::nnc::fastconv";
}

def FastConv_Reason : I32Enum<"Reason", "what decided", [
  I32EnumCase<"only", 0>,   // no other way is possible or allowed
  I32EnumCase<"option", 1>, // --conv-algorithm
  I32EnumCase<"model", 2>,  // the fewest predicted cycles
  I32EnumCase<"plan", 3>,   // a plan file
]> {
  let cppNamespace = "::nnc::fastconv";
}

def FastConv_CandidateAttr : AttrDef<FastConv_Dialect, "Candidate"> {
  let mnemonic = "candidate";
  let summary = "one way to compute a convolution";
  let description = [{
    `tile` is m, the rows of results in a tile of `winograd`, or S, the rows of the image in a tile of `fft` (0 for a direct sum); `cycles` what a model predicts (0: it was not asked), `nanoseconds` what was measured
    (0: nothing), `error` a bound of the rounding error, relative to the sum of magnitudes of a direct sum, that the transforms add (absent: none).
  }];
  let parameters = (ins EnumParameter<FastConv_Algorithm>:$algorithm, DefaultValuedParameter<"int64_t", "0">:$tile,
                    DefaultValuedParameter<"int64_t", "0">:$cycles, DefaultValuedParameter<"int64_t", "0">:$nanoseconds,
                    OptionalParameter<"::mlir::FloatAttr">:$error);
  let assemblyFormat = "`<` $algorithm (`,` struct($tile, $cycles, $nanoseconds, $error)^)? `>`";
  let genVerifyDecl = 1;
}

def FastConv_ChoiceAttr : AttrDef<FastConv_Dialect, "Choice"> {
  let mnemonic = "choice";
  let summary = "how a convolution is computed, and why not otherwise";
  let description = [{
    The first candidate is the one that is taken; the others are ordered by time, measured or else predicted. As `fastconv.choice` on `nn.conv` it is obeyed by
    `nnc-winograd` and `nnc-fft-conv`, which hand it on to their results, where the first candidate must be the operator's algorithm and tile.

    ```mlir
    #fastconv.choice<model, [#fastconv.candidate<winograd, tile = 4, cycles = 1070000, error = 3.2e-06 : f64>, #fastconv.candidate<direct, cycles = 2100000>]>
    ```
  }];
  let parameters = (ins EnumParameter<FastConv_Reason>:$reason, ArrayRefParameter<"CandidateAttr">:$candidates);
  let assemblyFormat = "`<` $reason `,` `[` $candidates `]` `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The one that is taken.
    CandidateAttr getChosen() const { return getCandidates().front(); }
  }];
}

#endif
