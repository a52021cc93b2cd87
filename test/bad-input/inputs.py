"""Makes the damaged, foreign and contradictory inputs of the tests in this folder.

usage: inputs.py CASE FILE     writes the input of a case; `inputs.py --list` names the cases
Each function below makes one input from a small sound model; its docstring says what is wrong with it.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import os
import pathlib
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

RANDOM = numpy.random.default_rng(3)
CASES = {}


def case(function):
    CASES[function.__name__.replace("_", "-")] = function
    return function


def weights(*shape, name="w"):
    return numpy_helper.from_array(RANDOM.standard_normal(shape).astype(numpy.float32), name)


def value(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def conv_node(**attributes):
    return helper.make_node("Conv", ["x", "w"], ["y"], name="conv1", **{"pads": [1, 1, 1, 1], **attributes})


def model(nodes, inputs=None, outputs=None, initializers=None, opset=17, **keywords):
    graph = helper.make_graph(nodes, "g", inputs if inputs is not None else [value("x", [1, 3, 7, 5])],
                              outputs if outputs is not None else [value("y", None)], initializers if initializers is not None else [weights(4, 3, 3, 3)])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8, **keywords)


def sound():
    return model([conv_node()])


def one(op, inputs, initializers, shape=(1, 3, 7, 5), kind=TensorProto.FLOAT, opset=17, **attributes):
    """A model of one node named after its operator."""
    return model([helper.make_node(op, inputs, ["y"], name=op.lower() + "1", **attributes)], [value("x", list(shape), kind)],
                 initializers=initializers, opset=opset)


# ---- files

@case
def empty_file():
    return b""


@case
def text_file():
    return b"this is not a model\n" * 20


@case
def truncated():
    data = sound().SerializeToString()
    return data[:len(data) // 2]


@case
def truncated_by_one():
    return sound().SerializeToString()[:-1]


@case
def elf_file():
    return pathlib.Path("/bin/true").read_bytes()[:4096]


@case
def zeros():
    return bytes(4096)


@case
def no_graph():
    proto = sound()
    proto.ClearField("graph")
    return proto


@case
def no_opset():
    proto = sound()
    del proto.opset_import[:]
    return proto


@case
def opset_from_the_future():
    return model([conv_node()], opset=99)


@case
def foreign_domain():
    return model([helper.make_node("Frobnicate", ["x"], ["y"], name="f1", domain="com.example")], initializers=[])


@case
def two_unknown_operators():
    made = model([helper.make_node("Frobnicate", ["x"], ["t"], name="f1", domain="com.example"), helper.make_node("Quux", ["t"], ["y"], name="q1")], initializers=[])
    made.opset_import.append(helper.make_opsetid("com.example", 1))
    return made


@case
def unknown_operators_without_opset():
    """an operator set without a version does not hide the other operators that are missing"""
    return model([helper.make_node("Frobnicate", ["x"], ["t"], name="f1", domain="com.example"), helper.make_node("Quux", ["t"], ["u"], name="q1"),
                  helper.make_node("Frobnicate", ["u"], ["y"], name="f2", domain="com.example")], initializers=[])


@case
def dead_unknown_operator():
    """nodes that no output needs are left out, whatever they are"""
    return model([conv_node(), helper.make_node("Frobnicate", ["x"], ["t"], name="f1", domain="com.example"), helper.make_node("Quux", ["y"], ["u"], name="q1")])


# ---- graphs

@case
def undefined_input():
    return model([helper.make_node("Relu", ["nowhere"], ["y"], name="relu1")], initializers=[])


@case
def undefined_output():
    return model([helper.make_node("Relu", ["x"], ["t"], name="relu1")], initializers=[])


@case
def duplicate_name():
    return model([helper.make_node("Relu", ["x"], ["y"], name="relu1"), helper.make_node("Abs", ["x"], ["y"], name="abs1")], initializers=[])


@case
def cycle():
    return model([helper.make_node("Add", ["x", "b"], ["a"], name="add1"), helper.make_node("Relu", ["a"], ["b"], name="relu1"),
                  helper.make_node("Abs", ["b"], ["y"], name="abs1")], initializers=[])


@case
def no_outputs():
    proto = sound()
    del proto.graph.output[:]
    return proto


@case
def symbolic_dimension():
    return model([conv_node()], [value("x", ["batch", 3, 7, 5])])


@case
def nameless_dimension():
    return model([conv_node()], [value("x", [None, 3, 7, 5])])


@case
def input_without_type():
    proto = sound()
    proto.graph.input[0].ClearField("type")
    return proto


@case
def input_of_strings():
    return model([helper.make_node("Identity", ["x"], ["y"], name="id1")], [value("x", [2], TensorProto.STRING)], initializers=[])


@case
def too_many_inputs():
    return one("Relu", ["x", "x"], [])


@case
def too_few_inputs():
    return one("Add", ["x"], [])


# ---- tensors

def with_raw(size_factor=1.0, dims=(4, 3, 3, 3)):
    proto = sound()
    tensor = proto.graph.initializer[0]
    tensor.raw_data = tensor.raw_data[:int(len(tensor.raw_data) * size_factor)]
    del tensor.dims[:]
    tensor.dims.extend(dims)
    return proto


@case
def weight_too_short():
    return with_raw(0.5)


@case
def weight_negative_dimension():
    return with_raw(dims=(4, -3, 3, 3))


@case
def weight_overflowing_shape():
    return with_raw(dims=(1 << 40, 1 << 40, 3, 3))


@case
def weight_unknown_type():
    proto = sound()
    proto.graph.initializer[0].data_type = 77
    return proto


@case
def weight_without_type():
    proto = sound()
    proto.graph.initializer[0].data_type = 0
    return proto


def external(location, **keys):
    proto = sound()
    tensor = proto.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, text in {"location": location, **keys}.items():
        entry = tensor.external_data.add()
        entry.key, entry.value = key, str(text)
    return proto


@case
def external_missing():
    return external("not-there.bin")


@case
def external_parent():
    return external("../../../../etc/passwd")


@case
def external_absolute():
    return external("/etc/passwd")


@case
def external_without_location():
    proto = external("x")
    del proto.graph.initializer[0].external_data[:]
    return proto


@case
def external_directory():
    return external(".")


@case
def external_negative_offset():
    return external("data.bin", offset=-4, length=432)


@case
def external_overflowing_offset():
    return external("data.bin", offset=(1 << 64) - 4, length=432)


# ---- operators

@case
def conv_channels_differ():
    return model([conv_node()], initializers=[weights(4, 5, 3, 3)])


@case
def conv_rank_mismatch():
    return model([conv_node()], initializers=[weights(4, 3, 3)])


@case
def conv_zero_stride():
    return model([conv_node(strides=[0, 1])])


@case
def conv_group_does_not_divide():
    return model([conv_node(group=2)])


@case
def conv_group_zero():
    return model([conv_node(group=0)])


@case
def conv_kernel_larger_than_image():
    return model([conv_node(pads=[0, 0, 0, 0])], [value("x", [1, 3, 2, 2])])


@case
def conv_wrong_pad_count():
    return model([conv_node(pads=[1, 1])])


@case
def conv_huge_pads():
    return model([conv_node(pads=[1 << 62, 1, 1 << 62, 1])])


@case
def conv_attribute_type():
    proto = sound()
    proto.graph.node[0].attribute[0].type = onnx.AttributeProto.FLOAT
    return proto


@case
def shapes_do_not_broadcast():
    return model([helper.make_node("Add", ["x", "w"], ["y"], name="add1")], initializers=[weights(4, 3)])


@case
def types_differ():
    return model([helper.make_node("Add", ["x", "w"], ["y"], name="add1")],
                 initializers=[numpy_helper.from_array(numpy.arange(5), "w")])


@case
def matmul_inner_dimensions():
    return one("MatMul", ["x", "w"], [weights(7, 3)], shape=(2, 5))


@case
def gemm_rank():
    return one("Gemm", ["x", "w"], [weights(7, 3)], shape=(2, 5, 7))


@case
def reshape_elements():
    return one("Reshape", ["x", "w"], [numpy_helper.from_array(numpy.array([4, 5]), "w")])


@case
def reshape_two_unknown():
    return one("Reshape", ["x", "w"], [numpy_helper.from_array(numpy.array([-1, -1]), "w")])


@case
def reshape_runtime_shape():
    return model([helper.make_node("Reshape", ["x", "s"], ["y"], name="reshape1")],
                 [value("x", [2, 6]), value("s", [2], TensorProto.INT64)], initializers=[])


@case
def transpose_not_a_permutation():
    return one("Transpose", ["x"], [], perm=[0, 1, 1, 2])


@case
def concat_axis():
    return one("Concat", ["x", "x"], [], axis=4)


@case
def softmax_axis():
    return one("Softmax", ["x"], [], axis=-5)


@case
def reduce_axes_twice():
    return one("ReduceMean", ["x"], [], axes=[1, 1])


@case
def squeeze_not_one():
    return one("Squeeze", ["x", "w"], [numpy_helper.from_array(numpy.array([1]), "w")])


@case
def gather_axis():
    return one("Gather", ["x", "w"], [numpy_helper.from_array(numpy.array([0]), "w")], axis=9)


@case
def split_sum():
    return model([helper.make_node("Split", ["x", "w"], ["y", "z"], name="split1", axis=1)],
                 initializers=[numpy_helper.from_array(numpy.array([1, 1]), "w")])


@case
def pad_too_negative():
    return one("Pad", ["x", "w"], [numpy_helper.from_array(numpy.array([0, 0, -9, 0, 0, 0, 0, 0]), "w")])


@case
def expand_shape():
    return one("Expand", ["x", "w"], [numpy_helper.from_array(numpy.array([2, 2, 7, 5]), "w")])


@case
def pool_without_kernel():
    return one("MaxPool", ["x"], [])


@case
def pool_pad_larger_than_kernel():
    return one("AveragePool", ["x"], [], kernel_shape=[2, 2], pads=[5, 5, 5, 5])


@case
def batchnorm_channels():
    return model([helper.make_node("BatchNormalization", ["x", "w", "w", "w", "w"], ["y"], name="bn1")], initializers=[weights(4)])


@case
def resize_zero_scale():
    return one("Resize", ["x", "", "w"], [numpy_helper.from_array(numpy.array([1, 1, 0, 1], numpy.float32), "w")])


@case
def topk_too_many():
    return model([helper.make_node("TopK", ["x", "w"], ["y", "i"], name="topk1", axis=1)],
                 initializers=[numpy_helper.from_array(numpy.array([4]), "w")])


@case
def huge_tensor():
    return one("Tile", ["x", "w"], [numpy_helper.from_array(numpy.array([1 << 20, 1 << 20, 1 << 20, 1]), "w")])


@case
def constant_of_shape_huge():
    return model([helper.make_node("ConstantOfShape", ["w"], ["y"], name="c1")], [], initializers=[numpy_helper.from_array(numpy.array([1 << 31, 1 << 31]), "w")])


@case
def range_zero_step():
    return model([helper.make_node("Range", ["a", "b", "c"], ["y"], name="range1")], [],
                 initializers=[numpy_helper.from_array(numpy.array(v), n) for n, v in (("a", 0), ("b", 5), ("c", 0))])


# ---- scales and zero points

def tensor(name, values, dtype=numpy.float32):
    return numpy_helper.from_array(numpy.array(values, dtype), name)


def quantize(scale, zero=0, kind=numpy.uint8, **attributes):
    return one("QuantizeLinear", ["x", "s", "z"], [tensor("s", scale), tensor("z", zero, kind)], **attributes)


@case
def quantize_scale_zero():
    return quantize(0)


@case
def quantize_scale_negative():
    return quantize(-0.5)


@case
def quantize_scale_nan():
    return quantize([0.5, 0.25, float("nan")], [1, 2, 3])


@case
def quantize_scale_infinite():
    return quantize(float("inf"))


@case
def quantize_axis():
    return quantize([0.5, 0.25, 1], [1, 2, 3], axis=4)


@case
def quantize_scale_count():
    """one scale too few for the channels"""
    return quantize([0.5, 0.25], [1, 2], axis=1)


@case
def quantize_zero_point_count():
    return quantize([0.5, 0.25, 1], [1, 2])


@case
def quantize_to_floats():
    return quantize(0.5, 0, numpy.float32)


@case
def dequantize_zero_point_type():
    """a zero point of -5 for numbers without a sign"""
    return one("DequantizeLinear", ["x", "s", "z"], [tensor("s", 0.5), tensor("z", -5, numpy.int8)], kind=TensorProto.UINT8)


@case
def dequantize_zero_point_bits():
    """a zero point of int8 for numbers of int4"""
    return one("DequantizeLinear", ["x", "s", "z"], [tensor("s", 0.5), tensor("z", -5, numpy.int8)], kind=TensorProto.INT4, opset=21)


@case
def dequantize_blocked():
    """a scale for each row, where blocks of two elements need three"""
    return one("DequantizeLinear", ["x", "s"], [tensor("s", numpy.ones((1, 3, 7, 1)))], kind=TensorProto.INT8, opset=21, block_size=2, axis=3)


def quantized_conv(scales, bias=4):
    initializers = [tensor("xs", 0.5), tensor("z", 0, numpy.uint8), tensor("w", RANDOM.integers(-9, 9, (4, 3, 3, 3)), numpy.int8), tensor("ws", scales),
                    tensor("wz", [0] * len(scales), numpy.int8), tensor("ys", 2), tensor("b", [1] * bias, numpy.int32)]
    return one("QLinearConv", ["x", "xs", "z", "w", "ws", "wz", "ys", "z", "b"], initializers, kind=TensorProto.UINT8)


@case
def qlinearconv_scale_count():
    return quantized_conv([0.5, 0.25, 1])


@case
def qlinearconv_scale_zero():
    return quantized_conv([0.5, 0.25, 1, 0])


@case
def qlinearconv_bias():
    return quantized_conv([0.5, 0.25, 1, 2], bias=3)


@case
def matmulinteger_type():
    return one("MatMulInteger", ["x", "w"], [tensor("w", RANDOM.integers(-9, 9, (5, 2)), numpy.int32)], kind=TensorProto.UINT8)


# ---- sound models for bad options

@case
def sound_model():
    return sound()


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(CASES))
        return
    name, path = sys.argv[1:]
    made = CASES[name]()
    os.makedirs(os.path.dirname(path), exist_ok=True)
    pathlib.Path(path).write_bytes(made if isinstance(made, bytes) else made.SerializeToString())


if __name__ == "__main__":
    main()
