"""Exports well-known networks with seeded random weights to ONNX, for timing and for comparison with ONNX Runtime.

usage: export.py [--output DIR] [NAME ...]
Needs PyTorch, torchvision and timm from PyPI. The weights are random: the time of an inference does not depend on them, and agreement
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

SEED = 20260101

# name: (constructor, input shape)
NETWORKS = {
    "resnet18": (torchvision.models.resnet18, (1, 3, 224, 224)),
    "resnet50": (torchvision.models.resnet50, (1, 3, 224, 224)),
    "mobilenet_v2": (torchvision.models.mobilenet_v2, (1, 3, 224, 224)),
    "squeezenet1_1": (torchvision.models.squeezenet1_1, (1, 3, 224, 224)),
    "shufflenet_v2_x1_0": (torchvision.models.shufflenet_v2_x1_0, (1, 3, 224, 224)),
    "densenet121": (torchvision.models.densenet121, (1, 3, 224, 224)),
    "vgg16": (torchvision.models.vgg16, (1, 3, 224, 224)),
    "googlenet": (lambda: torchvision.models.googlenet(init_weights=True, aux_logits=False), (1, 3, 224, 224)),
    "xception41": (lambda: timm.create_model("xception41", pretrained=False), (1, 3, 299, 299)),
}


def randomize(network):
    """Gives every batch normalisation its own statistics and keeps the scale of activations near 1."""
    generator = torch.Generator().manual_seed(SEED)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            for tensor, low, high in ((module.running_mean, -0.2, 0.2), (module.running_var, 0.6, 1.6),
                                      (module.weight.data, 0.7, 1.3), (module.bias.data, -0.2, 0.2)):
                tensor.copy_(torch.rand(tensor.shape, generator=generator) * (high - low) + low)


def export(name, folder):
    make, shape = NETWORKS[name]
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
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NETWORKS))
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("build/networks"))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for name in options.names or NETWORKS:
        if name not in NETWORKS:
            parser.error(f"unknown network {name}; known: {', '.join(NETWORKS)}")
        export(name, options.output)


if __name__ == "__main__":
    main()
