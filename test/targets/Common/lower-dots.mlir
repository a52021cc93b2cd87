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
// MVE: llvm.call_intrinsic "llvm.arm.mve.vmldava.v16i8"(%{{.*}}, %{{.*}}, %{{.*}}, %arg2, %{{.*}}, %arg1)
func.func @sixteen(%a: i128, %b: vector<16xi8>, %s: i32) -> i32 {
  %0 = kernel.dot %a, %b, %s : i128, vector<16xi8>, i32
  return %0 : i32
}

// Sixteen activations that were loaded into a vector stay there.
// MVE-LABEL: @sixteen_in_a_vector
// MVE: llvm.call_intrinsic "llvm.arm.mve.vmldava.v16i8"(%{{.*}}, %{{.*}}, %{{.*}}, %arg2, %arg0, %arg1)
// NONE-LABEL: @sixteen_in_a_vector
// NONE: vector.extract %arg0[0]
// NONE-COUNT-16: arith.muli
func.func @sixteen_in_a_vector(%a: vector<16xi8>, %b: vector<16xi8>, %s: i32) -> i32 {
  %0 = kernel.dot %a, %b, %s : vector<16xi8>, vector<16xi8>, i32
  return %0 : i32
}

// Fewer are widened: four products of 32 bits.
// MVE-LABEL: @four_of_mve
// MVE: %[[A:.*]] = arith.extsi %{{.*}} : vector<4xi8> to vector<4xi32>
// MVE: %[[B:.*]] = arith.extsi %arg1 : vector<4xi8> to vector<4xi32>
// MVE: llvm.call_intrinsic "llvm.arm.mve.vmldava.v4i32"(%{{.*}}, %{{.*}}, %{{.*}}, %arg2, %[[A]], %[[B]])
func.func @four_of_mve(%a: i32, %b: vector<4xi8>, %s: i32) -> i32 {
  %0 = kernel.dot %a, %b, %s : i32, vector<4xi8>, i32
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

// Four products in a lane, each with an a of its own.
// VNNI-LABEL: @four_of_each_lane
// VNNI: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%arg2, %arg0, %arg1)
// PAIRS-LABEL: @four_of_each_lane
// PAIRS: %[[EVEN:.*]] = arith.shrui %{{.*}} : vector<16xi16>
// PAIRS: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[EVEN]], %{{.*}})
// PAIRS: %[[ODD:.*]] = arith.shrui %{{.*}} : vector<16xi16>
// PAIRS: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[ODD]], %{{.*}})
// NONE-LABEL: @four_of_each_lane
// NONE-COUNT-4: arith.muli
func.func @four_of_each_lane(%a: vector<32xi8>, %b: vector<32xi8>, %s: vector<8xi32>) -> vector<8xi32> {
  %0 = kernel.dot %a, %b, %s unsigned : vector<32xi8>, vector<32xi8>, vector<8xi32>
  return %0 : vector<8xi32>
}

// Saturation is the limit; narrower limits stay.
// VNNI-LABEL: @bytes
// VNNI: %[[TOP:.*]] = arith.minsi
// VNNI: %[[LOW:.*]] = llvm.call_intrinsic "llvm.x86.avx2.packssdw"(%[[TOP]], %arg0)
// VNNI: %[[HIGH:.*]] = llvm.call_intrinsic "llvm.x86.avx2.packssdw"(%arg2, %arg3)
// VNNI: llvm.call_intrinsic "llvm.x86.avx2.packuswb"(%[[LOW]], %[[HIGH]])
// VNNI: vector.shuffle {{.*}} [0, 4, 1, 5, 2, 6, 3, 7]
// NONE-LABEL: @bytes
// NONE-COUNT-4: arith.trunci
func.func @bytes(%a: vector<8xi32>, %b: vector<8xi32>, %c: vector<8xi32>, %d: vector<8xi32>) -> vector<32xi8> {
  %zero = arith.constant dense<0> : vector<8xi32>
  %limit = arith.constant dense<200> : vector<8xi32>
  %all = arith.constant dense<255> : vector<8xi32>
  %0 = arith.maxsi %a, %zero : vector<8xi32>
  %1 = arith.minsi %b, %limit : vector<8xi32>
  %3 = arith.minsi %0, %all : vector<8xi32>
  %2 = kernel.pack %1, %3, %c, %d unsigned : vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32> -> vector<32xi8>
  return %2 : vector<32xi8>
}

// VNNI-LABEL: @upper_halves
// VNNI: %[[EVEN:.*]] = arith.muli %{{.*}}, %{{.*}} : vector<8xi64>
// VNNI: %[[ODD:.*]] = arith.muli %{{.*}}, %{{.*}} : vector<8xi64>
// VNNI: vector.shuffle {{.*}} [1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31]
// NONE-LABEL: @upper_halves
// NONE: arith.muli %{{.*}}, %{{.*}} : vector<16xi64>
func.func @upper_halves(%a: vector<16xi32>, %b: vector<16xi32>) -> vector<16xi32> {
  %low, %high = arith.mulsi_extended %a, %b : vector<16xi32>
  return %high : vector<16xi32>
}
