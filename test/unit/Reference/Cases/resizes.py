"""Resampling, against ONNX's reference.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy as np
import onnx
import onnx.reference
from case import array, case, randomness

_, f32 = randomness("resizes")


def cases():
    def resize(name, x, scales=None, sizes=None, mode="nearest", coordinates="half_pixel", roi=None, **more):
        inputs = [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.DOUBLE, x.shape)]
        node_inputs, feeds = ["x", "", "", ""], {"x": x.astype(np.float64)}
        for k, key, value, kind in [(1, "roi", roi, onnx.TensorProto.DOUBLE), (2, "scales", scales, onnx.TensorProto.FLOAT), (3, "sizes", sizes, onnx.TensorProto.INT64)]:
            if value is not None:
                node_inputs[k] = key
                feeds[key] = np.array(value, dtype={onnx.TensorProto.DOUBLE: np.float64, onnx.TensorProto.FLOAT: np.float32, onnx.TensorProto.INT64: np.int64}[kind])
                inputs.append(onnx.helper.make_tensor_value_info(key, kind, feeds[key].shape))
        node = onnx.helper.make_node("Resize", node_inputs, ["y"], mode=mode, coordinate_transformation_mode=coordinates, **more)
        graph = onnx.helper.make_graph([node], "g", inputs, [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.DOUBLE, None)])
        model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 19)])
        y = onnx.reference.ReferenceEvaluator(model).run(None, feeds)[0].astype(np.float32)
        factors = [float(np.float32(s)) for s in scales] if scales else [s / d for s, d in zip(sizes, x.shape)]
        attributes = [f"coordinates = #nn<coordinates {coordinates}>", array("scales", factors, "f64")]
        if roi is not None:
            attributes.append(array("roi", [float(r) for r in roi], "f64"))
        names = {"nearest_mode": lambda v: f"nearest = #nn<nearest_mode {v}>", "cubic_coeff_a": lambda v: f"cubic_coeff = {v} : f64",
                 "exclude_outside": lambda v: "exclude_outside", "antialias": lambda v: "antialias", "extrapolation_value": lambda v: f"extrapolation = {v} : f64"}
        attributes += [names[k](v) for k, v in more.items() if v]
        case(f"resize_{name}", f"resize {'linear' if mode == 'linear' else mode}", [x], y, ", ".join(attributes))

    x = f32(1, 1, 5, 4)
    up, down = [1.0, 1.0, 2.0, 3.0], [1.0, 1.0, 0.6, 0.75]
    for nearest_mode in ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"):
        resize(f"nearest_{nearest_mode}", x, up, nearest_mode=nearest_mode)
        resize(f"nearest_{nearest_mode}_asymmetric_down", x, down, coordinates="asymmetric", nearest_mode=nearest_mode)
    for coordinates in ("half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"):
        resize(f"linear_{coordinates}_up", x, up, mode="linear", coordinates=coordinates)
        resize(f"linear_{coordinates}_down", x, down, mode="linear", coordinates=coordinates)
        resize(f"cubic_{coordinates}_sizes", x, sizes=[1, 1, 7, 3], mode="cubic", coordinates=coordinates)
    resize("cubic_coefficient", x, up, mode="cubic", cubic_coeff_a=-0.5)
    resize("cubic_exclude_outside", x, up, mode="cubic", exclude_outside=1)
    resize("linear_antialias", x, down, mode="linear", antialias=1)
    resize("cubic_antialias", x, down, mode="cubic", antialias=1)
    resize("cubic_antialias_exclude_outside", x, down, mode="cubic", antialias=1, exclude_outside=1)
    resize("crop", x, sizes=[1, 1, 3, 5], mode="linear", coordinates="tf_crop_and_resize", roi=[0, 0, 0.2, -0.1, 1, 1, 0.7, 1.3], extrapolation_value=10.0)
