// One function per nn and fastconv operator, for Evaluate.cpp only. Inputs fit the operands; the
// result is that of a verified op. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
// LLVM-exception
#ifndef NNC_LIB_REFERENCE_OPERATORS_H
#define NNC_LIB_REFERENCE_OPERATORS_H

#include "dialects/FastConv/FastConv.h"
#include "dialects/NN/NN.h"
#include "lib/Reference/Scalar.h"
#include "lib/Reference/Tensor.h"

#include "llvm/Support/Error.h"

namespace nnc::reference {

using Inputs = llvm::ArrayRef<Tensor>;

/// Zeros of a result's shape and type.
Tensor resultOf(mlir::Value result);
/// The format of a tensor of integers.
inline IntegerFormat formatOf(const Tensor &tensor) {
  return {tensor.width(), tensor.isUnsigned()};
}

Tensor unary(nn::UnaryOp op, Inputs in);
Tensor clamp(nn::ClampOp op, Inputs in);
Tensor binary(nn::BinaryOp op, Inputs in);
Tensor compare(nn::CompareOp op, Inputs in);
Tensor select(nn::SelectOp op, Inputs in);
Tensor cast(nn::CastOp op, Inputs in);
Tensor iota(nn::IotaOp op, Inputs in);

Tensor conv(nn::ConvOp op, Inputs in);
Tensor convTranspose(nn::ConvTransposeOp op, Inputs in);
Tensor matmul(nn::MatMulOp op, Inputs in);
Tensor pool(nn::PoolOp op, Inputs in);
Tensor filterTransform(fastconv::FilterTransformOp op, Inputs in);
Tensor winograd(fastconv::WinogradOp op, Inputs in);
Tensor fftFilterTransform(fastconv::FftFilterTransformOp op, Inputs in);
Tensor fft(fastconv::FftOp op, Inputs in);

Tensor reduce(nn::ReduceOp op, Inputs in);
Tensor argReduce(nn::ArgReduceOp op, Inputs in);
Tensor softmax(nn::SoftmaxOp op, Inputs in);
Tensor normalize(nn::NormalizeOp op, Inputs in);
Tensor batchNorm(nn::BatchNormOp op, Inputs in);
Tensor lrn(nn::LRNOp op, Inputs in);
Tensor cumulate(nn::CumulateOp op, Inputs in);
std::pair<Tensor, Tensor> topK(nn::TopKOp op, Inputs in);

Tensor quantize(nn::QuantizeOp op, Inputs in);
Tensor dequantize(nn::DequantizeOp op, Inputs in);
Tensor requantize(nn::RequantizeOp op, Inputs in);

/// As many results as the operator has.
std::vector<Tensor> recurrent(nn::RecurrentOp op, Inputs in);

Tensor reshape(nn::ReshapeOp op, Inputs in);
Tensor transpose(nn::TransposeOp op, Inputs in);
Tensor broadcast(nn::BroadcastOp op, Inputs in);
Tensor concat(nn::ConcatOp op, Inputs in);
Tensor slice(nn::SliceOp op, Inputs in);
Tensor pad(nn::PadOp op, Inputs in);

Tensor gather(nn::GatherOp op, Inputs in);
Tensor gatherElements(nn::GatherElementsOp op, Inputs in);
Tensor gatherND(nn::GatherNDOp op, Inputs in);
Tensor scatterElements(nn::ScatterElementsOp op, Inputs in);
Tensor scatterND(nn::ScatterNDOp op, Inputs in);
Tensor resize(nn::ResizeOp op, Inputs in);

} // namespace nnc::reference

#endif
