// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-lower-dots{instruction=vpdpbusd}))' | FileCheck %s --check-prefixes=CHECK,VNNI
// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-lower-dots{instruction=pmaddwd}))' | FileCheck %s --check-prefixes=CHECK,PAIRS
// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-lower-dots{instruction=sdot}))' | FileCheck %s --check-prefixes=CHECK,SDOT
// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-lower-dots{instruction=smlad}))' | FileCheck %s --check-prefixes=CHECK,SMLAD
// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-lower-dots))' | FileCheck %s --check-prefixes=CHECK,NONE
// RUN: not nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-lower-dots{instruction=dp4a}))' 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: nn-opt %s -pass-pipeline='builtin.module(func.func(nnc-lower-dots{instruction=vmladav}))' | FileCheck %s --check-prefixes=CHECK,MVE
// UNKNOWN: nnc-lower-dots: instruction 'dp4a' is unknown, expected none, pmaddwd, vpdpbusd, sdot, smlad or vmladav
// CHECK-NOT: kernel.dot

// VNNI-LABEL: @four_unsigned
// VNNI: %[[A:.*]] = vector.broadcast %arg0 : i32 to vector<16xi32>
// VNNI: %[[BYTES:.*]] = vector.bitcast %[[A]] : vector<16xi32> to vector<64xi8>
// VNNI: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%arg2, %[[BYTES]], %arg1)
// NONE-LABEL: @four_unsigned
// NONE-COUNT-4: arith.extui
// NONE: return
func.func @four_unsigned(%a: i32, %b: vector<64xi8>, %s: vector<16xi32>) -> vector<16xi32> {
  %0 = kernel.dot %a, %b, %s unsigned : i32, vector<64xi8>, vector<16xi32>
  return %0 : vector<16xi32>
}

// The instruction reads a without sign: other products are written out.
// VNNI-LABEL: @four_signed
// VNNI-NOT: call_intrinsic
// VNNI-COUNT-4: arith.muli
// SDOT-LABEL: @four_signed
// SDOT: llvm.call_intrinsic "llvm.aarch64.neon.sdot.v4i32.v16i8"(%arg2
func.func @four_signed(%a: i32, %b: vector<16xi8>, %s: vector<4xi32>) -> vector<4xi32> {
  %0 = kernel.dot %a, %b, %s : i32, vector<16xi8>, vector<4xi32>
  return %0 : vector<4xi32>
}

// One lane is a vector whose other lanes are anything.
// VNNI-LABEL: @one_lane
// VNNI: %[[B:.*]] = vector.shuffle %arg1, %arg1 [0, 1, 2, 3, -1
// VNNI: %[[S:.*]] = vector.broadcast %arg2 : i32 to vector<4xi32>
// VNNI: %[[SUM:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.128"(%[[S]], %{{.*}}, %[[B]])
// VNNI: vector.extract %[[SUM]][0]
// SMLAD-LABEL: @one_lane
// SMLAD: %[[W:.*]] = vector.extract {{.*}} : i32 from vector<1xi32>
// SMLAD: %[[X:.*]] = llvm.call_intrinsic "llvm.arm.uxtb16"(%arg0)
// SMLAD: %[[V:.*]] = llvm.call_intrinsic "llvm.arm.sxtb16"(%[[W]])
// SMLAD: %[[S:.*]] = llvm.call_intrinsic "llvm.arm.smlad"(%[[X]], %[[V]], %arg2)
// SMLAD: llvm.call_intrinsic "llvm.arm.smlad"(%{{.*}}, %{{.*}}, %[[S]])
func.func @one_lane(%a: i32, %b: vector<4xi8>, %s: i32) -> i32 {
  %0 = kernel.dot %a, %b, %s unsigned : i32, vector<4xi8>, i32
  return %0 : i32
}

// MVE-LABEL: @sixteen
// MVE: %[[A:.*]] = arith.extsi %{{.*}} : vector<16xi8> to vector<16xi32>
// MVE: %[[B:.*]] = arith.extsi %arg1 : vector<16xi8> to vector<16xi32>
// MVE: %[[P:.*]] = arith.muli %[[A]], %[[B]]
// MVE: vector.reduction <add>, %[[P]], %arg2
func.func @sixteen(%a: i128, %b: vector<16xi8>, %s: i32) -> i32 {
  %0 = kernel.dot %a, %b, %s : i128, vector<16xi8>, i32
  return %0 : i32
}

// PAIRS-LABEL: @two
// PAIRS: %[[A:.*]] = arith.extsi %{{.*}} : vector<16xi8> to vector<16xi16>
// PAIRS: %[[B:.*]] = arith.extsi %arg1 : vector<16xi8> to vector<16xi16>
// PAIRS: %[[P:.*]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[A]], %[[B]])
// PAIRS: arith.addi %arg2, %[[P]]
func.func @two(%a: i16, %b: vector<16xi8>, %s: vector<8xi32>) -> vector<8xi32> {
  %0 = kernel.dot %a, %b, %s : i16, vector<16xi8>, vector<8xi32>
  return %0 : vector<8xi32>
}

// Each lane has an a of its own.
// CHECK-LABEL: @lane_by_lane
// CHECK: %[[A:.*]] = arith.extui %arg0 : vector<8xi8> to vector<8xi32>
// CHECK: %[[B:.*]] = arith.extsi %arg1 : vector<8xi8> to vector<8xi32>
// CHECK: %[[P:.*]] = arith.muli %[[A]], %[[B]]
// CHECK: arith.addi %arg2, %[[P]]
func.func @lane_by_lane(%a: vector<8xi8>, %b: vector<8xi8>, %s: vector<8xi32>) -> vector<8xi32> {
  %0 = kernel.dot %a, %b, %s unsigned : vector<8xi8>, vector<8xi8>, vector<8xi32>
  return %0 : vector<8xi32>
}
