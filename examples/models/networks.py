# Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The four networks, in the shapes of MLPerf Tiny as far as 28x28 images allow.

Banbury et al., "MLPerf Tiny Benchmark", 2021: image classification (ResNet-8),
keyword spotting (DS-CNN), visual wake words (MobileNetV1 0.25) and anomaly
detection (autoencoder). They differ on purpose in the operators that they
export, so that together they cover more of a compiler.

Classifiers are trained on logits; `head` is what an exported one applies on top.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

IMAGE_SHAPE = (1, 1, 28, 28)
CLASS_COUNT = 10


class ConvBN(nn.Module):
    """Convolution, batch normalisation, activation (None: none)."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int | tuple[int, int],
        stride: int = 1,
        padding: int | tuple[int, int] = 0,
        groups: int = 1,
        act: type[nn.Module] | None = nn.ReLU,
    ):
        super().__init__()
        self.conv = nn.Conv2d(
            inputs, outputs, kernel, stride, padding, groups=groups, bias=False
        )
        self.bn = nn.BatchNorm2d(outputs)
        self.act = act() if act else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.act(self.bn(self.conv(x)))


class SeparableBlock(nn.Sequential):
    """3x3 depthwise convolution, then 1x1, each normalised and activated."""

    def __init__(
        self, inputs: int, outputs: int, stride: int, act: type[nn.Module] = nn.ReLU
    ):
        super().__init__()
        self.dw = ConvBN(inputs, inputs, 3, stride, 1, groups=inputs, act=act)
        self.pw = ConvBN(inputs, outputs, 1, act=act)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside the identity, or beside a strided 1x1."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv1 = ConvBN(inputs, outputs, 3, stride, 1)
        self.conv2 = ConvBN(outputs, outputs, 3, 1, 1, act=None)
        # As in the benchmark's network, the 1x1 has a bias and no normalisation.
        self.shortcut = (
            nn.Identity()
            if inputs == outputs and stride == 1
            else nn.Conv2d(inputs, outputs, 1, stride)
        )
        self.act = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.act(self.conv2(self.conv1(x)) + self.shortcut(x))


class ResNet8(nn.Module):
    """Stem and three residual stages of 16, 32 and 64 channels."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = ConvBN(1, 16, 3, 1, 1)
        self.stage1 = ResidualBlock(16, 16, 1)
        self.stage2 = ResidualBlock(16, 32, 2)
        self.stage3 = ResidualBlock(32, 64, 2)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64, CLASS_COUNT)
        self.head = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        x = self.stage3(self.stage2(self.stage1(self.stem(x))))
        return self.head(self.fc(self.pool(x).flatten(1)))


class DSCNN(nn.Module):
    """10x4 convolution of stride 2 and four separable blocks of 64 channels.

    Rows are padded as in the keyword-spotting network, columns are not: the map
    is 14x13, so that an exchange of the two axes cannot go unnoticed.
    """

    MAP = (14, 13)

    def __init__(self) -> None:
        super().__init__()
        self.stem = ConvBN(1, 64, (10, 4), 2, (4, 0))
        self.blocks = nn.Sequential(*(SeparableBlock(64, 64, 1) for _ in range(4)))
        self.pool = nn.AvgPool2d(self.MAP)
        self.fc = nn.Linear(64, CLASS_COUNT)
        self.head = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(self.blocks(self.stem(x)))
        return self.head(self.fc(x.flatten(1)))


class MobileNet(nn.Module):
    """MobileNetV1 of width 0.25, shortened: 0.5 MB hold three of its six
    128-channel blocks and no second 256-channel block.

    The first convolution keeps the resolution, since 28x28 survives only four
    halvings. The images' mean and deviation are part of the network.
    """

    MEAN, DEVIATION = 0.2860, 0.3530
    # Output channels and stride of each block.
    BLOCKS = (
        (16, 1), (32, 2), (32, 1), (64, 2), (64, 1),
        (128, 2), (128, 1), (128, 1), (256, 2),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.stem = ConvBN(1, 8, 3, 1, 1, act=nn.ReLU6)
        blocks, channels = [], 8
        for outputs, stride in self.BLOCKS:
            blocks.append(SeparableBlock(channels, outputs, stride, nn.ReLU6))
            channels = outputs
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(channels, CLASS_COUNT)
        self.head = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(self.stem((x - self.MEAN) / self.DEVIATION))
        return self.head(self.fc(x.mean((2, 3))))


class Autoencoder(nn.Module):
    """Dense 640-64x4-8-64x4-640; each hidden layer is normalised and activated.

    The benchmark's hidden layers have 128 units, about 1 MB of float weights.
    """

    INPUTS, HIDDEN, CODE = 640, 64, 8

    def __init__(self) -> None:
        super().__init__()
        wide = [self.HIDDEN] * 4
        self.encoder = self._dense([self.INPUTS, *wide, self.CODE])
        self.decoder = self._dense([self.CODE, *wide])
        self.restore = nn.Linear(self.HIDDEN, self.INPUTS)

    @staticmethod
    def _dense(widths: list[int]) -> nn.Sequential:
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise(widths):
            layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU()]
        return nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.restore(self.decoder(self.encoder(x)))


@dataclass(frozen=True)
class Network:
    """What training and export need to know about a network."""

    build: Callable[[], nn.Module]
    input_shape: tuple[int, ...]
    output_name: str
    epochs: int
    learning_rate: float  # the peak of the one-cycle schedule
    augment: bool = False  # shifts and mirrors the training images
    fold: bool = False  # exports batch normalisation folded into convolution

    @property
    def is_classifier(self) -> bool:
        return self.input_shape == IMAGE_SHAPE


NETWORKS = {
    "resnet8": Network(
        ResNet8, IMAGE_SHAPE, "probabilities", epochs=12, learning_rate=6e-3,
        augment=True, fold=True,
    ),
    "dscnn": Network(
        DSCNN, IMAGE_SHAPE, "probabilities", epochs=12, learning_rate=6e-3,
        augment=True,
    ),
    "mobilenet": Network(
        MobileNet, IMAGE_SHAPE, "logits", epochs=12, learning_rate=6e-3, augment=True,
    ),
    "autoencoder": Network(
        Autoencoder, (1, Autoencoder.INPUTS), "reconstruction", epochs=40,
        learning_rate=4e-3,
    ),
}  # fmt: skip


def exportable(network: Network, model: nn.Module) -> nn.Module:
    """Turns the trained `model` into what the ONNX file holds, and returns it."""
    model.eval()
    if network.fold:
        for module in model.modules():
            if isinstance(module, ConvBN):
                module.conv = fuse_conv_bn_eval(module.conv, module.bn)
                module.bn = nn.Identity()
    if network.output_name == "probabilities":
        model.head = nn.Softmax(1)
    return model
