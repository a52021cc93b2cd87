// Decoding through the importer, so that tests read tensors exactly as models do.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/OnnxTensor.h"

#include "lib/Import/ONNX/Proto.h"
#include "lib/Import/ONNX/Tensor.h"
#include "lib/Reference/Tensor.h"

#include "mlir/IR/MLIRContext.h"

namespace nnc {

using namespace mlir;
using llvm::createStringError;

llvm::Expected<HostTensor> parseOnnxTensor(llvm::StringRef contents) {
  onnx::TensorProto message;
  if (!message.ParseFromArray(contents.data(), static_cast<int>(contents.size())))
    return createStringError("not a serialised ONNX tensor");
  HostTensor tensor;
  tensor.name = message.name();

  MLIRContext context(MLIRContext::Threading::DISABLED);
  std::string complaint;
  ScopedDiagnosticHandler handler(&context,
                                  [&](Diagnostic &diagnostic) { complaint += diagnostic.str(); });
  FailureOr<ElementsAttr> elements = onnx::decodeTensor(
      message, /*files=*/nullptr, &context, [&] { return emitError(UnknownLoc::get(&context)); });
  if (failed(elements))
    return createStringError("the tensor " + complaint);
  std::optional<reference::Tensor> value = reference::Tensor::fromAttr(*elements);
  if (!value)
    return createStringError("the element type is not supported");
  reference::Tensor dense = value->dense();
  tensor.type = dense.type();
  tensor.shape.assign(dense.shape().begin(), dense.shape().end());
  tensor.bytes.assign(dense.bytes().begin(), dense.bytes().end());
  return tensor;
}

} // namespace nnc
