// Layers whose steps follow each other.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_RECURRENT_OPS
#define NNC_DIALECTS_NN_RECURRENT_OPS

include "dialects/NN/NNOpClasses.td"

def NN_CellFunctions : TypedArrayAttrBase<NN_CellFunctionAttr, "functions of gates">;

def NN_RecurrentOp : NN_InferredOp<"recurrent", [AttrSizedOperandSegments]> {
  let summary = "carry a state from step to step: RNN, GRU, LSTM";
  let description = [{
    `input` (steps × batch × G·H) is what the steps add to the gates from outside, a product with the inputs and the biases; `weights` (G·H × H) are those of the state h. H is the
    number of hidden elements, G the number of gates, in the order in which the letters stand here. With x the input of a step, [g] the part of a gate, R the weights,
    h and c the state before the step, ⊙ products of elements, and every function's argument first limited to ±`clip` (but not that of the last one of an LSTM):

    - `rnn` (G = 1, functions f): h′ = f(x + h·Rᵀ)
    - `gru` (z r n, functions f g): z = f(x[z] + h·R[z]ᵀ), r = f(x[r] + h·R[r]ᵀ), n = g(x[n] + (r ⊙ h)·R[n]ᵀ), with `reset_after` n = g(x[n] + r ⊙ (h·R[n]ᵀ + bias));
      h′ = (1 − z) ⊙ n + z ⊙ h
    - `lstm` (i o f c, functions f g k): i = f(x[i] + h·R[i]ᵀ + p[0] ⊙ c), f = f(x[f] + h·R[f]ᵀ + p[2] ⊙ c), with `input_forget` f = 1 − i;
      c′ = f ⊙ c + i ⊙ g(x[c] + h·R[c]ᵀ); o = f(x[o] + h·R[o]ᵀ + p[1] ⊙ c′); h′ = o ⊙ k(c′)

    `states` holds h of each step; `last` and `last_cell` are h and c after all steps. h starts with `hidden` and c with `cell` (batch × H), or with zeros. With `reverse` the last step
    comes first. A sequence of the batch has as many steps as `lengths` says: at the others it keeps its state and gives zeros.

    Each function has an `alpha` α and a `beta` β: `affine` α·x + β, `scaled_tanh` α·tanh(β·x), `hard_sigmoid`, `elu`, `leaky_relu`, `thresholded_relu` as `nn.unary` has them; the
    others ignore them.

    Constraints:
    - (C1) Element types of all operands but `lengths` agree.
    - (C2) `input` has rank 3, `weights` rank 2 with H ≥ 1 columns and G·H rows; there is at least one step.
    - (C3) `functions`, `alpha` and `beta` have as many elements as the kind has functions.
    - (C4) `hidden` and `cell` have the shape batch × H; `cell` and `peepholes` (3·H, p of the formulas) are those of an LSTM only.
    - (C5) `lengths` has one element for each sequence.
    - (C6) `bias` (H) needs `reset_after`; `reset_after` is an attribute of GRUs, `input_forget` of LSTMs.

    ```mlir
    %all, %last = nn.recurrent gru %x, %r hidden(%h) {functions = [#nn<cell_function sigmoid>, #nn<cell_function tanh>],
      alpha = array<f64: 0.0, 0.0>, beta = array<f64: 0.0, 0.0>, reverse}
      : (tensor<7x2x15xf32>, tensor<15x5xf32>, tensor<2x5xf32>) -> (tensor<7x2x5xf32>, tensor<2x5xf32>)
    ```
  }];
  let arguments = (ins NN_CellKindAttr:$kind, NN_FloatTensor:$input, NN_FloatTensor:$weights,
                   Optional<NN_FloatTensor>:$bias, Optional<NN_IndexTensor>:$lengths,
                   Optional<NN_FloatTensor>:$hidden, Optional<NN_FloatTensor>:$cell,
                   Optional<NN_FloatTensor>:$peepholes, NN_CellFunctions:$functions,
                   DenseF64ArrayAttr:$alpha, DenseF64ArrayAttr:$beta, OptionalAttr<F64Attr>:$clip,
                   UnitAttr:$reverse, UnitAttr:$reset_after, UnitAttr:$input_forget);
  let results = (outs NN_FloatTensor:$states, NN_FloatTensor:$last, Optional<NN_FloatTensor>:$last_cell);
  let assemblyFormat = [{
    `` $kind $input `,` $weights (`bias` `(` $bias^ `)`)? (`lengths` `(` $lengths^ `)`)? (`hidden` `(` $hidden^ `)`)?
    (`cell` `(` $cell^ `)`)? (`peepholes` `(` $peepholes^ `)`)? attr-dict `:` functional-type(operands, results)
  }];
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    static bool isCompatibleReturnTypes(::mlir::TypeRange a, ::mlir::TypeRange b) {
      return ::nnc::nn::equalIgnoringLayout(a, b);
    }
    /// H.
    int64_t getUnits() { return ::llvm::cast<::mlir::RankedTensorType>(getWeights().getType()).getDimSize(1); }
    int64_t getSteps() { return ::llvm::cast<::mlir::RankedTensorType>(getInput().getType()).getDimSize(0); }
    int64_t getBatch() { return ::llvm::cast<::mlir::RankedTensorType>(getInput().getType()).getDimSize(1); }
    /// A function by its number, of `functions`.
    CellFunction getFunction(unsigned number) {
      return ::llvm::cast<CellFunctionAttr>(getFunctions()[number]).getValue();
    }
    /// Whether the hidden gate's product is with r ⊙ h rather than with h.
    bool multipliesReset() { return getKind() == CellKind::gru && !getResetAfter(); }
  }];
}

#endif
