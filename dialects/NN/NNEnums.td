// Kinds of the canonical operators.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef NNC_DIALECTS_NN_ENUMS
#define NNC_DIALECTS_NN_ENUMS

include "dialects/NN/NNDialect.td"

class NN_Kind<string name, string summary, list<string> symbols>
    : I32EnumAttr<name, summary, !foreach(i, !range(!size(symbols)), I32EnumAttrCase<symbols[i], i>)> {
  let cppNamespace = "::nnc::nn";
  let genSpecializedAttr = 0;
}
class NN_KindAttr<EnumInfo kind, string mnemonic> : EnumAttr<NN_Dialect, kind, mnemonic> {
  let assemblyFormat = "$value";
}

def NN_UnaryKind : NN_Kind<"UnaryKind", "scalar function of one argument", [
  "abs", "neg", "exp", "log", "sqrt", "rsqrt", "reciprocal", "square", "sign", "floor", "ceil", "round",
  "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf",
  "relu", "sigmoid", "softplus", "softsign", "hard_swish", "silu", "mish", "gelu", "gelu_tanh",
  "leaky_relu", "elu", "celu", "selu", "hard_sigmoid", "thresholded_relu", "shrink", "swish",
  "logical_not", "bitwise_not", "is_nan", "is_inf", "is_pos_inf", "is_neg_inf"]>;
def NN_UnaryKindAttr : NN_KindAttr<NN_UnaryKind, "unary_kind">;

def NN_BinaryKind : NN_Kind<"BinaryKind", "scalar function of two arguments", [
  "add", "sub", "mul", "div", "pow", "min", "max", "mod", "fmod", "prelu",
  "bit_and", "bit_or", "bit_xor", "shift_left", "shift_right"]>;
def NN_BinaryKindAttr : NN_KindAttr<NN_BinaryKind, "binary_kind">;

def NN_ComparePredicate : NN_Kind<"ComparePredicate", "comparison", [
  "equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]>;
def NN_ComparePredicateAttr : NN_KindAttr<NN_ComparePredicate, "compare_predicate">;

def NN_PoolKind : NN_Kind<"PoolKind", "reduction of a window", ["max", "average", "lp"]>;
def NN_PoolKindAttr : NN_KindAttr<NN_PoolKind, "pool_kind">;

def NN_ReduceKind : NN_Kind<"ReduceKind", "reduction", [
  "sum", "mean", "max", "min", "prod", "l1", "l2", "log_sum", "log_sum_exp", "sum_square"]>;
def NN_ReduceKindAttr : NN_KindAttr<NN_ReduceKind, "reduce_kind">;

def NN_ArgKind : NN_Kind<"ArgKind", "extreme", ["max", "min"]>;
def NN_ArgKindAttr : NN_KindAttr<NN_ArgKind, "arg_kind">;

def NN_CumulateKind : NN_Kind<"CumulateKind", "running reduction", ["sum", "prod"]>;
def NN_CumulateKindAttr : NN_KindAttr<NN_CumulateKind, "cumulate_kind">;

def NN_CellKind : NN_Kind<"CellKind", "cell of a recurrent layer", ["rnn", "gru", "lstm"]>;
def NN_CellKindAttr : NN_KindAttr<NN_CellKind, "cell_kind">;

def NN_CellFunction : NN_Kind<"CellFunction", "function of a gate", [
  "affine", "elu", "hard_sigmoid", "leaky_relu", "relu", "scaled_tanh", "sigmoid", "softplus", "softsign", "tanh",
  "thresholded_relu"]>;
def NN_CellFunctionAttr : NN_KindAttr<NN_CellFunction, "cell_function">;

def NN_PadMode : NN_Kind<"PadMode", "source of added elements", ["constant", "edge", "reflect", "wrap"]>;
def NN_PadModeAttr : NN_KindAttr<NN_PadMode, "pad_mode">;

def NN_ScatterReduction : NN_Kind<"ScatterReduction", "combination with the present element", [
  "none", "add", "mul", "min", "max"]>;
def NN_ScatterReductionAttr : NN_KindAttr<NN_ScatterReduction, "scatter_reduction">;

def NN_ResizeMode : NN_Kind<"ResizeMode", "interpolation", ["nearest", "linear", "cubic"]>;
def NN_ResizeModeAttr : NN_KindAttr<NN_ResizeMode, "resize_mode">;

def NN_Coordinates : NN_Kind<"Coordinates", "map from result to input coordinates", [
  "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize"]>;
def NN_CoordinatesAttr : NN_KindAttr<NN_Coordinates, "coordinates">;

def NN_NearestMode : NN_Kind<"NearestMode", "rounding of a coordinate", [
  "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]>;
def NN_NearestModeAttr : NN_KindAttr<NN_NearestMode, "nearest_mode">;

#endif
