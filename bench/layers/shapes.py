"""Layer shapes of well-known networks, and small models that hold one of them.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import dataclasses

import numpy
from onnx import TensorProto, helper, numpy_helper


@dataclasses.dataclass(frozen=True)
class Convolution:
    """A convolution with "same" padding, bias and ReLU, on height × width pixels."""

    network: str
    channels: int
    maps: int
    height: int
    width: int
    kernel: int = 1
    stride: int = 1
    group: int = 1

    def __str__(self):
        kind = "depthwise" if self.group > 1 else "conv"
        step = f"/{self.stride}" if self.stride > 1 else ""
        maps = "" if self.group > 1 else f"→{self.maps}"
        return f"{kind} {self.kernel}×{self.kernel}{step} {self.height}×{self.width}×{self.channels}{maps}"

    def model(self, generator):
        """The convolution between two layers, so that its input and result lie in memory as inside a network."""
        pad = (self.kernel - 1) // 2
        weights = generator.standard_normal((self.maps, self.channels // self.group, self.kernel, self.kernel))
        nodes = [
            helper.make_node("Conv", ["x", "w0"], ["wide"], name="before"),
            helper.make_node("Relu", ["wide"], ["input"], name="positive"),
            helper.make_node("Conv", ["input", "w", "b"], ["sum"], name="layer", kernel_shape=[self.kernel] * 2, strides=[self.stride] * 2,
                             pads=[pad] * 4, group=self.group),
            helper.make_node("Relu", ["sum"], ["result"], name="activation"),
            helper.make_node("GlobalAveragePool", ["result"], ["y"], name="after"),
        ]
        return _model(nodes, [1, 1, self.height, self.width], [1, self.maps, 1, 1],
                      {"w0": generator.standard_normal((self.channels, 1, 1, 1)), "w": weights / numpy.sqrt(weights[0].size), "b": generator.standard_normal(self.maps)})


@dataclasses.dataclass(frozen=True)
class Product:
    """A matrix product with constant weights and bias."""

    network: str
    rows: int
    depth: int
    columns: int

    def __str__(self):
        return f"gemm {self.rows}×{self.depth}→{self.columns}"

    def model(self, generator):
        nodes = [helper.make_node("Gemm", ["x", "w", "b"], ["y"], name="layer")]
        return _model(nodes, [self.rows, self.depth], [self.rows, self.columns],
                      {"w": generator.standard_normal((self.depth, self.columns)), "b": generator.standard_normal(self.columns)})


def _model(nodes, shape, result, weights):
    graph = helper.make_graph(nodes, "layer", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, result)],
                              [numpy_helper.from_array(array.astype(numpy.float32), name) for name, array in weights.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def _pointwise(network, pixels, *pairs):
    return [Convolution(network, channels, maps, pixels, pixels) for channels, maps in pairs]


def _depthwise(network, *layers):
    return [Convolution(network, channels, channels, pixels, pixels, 3, stride, channels) for channels, pixels, stride in layers]


SHAPES = [
    Convolution("ResNet-50", 3, 64, 224, 224, 7, 2),
    Convolution("ResNet-50", 64, 64, 56, 56, 3),
    Convolution("ResNet-50", 128, 128, 56, 56, 3, 2),
    Convolution("ResNet-50", 128, 128, 28, 28, 3),
    Convolution("ResNet-50", 256, 256, 14, 14, 3),
    Convolution("ResNet-50", 512, 512, 7, 7, 3),
    *_pointwise("ResNet-50", 56, (64, 64), (64, 256), (256, 64)),
    Convolution("ResNet-50", 256, 512, 56, 56, 1, 2),
    *_pointwise("ResNet-50", 28, (128, 512), (512, 128)),
    *_pointwise("ResNet-50", 14, (256, 1024), (1024, 256)),
    *_pointwise("ResNet-50", 7, (512, 2048), (2048, 512)),
    Product("ResNet-50", 1, 2048, 1000),
    Convolution("MobileNetV2", 3, 32, 224, 224, 3, 2),
    *_depthwise("MobileNetV2", (32, 112, 1), (96, 112, 2), (144, 56, 1), (144, 56, 2), (192, 28, 1), (384, 14, 1), (576, 14, 2), (960, 7, 1)),
    *_pointwise("MobileNetV2", 112, (32, 16), (16, 96)),
    *_pointwise("MobileNetV2", 56, (24, 144), (144, 24)),
    *_pointwise("MobileNetV2", 28, (32, 192), (192, 32)),
    *_pointwise("MobileNetV2", 14, (96, 576), (576, 96)),
    *_pointwise("MobileNetV2", 7, (160, 960), (960, 160), (320, 1280)),
    Convolution("ResNet-8", 3, 16, 32, 32, 3),
    Convolution("ResNet-8", 16, 16, 32, 32, 3),
    Convolution("ResNet-8", 16, 32, 32, 32, 3, 2),
    Convolution("ResNet-8", 32, 32, 16, 16, 3),
    Convolution("ResNet-8", 64, 64, 8, 8, 3),
    Convolution("DS-CNN", 64, 64, 25, 5),
    *[Convolution("DS-CNN", 64, 64, 25, 5, 3, 1, 64)],
    Convolution("large filters", 64, 64, 28, 28, 5),
    Convolution("large filters", 64, 64, 56, 56, 7),
    Convolution("large filters", 64, 64, 56, 56, 9),
    Product("products", 128, 256, 256),
    *[Product("products", size, size, size) for size in (256, 512, 1024)],
]
