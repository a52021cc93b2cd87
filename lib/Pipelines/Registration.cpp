// The one list of dialects and passes.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Pipelines/Registration.h"

#include "dialects/FastConv/FastConv.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/NN/NN.h"
#include "dialects/RT/RT.h"
#include "lib/Pipelines/Passes.h"
#include "passes/Algorithm/Passes.h"
#include "passes/Conversion/NNToKernel/Passes.h"
#include "passes/Conversion/NNToLoops/Passes.h"
#include "passes/Graph/Passes.h"
#include "passes/Memory/Passes.h"
#include "passes/Quantization/Passes.h"
#include "targets/Common/LLVM/Passes.h"
#include "targets/Common/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Transforms/Passes.h"

namespace nnc {

void registerDialects(mlir::DialectRegistry &registry) {
  registry.insert<nn::NNDialect, fastconv::FastConvDialect, kernel::KernelDialect, rt::RTDialect,
                  mlir::arith::ArithDialect, mlir::cf::ControlFlowDialect, mlir::func::FuncDialect,
                  mlir::LLVM::LLVMDialect, mlir::math::MathDialect, mlir::memref::MemRefDialect,
                  mlir::quant::QuantDialect, mlir::scf::SCFDialect, mlir::vector::VectorDialect>();
}

void registerPasses() {
  mlir::registerTransformsPasses();
  registerPipelinesPasses();
  registerGraphPasses();
  registerQuantizationPasses();
  registerAlgorithmPasses();
  registerNNToLoopsPasses();
  registerMemoryPasses();
  registerNNToKernelPasses();
  registerTargetCommonPasses();
  registerTargetLLVMPasses();
  mlir::registerSCFToControlFlowPass();
}

} // namespace nnc
