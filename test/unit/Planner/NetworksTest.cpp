//===- NetworksTest.cpp - arenas of known networks ------------------------===//
//
// Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The four networks of MLPerf Tiny (Banbury et al., 2021), layer by layer as they are published,
// inputs and outputs in the arena, one step per layer. The expected arenas are the live bytes at
// the fullest step, worked out by hand.
//
//===----------------------------------------------------------------------===//

#include "lib/Planner/Greedy.h"
#include "lib/Planner/Planner.h"

#include "gtest/gtest.h"
#include <numeric>

namespace nnc::planner {
namespace {

/// Records the tensors of a network in the order of its layers.
class Network {
public:
  explicit Network(uint64_t elementBytes) : elementBytes(elementBytes) {}

  BufferId input(const std::string &name, uint64_t elements) {
    buffers.push_back({name, elements * elementBytes, 16, 0, 0});
    return BufferId(buffers.size() - 1);
  }

  BufferId layer(const std::string &name, uint64_t elements, std::vector<BufferId> operands) {
    for (BufferId operand : operands)
      buffers[operand].lastUse = step;
    buffers.push_back({name, elements * elementBytes, 16, step, step});
    ++step;
    return BufferId(buffers.size() - 1);
  }

  Plan planned(const Relations &relations = {}) const {
    PlanResult result = plan(buffers, relations);
    Plan found = std::get<Plan>(result);
    EXPECT_EQ(verify(found, buffers, relations), "");
    return found;
  }

  std::vector<Buffer> buffers;

private:
  uint64_t elementBytes;
  uint32_t step = 0;
};

constexpr uint64_t kFloat = 4;

Network resNet8(uint64_t elementBytes) {
  Network net(elementBytes);
  BufferId x = net.input("image", 32 * 32 * 3);
  x = net.layer("conv", 32 * 32 * 16, {x});
  uint64_t side = 32, channels = 16;
  for (int stack = 0; stack < 3; ++stack) {
    const std::string name = "stack" + std::to_string(stack) + ".";
    if (stack > 0) {
      side /= 2;
      channels *= 2;
    }
    const uint64_t elements = side * side * channels;
    const BufferId a = net.layer(name + "conv1", elements, {x});
    const BufferId b = net.layer(name + "conv2", elements, {a});
    const BufferId skip = stack == 0 ? x : net.layer(name + "skip", elements, {x});
    x = net.layer(name + "add", elements, {b, skip});
  }
  x = net.layer("pool", 64, {x});
  x = net.layer("dense", 10, {x});
  net.layer("softmax", 10, {x});
  return net;
}

Network dsCnn(uint64_t elementBytes) {
  Network net(elementBytes);
  BufferId x = net.input("mfcc", 49 * 10);
  x = net.layer("conv", 25 * 5 * 64, {x});
  for (int block = 0; block < 4; ++block) {
    x = net.layer("dw" + std::to_string(block), 25 * 5 * 64, {x});
    x = net.layer("pw" + std::to_string(block), 25 * 5 * 64, {x});
  }
  x = net.layer("pool", 64, {x});
  x = net.layer("dense", 12, {x});
  net.layer("softmax", 12, {x});
  return net;
}

/// MobileNetV1 with a quarter of the channels, 96 x 96.
Network visualWakeWords(uint64_t elementBytes) {
  struct Block {
    uint64_t stride, channels;
  };
  const Block blocks[] = {{1, 16},  {2, 32},  {1, 32},  {2, 64},  {1, 64},  {2, 128}, {1, 128},
                          {1, 128}, {1, 128}, {1, 128}, {1, 128}, {2, 256}, {1, 256}};
  Network net(elementBytes);
  BufferId x = net.input("image", 96 * 96 * 3);
  uint64_t side = 48, channels = 8;
  x = net.layer("conv", side * side * channels, {x});
  for (const Block &block : blocks) {
    side /= block.stride;
    x = net.layer("dw", side * side * channels, {x});
    channels = block.channels;
    x = net.layer("pw", side * side * channels, {x});
  }
  x = net.layer("pool", channels, {x});
  x = net.layer("dense", 2, {x});
  net.layer("softmax", 2, {x});
  return net;
}

Network autoencoder(uint64_t elementBytes) {
  Network net(elementBytes);
  BufferId x = net.input("frames", 640);
  for (uint64_t width : {128, 128, 128, 128, 8, 128, 128, 128, 128, 640})
    x = net.layer("dense", width, {x});
  return net;
}

void expectArena(const Network &net, uint64_t bytes) {
  const Plan plan = net.planned();
  EXPECT_EQ(plan.arenaSize, bytes);
  EXPECT_EQ(plan.liveBytes, bytes);
  EXPECT_EQ(plan.gap(), 0u);
}

TEST(NetworksTest, ResNet8) {
  // conv2 of the first stack: the block's input, its own input and its output.
  expectArena(resNet8(kFloat), 3 * 32 * 32 * 16 * 4);
  expectArena(resNet8(1), 49152);
}

TEST(NetworksTest, DsCnn) {
  expectArena(dsCnn(kFloat), 2 * 25 * 5 * 64 * 4);
  expectArena(dsCnn(1), 16000);
}

TEST(NetworksTest, VisualWakeWords) {
  // The first 1x1 convolution, from 8 to 16 channels.
  expectArena(visualWakeWords(kFloat), 48 * 48 * (8 + 16) * 4);
  expectArena(visualWakeWords(1), 55296);
}

TEST(NetworksTest, Autoencoder) {
  expectArena(autoencoder(kFloat), (640 + 128) * 4);
  expectArena(autoencoder(1), 768);
}

/// A network on which the widespread greedy order is 17 % above the optimum.
TEST(NetworksTest, GreedyBySizeIsNotEnoughForVisualWakeWords) {
  const Network net = visualWakeWords(1);
  const Model model = std::get<Model>(buildModel(net.buffers, {}));
  std::vector<uint32_t> all(model.bodies.size());
  std::iota(all.begin(), all.end(), 0);
  Budget budget;
  const std::vector<uint32_t> bySize = orderBodies(model, all, Order::Size);
  EXPECT_EQ(placeInOrder(model, bySize, Fit::First, budget).height, 64512u);
  EXPECT_EQ(net.planned().arenaSize, 55296u);
}

TEST(NetworksTest, PeakIsExplained) {
  const Plan plan = visualWakeWords(kFloat).planned();
  // Steps: conv, dw, pw.
  EXPECT_EQ(plan.peakStep, 2u);
  EXPECT_EQ(plan.alive, (std::vector<std::string>{"pw", "dw"}));
  EXPECT_EQ(plan.alignment, 16u);
}

/// Each layer overlaps its input: depthwise layers stay a row behind (5 pixels of 64 bytes), 1x1
/// layers need no distance. Going up and down in turn, all feature maps share one place and one
/// row.
TEST(NetworksTest, DsCnnWithOverlappingLayers) {
  const Network net = dsCnn(1);
  Relations relations;
  // Buffer 1 is the first layer's output, the blocks follow.
  for (BufferId block = 0; block < 4; ++block) {
    const BufferId dw = 2 + 2 * block, pw = dw + 1;
    relations.overlaps.push_back(
        {dw, dw - 1, 5 * 64, block % 2 == 0 ? Sweep::Ascending : Sweep::Descending});
    relations.overlaps.push_back({pw, dw, 0, Sweep::Ascending});
  }
  const Plan plan = net.planned(relations);
  // The first layer does not overlap: mfcc and its output are 8,490 bytes, the latter aligned.
  EXPECT_EQ(plan.arenaSize, 8496u);
  EXPECT_TRUE(plan.isOptimal());
}

/// Residual additions in place of one operand: conv2 remains the fullest step.
TEST(NetworksTest, ResNet8WithAdditionsInPlace) {
  const Network net = resNet8(kFloat);
  Relations relations;
  for (BufferId i = 0; i < net.buffers.size(); ++i)
    for (BufferId j = 0; j < i; ++j)
      if (net.buffers[i].name.ends_with("add") && net.buffers[j].lastUse == net.buffers[i].firstUse)
        relations.inPlace.push_back({i, j});
  EXPECT_EQ(relations.inPlace.size(), 6u);
  const Plan plan = net.planned(relations);
  EXPECT_EQ(plan.arenaSize, 3u * 32 * 32 * 16 * 4);
  EXPECT_TRUE(plan.isOptimal());
}

} // namespace
} // namespace nnc::planner
