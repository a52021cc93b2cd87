"""Exports well-known networks with seeded random weights to ONNX, for timing and for comparison with ONNX Runtime.

usage: export.py [--output DIR] [NAME ...]
Packages: bench/models/export-requirements.txt. The weights are random: the time of an inference does not depend on them, and agreement
with another engine is a stricter test without trained redundancy. Batch-normalisation statistics are randomised, so that a
compiler which forgets one of them is caught; a scale near 1 per layer keeps activations in range.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import pathlib
import warnings

import timm
import torch
import torchvision

from networks import EXPORTED, EXPORTS

SEED = 20260101

IMAGE = (1, 3, 224, 224)


def vision(name, **arguments):
    return lambda: getattr(torchvision.models, name)(**arguments)


def image_model(name):
    return lambda: timm.create_model(name, pretrained=False)


# name in networks.py: (constructor, input shape)
MAKERS = {
    "resnet18": (vision("resnet18"), IMAGE),
    "resnet50": (vision("resnet50"), IMAGE),
    "vgg16": (vision("vgg16"), IMAGE),
    "densenet121": (vision("densenet121"), IMAGE),
    "googlenet": (vision("googlenet", init_weights=True, aux_logits=False), IMAGE),
    "squeezenet1_1": (vision("squeezenet1_1"), IMAGE),
    "xception41": (image_model("xception41"), (1, 3, 299, 299)),
    "mobilenetv1": (image_model("mobilenetv1_100"), IMAGE),
    "mobilenet_v2": (vision("mobilenet_v2"), IMAGE),
    "mobilenet_v3_large": (vision("mobilenet_v3_large"), IMAGE),
    "efficientnet_lite0": (image_model("efficientnet_lite0"), IMAGE),
    "shufflenet_v2_x1_0": (vision("shufflenet_v2_x1_0"), IMAGE),
    "regnet_y_400mf": (vision("regnet_y_400mf"), IMAGE),
    "vit_tiny": (image_model("vit_tiny_patch16_224"), IMAGE),
}
NAMES = [network.name for network in EXPORTS]


def randomize(network):
    """Gives every batch normalisation its own statistics and keeps the scale of activations near 1."""
    generator = torch.Generator().manual_seed(SEED)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            for tensor, low, high in ((module.running_mean, -0.2, 0.2), (module.running_var, 0.6, 1.6),
                                      (module.weight.data, 0.7, 1.3), (module.bias.data, -0.2, 0.2)):
                tensor.copy_(torch.rand(tensor.shape, generator=generator) * (high - low) + low)


def export(name, folder):
    make, shape = MAKERS[name]
    torch.manual_seed(SEED)
    network = make().eval()
    randomize(network)
    path = folder / f"{name}.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(network, (torch.zeros(shape),), str(path), opset_version=17, input_names=["input"],
                          output_names=["output"], dynamo=False)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--output", type=pathlib.Path, default=EXPORTED)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for name in options.names or NAMES:
        if name not in NAMES:
            parser.error(f"unknown network {name}; known: {', '.join(NAMES)}")
        export(name, options.output)


if __name__ == "__main__":
    main()
