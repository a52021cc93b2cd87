# Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of the reader, without the data set: python3 -m unittest in this folder."""

import gzip
import struct
import tempfile
import unittest
from pathlib import Path

import numpy as np

import fashion_mnist
from fashion_mnist import DatasetError


def idx(array: np.ndarray) -> bytes:
    """Returns the uncompressed idx file of a uint8 array."""
    shape = struct.pack(f">{array.ndim}I", *array.shape)
    return struct.pack(">HBB", 0, 8, array.ndim) + shape + array.tobytes()


class ReaderTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.random = np.random.default_rng(7)

    def write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(gzip.compress(data))
        return path

    def pixels(self, *shape: int) -> np.ndarray:
        return self.random.integers(0, 256, shape, np.uint8)

    def expect_refusal(self, path: Path, reason: str) -> None:
        with self.assertRaisesRegex(DatasetError, reason):
            fashion_mnist.read_idx(path)

    def test_reads_what_was_written(self) -> None:
        for shape in ((5,), (3, 7), (2, 3, 5)):
            array = self.pixels(*shape)
            read = fashion_mnist.read_idx(self.write("a.gz", idx(array)))
            np.testing.assert_array_equal(read, array)

    def test_refuses_damaged_files(self) -> None:
        data = idx(self.pixels(3, 7))
        refused = {
            "too few": data[:3],
            "header cut off": data[:10],
            "20 elements found, 21 expected": data[:-1],
            "22 elements found, 21 expected": data + b"\0",
            "unsigned bytes": b"\0\0\x0d" + data[3:],  # 0x0d: float32
        }
        for reason, content in refused.items():
            with self.subTest(reason):
                self.expect_refusal(self.write("a.gz", content), reason)

    def test_refuses_damaged_compression(self) -> None:
        path = self.write("a.gz", idx(self.pixels(40, 50)))
        packed = path.read_bytes()
        middle = len(packed) // 2
        for damaged in (
            b"",
            b"plain text",
            packed[:-9],
            packed[:12] + b"\xff" * 20 + packed[32:],
            packed[:middle] + bytes([packed[middle] ^ 1]) + packed[middle + 1 :],
        ):
            with self.subTest(damaged[:8]):
                path.write_bytes(damaged)
                self.expect_refusal(path, "a.gz")

    def test_missing_file_names_the_package(self) -> None:
        self.expect_refusal(self.folder / "none.gz", "dataset-fashion-mnist")

    def test_refuses_a_label_too_few(self) -> None:
        self.write("t10k-images-idx3-ubyte.gz", idx(self.pixels(3, 28, 28)))
        self.write("t10k-labels-idx1-ubyte.gz", idx(self.pixels(2)))
        with self.assertRaisesRegex(DatasetError, "expected"):
            fashion_mnist.load("test", self.folder)


class InputTest(unittest.TestCase):
    def setUp(self) -> None:
        random = np.random.default_rng(11)
        self.images = random.integers(0, 256, (3, 28, 28), np.uint8)

    def test_whole_image(self) -> None:
        inputs = fashion_mnist.to_input(self.images, (1, 1, 28, 28))
        self.assertEqual((inputs.shape, inputs.dtype), ((3, 1, 28, 28), np.float32))
        expected = self.images[2, 5, 7] / 255
        self.assertAlmostEqual(float(inputs[2, 0, 5, 7]), expected, places=6)

    def test_centred_window(self) -> None:
        inputs = fashion_mnist.to_input(self.images, (1, 640))
        expected = self.images[1].ravel()[72:712].astype(np.float32) / 255
        np.testing.assert_array_equal(inputs[1], expected)

    def test_refuses_more_inputs_than_pixels(self) -> None:
        with self.assertRaisesRegex(ValueError, "785"):
            fashion_mnist.to_input(self.images, (1, 785))


if __name__ == "__main__":
    unittest.main()
