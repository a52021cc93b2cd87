// nn-opt: runs passes of nn-compile, and MLIR's own, over a text file.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Pipelines/Registration.h"
#include "lib/Quantizer/Passes.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  nnc::registerDialects(registry);
  nnc::registerPasses();
  nnc::registerQuantizerPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "nn-compile pass driver\n", registry));
}
