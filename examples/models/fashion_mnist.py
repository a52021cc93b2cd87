# Part of nn-compile, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads Fashion-MNIST (idx files, gzip) and turns it into the models' inputs.

Needs numpy only, so that tests, benchmarks and firmware tools can use it
without a training framework.
"""

from __future__ import annotations

import gzip
import os
import struct
import zlib
from pathlib import Path

import numpy as np

# Where Debian's package dataset-fashion-mnist puts the files.
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")
# Names another folder with the same four files.
FOLDER_VARIABLE = "NNC_FASHION_MNIST"

CLASSES = (
    "T-shirt/top", "trouser", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip

IMAGE_SHAPE = (28, 28)

_FILE_PREFIX = {"train": "train", "test": "t10k"}
_IDX_UINT8 = 0x08


class DatasetError(Exception):
    """The data set is missing or damaged; the text says what to do."""


def read_idx(path: Path) -> np.ndarray:
    """Returns the uint8 array of one gzip-compressed idx file.

    The format: two zero bytes, the element type, the rank, one big-endian
    32-bit extent per axis, then the elements in row-major order.
    """
    try:
        data = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise DatasetError(
            f"{path}: no such file; install the Debian package "
            f"dataset-fashion-mnist or set {FOLDER_VARIABLE}"
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path}: cannot be read: {error}") from error
    if len(data) < 4:
        raise DatasetError(f"{path}: {len(data)} bytes are too few for an idx header")
    zero, element_type, rank = struct.unpack_from(">HBB", data)
    if zero != 0 or element_type != _IDX_UINT8:
        raise DatasetError(f"{path}: not an idx file of unsigned bytes")
    header = 4 + 4 * rank
    if len(data) < header:
        raise DatasetError(f"{path}: header cut off after {len(data)} bytes")
    shape = struct.unpack_from(f">{rank}I", data, 4)
    elements = int(np.prod(shape, dtype=np.int64))
    if len(data) != header + elements:
        raise DatasetError(
            f"{path}: {len(data) - header} elements found, "
            f"{elements} expected for shape {shape}"
        )
    return np.frombuffer(data, np.uint8, offset=header).reshape(shape)


def load(split: str, folder: Path | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Returns (images [N, 28, 28], labels [N]), both uint8.

    `split` is "train" (60,000 images) or "test" (10,000 images).
    """
    if folder is None:
        folder = Path(os.environ.get(FOLDER_VARIABLE) or DEBIAN_FOLDER)
    prefix = _FILE_PREFIX[split]
    images = read_idx(folder / f"{prefix}-images-idx3-ubyte.gz")
    labels = read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz")
    if images.shape[1:] != IMAGE_SHAPE or labels.shape != images.shape[:1]:
        raise DatasetError(
            f"{folder}: images of shape {images.shape} and labels of shape "
            f"{labels.shape} found, [N, 28, 28] and [N] expected"
        )
    return images, labels


def to_input(images: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Returns uint8 images as float32 in [0, 1], one row of `shape` per image.

    `shape` is a model's input shape; its first extent, the batch of 1, gives
    way to the number of images. A shape with fewer elements than an image takes
    the centred run of pixels of the flattened image: for 640 of the 784 pixels
    that is image.ravel()[72:712].
    """
    flat = images.reshape(len(images), -1)
    wanted = int(np.prod(shape[1:]))
    if wanted > flat.shape[1]:
        raise ValueError(f"{wanted} inputs wanted, an image has {flat.shape[1]} pixels")
    first = (flat.shape[1] - wanted) // 2
    window = flat[:, first : first + wanted]
    return (window.astype(np.float32) / np.float32(255)).reshape(-1, *shape[1:])
