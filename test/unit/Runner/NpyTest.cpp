// The .npy and .npz formats: round trips and damaged files.
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Runner/HostTensor.h"
#include "lib/Runner/RandomData.h"

#include "llvm/Support/FileSystem.h"

#include <gtest/gtest.h>

using namespace nnc;

static HostTensor randomTensor(const std::string &name, ElementType type,
                               std::vector<int64_t> shape) {
  HostTensor tensor{name, type, std::move(shape), {}};
  fillRandom(tensor, 11);
  return tensor;
}

static void expectEqual(const HostTensor &a, const HostTensor &b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(describe(a), describe(b));
  EXPECT_EQ(a.bytes, b.bytes);
}

TEST(Npy, RoundTripsEveryTypeAndRank) {
  for (ElementType type : {ElementType::F16, ElementType::F32, ElementType::F64, ElementType::I8,
                           ElementType::I64, ElementType::U8, ElementType::U32, ElementType::Bool})
    for (std::vector<int64_t> shape :
         {std::vector<int64_t>{}, {7}, {3, 5}, {2, 0, 3}, {1, 3, 5, 7}}) {
      HostTensor tensor = randomTensor("t", type, shape);
      llvm::Expected<HostTensor> again = parseNpy(formatNpy(tensor), "t");
      ASSERT_TRUE(static_cast<bool>(again)) << llvm::toString(again.takeError());
      expectEqual(*again, tensor);
    }
}

TEST(Npy, RefusesEveryTruncation) {
  std::string whole = formatNpy(randomTensor("t", ElementType::F32, {3, 5}));
  for (size_t length = 0; length < whole.size(); ++length) {
    llvm::Expected<HostTensor> tensor = parseNpy(llvm::StringRef(whole).take_front(length), "t");
    EXPECT_FALSE(static_cast<bool>(tensor)) << "length " << length;
    llvm::consumeError(tensor.takeError());
  }
}

static std::string messageFor(std::string header) {
  std::string file("\x93NUMPY\x01\x00", 8);
  file += {static_cast<char>(header.size()), '\0'};
  llvm::Expected<HostTensor> tensor = parseNpy(file + header, "t");
  return tensor ? "" : llvm::toString(tensor.takeError());
}

TEST(Npy, SaysWhatItCannotRead) {
  EXPECT_NE(messageFor("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }")
                .find("'>f4' is not supported"),
            std::string::npos);
  EXPECT_NE(
      messageFor("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }").find("column-major"),
      std::string::npos);
  EXPECT_NE(messageFor("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }").find("shape"),
            std::string::npos);
  EXPECT_NE(
      messageFor("{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 9), }")
          .find("too large"),
      std::string::npos);
}

TEST(Npz, RoundTripsNamesAndOrder) {
  llvm::SmallString<64> path;
  ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("npz", "npz", path));
  llvm::sys::fs::remove(path);
  std::vector<HostTensor> tensors = {randomTensor("b", ElementType::F32, {3, 7}),
                                     randomTensor("a", ElementType::I64, {5})};
  llvm::Error error = writeNpz(std::string(path), tensors);
  ASSERT_FALSE(static_cast<bool>(error));
  auto again = readTensors(std::string(path));
  ASSERT_TRUE(static_cast<bool>(again));
  ASSERT_EQ(again->size(), 2u);
  expectEqual((*again)[0], tensors[0]);
  expectEqual((*again)[1], tensors[1]);
  llvm::sys::fs::remove(path);
}
