"""The networks of the table: where their files lie and the sizes that the files leave open.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import dataclasses
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPORTED = ROOT / "build" / "networks"


@dataclasses.dataclass(frozen=True)
class Network:
    """A file, by its name without suffix; `dims` are the sizes of its named dimensions."""

    name: str
    title: str
    dims: dict = dataclasses.field(default_factory=dict)


# What export.py writes.
EXPORTS = [
    Network("resnet18", "ResNet-18"),
    Network("resnet50", "ResNet-50"),
    Network("vgg16", "VGG-16"),
    Network("densenet121", "DenseNet-121"),
    Network("googlenet", "GoogLeNet"),
    Network("squeezenet1_1", "SqueezeNet 1.1"),
    Network("xception41", "Xception-41"),
    Network("mobilenetv1", "MobileNetV1"),
    Network("mobilenet_v2", "MobileNetV2"),
    Network("mobilenet_v3_large", "MobileNetV3-large"),
    Network("efficientnet_lite0", "EfficientNet-lite0"),
    Network("shufflenet_v2_x1_0", "ShuffleNetV2 1.0"),
    Network("regnet_y_400mf", "RegNetY-400MF"),
    Network("vit_tiny", "ViT-tiny/16"),
]
# Those that are measured with 8-bit integers.
INTEGERS = ["resnet18", "resnet50", "mobilenetv1", "mobilenet_v2", "squeezenet1_1"]
# Files of others, in the folder that --real or NNC_TEST_MODELS names.
REAL = [
    Network("ultraface-rfb-320", "UltraFace RFB-320"),
    Network("pp-ocrv4-det", "PP-OCRv4 det 480×640",
            {"p2o.DynamicDimension.0": 1, "p2o.DynamicDimension.1": 480, "p2o.DynamicDimension.2": 640}),
    Network("speech-embedding", "speech-embedding", {"unk__314": 1}),
]


def select(texts, exported, real):
    """(network, path) for each text, which is the name of a network or a file; all that are there without one. Second result: what is missing."""
    known = {n.name: (n, folder) for networks, folder in ((EXPORTS, exported), (REAL, real)) if folder for n in networks}
    found, missing = [], []
    for text in texts or known:
        path = pathlib.Path(text)
        if path.suffix in (".onnx", ".mlir"):
            found.append((known[path.stem][0] if path.stem in known else Network(path.stem, path.stem), path))
        elif text in known and (path := pathlib.Path(known[text][1]) / f"{text}.onnx").is_file():
            found.append((known[text][0], path))
        else:
            missing.append(f"{text}: no such network" if text not in known else f"{path} is missing" +
                           (f"; bench/models/export.py {text} writes it" if known[text][1] == exported else ""))
    return found, missing


def real_folder():
    return os.environ.get("NNC_TEST_MODELS")


def with_sizes(path, dims, folder):
    """The model file with its named dimensions replaced by sizes, for engines that take shapes from the file."""
    if not dims:
        return pathlib.Path(path)
    import onnx
    model = onnx.load(path)
    for value in model.graph.input:
        for dim in value.type.tensor_type.shape.dim:
            if dim.dim_param:
                if dim.dim_param not in dims:
                    raise ValueError(f"{path}: dimension {dim.dim_param} of {value.name} has no size; give --dim {dim.dim_param}=N")
                dim.dim_value = dims[dim.dim_param]
    # Shapes of results follow from those of the inputs.
    for value in model.graph.output:
        for dim in value.type.tensor_type.shape.dim:
            if dim.dim_param:
                dim.ClearField("dim_param")
    fixed = pathlib.Path(folder) / pathlib.Path(path).name
    onnx.save(model, fixed)
    return fixed
