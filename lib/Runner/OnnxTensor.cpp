// Decoding through the importer, so that tests read tensors exactly as models do.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/OnnxTensor.h"

#include "lib/Import/ONNX/Proto.h"
#include "lib/Import/ONNX/Tensor.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/MLIRContext.h"

namespace nnc {

using namespace mlir;
using llvm::createStringError;

/// Appends the low bytes of a value, lowest first.
static void append(std::vector<char> &bytes, const llvm::APInt &value, unsigned count) {
  for (unsigned b = 0; b < count; ++b)
    bytes.push_back(static_cast<char>(value.zextOrTrunc(64).getZExtValue() >> (8 * b)));
}

/// The elements of an attribute in row-major order.
static std::vector<char> bytesOf(ElementsAttr elements, unsigned size) {
  std::vector<char> bytes;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements)) {
    ArrayRef<char> data = resource.getRawHandle().getBlob()->getData();
    bytes.assign(data.begin(), data.end());
    return bytes;
  }
  auto dense = cast<DenseElementsAttr>(elements);
  bytes.reserve(dense.getNumElements() * size);
  if (isa<FloatType>(dense.getElementType()))
    for (const llvm::APFloat &value : dense.getValues<llvm::APFloat>())
      append(bytes, value.bitcastToAPInt(), size);
  else
    for (const llvm::APInt &value : dense.getValues<llvm::APInt>())
      append(bytes, value, size);
  return bytes;
}

static std::string typeName(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

llvm::Expected<HostTensor> parseOnnxTensor(llvm::StringRef contents, const std::string &path) {
  onnx::TensorProto message;
  if (!message.ParseFromArray(contents.data(), static_cast<int>(contents.size())))
    return createStringError("'" + path + "' is not a serialised ONNX tensor");
  HostTensor tensor;
  tensor.name = message.name();

  MLIRContext context(MLIRContext::Threading::DISABLED);
  std::string complaint;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) { complaint += diagnostic.str(); });
  FailureOr<ElementsAttr> elements =
      onnx::decodeTensor(message, /*files=*/nullptr, &context, [&] { return emitError(UnknownLoc::get(&context)); });
  if (failed(elements))
    return createStringError("'" + path + "': " + complaint);
  auto type = cast<RankedTensorType>(elements->getShapedType());
  std::optional<ElementType> element = elementTypeFromName(typeName(type.getElementType()));
  if (!element)
    return createStringError("'" + path + "': element type " + typeName(type.getElementType()) + " is not supported");
  tensor.type = *element;
  tensor.shape.assign(type.getShape().begin(), type.getShape().end());
  tensor.bytes = bytesOf(*elements, factsOf(*element).bytes);
  return tensor;
}

} // namespace nnc
