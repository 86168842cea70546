"""Zarr arrays written by hand, after the specifications of versions 2 and 3: zarr-python is not needed.

    python3 make_zarr.py zarr
"""
import gzip
import itertools
import json
import os
import sys
import zlib

import numpy as np

root = sys.argv[1]
record = {}


def store(name, x, chunks, metadata, file, key, encode, skip=(), order="C"):
    folder = os.path.join(root, name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, file), "w") as out:
        json.dump(metadata, out, indent=2)
    fill = metadata["fill_value"]
    values = x.copy()
    for place in itertools.product(*[range(-(-n // c)) for n, c in zip(x.shape, chunks)]):
        box = tuple(slice(p * c, (p + 1) * c) for p, c in zip(place, chunks))
        if place in skip:
            values[box] = fill
            continue
        part = np.full(chunks, fill, x.dtype)
        part[tuple(slice(0, n) for n in x[box].shape)] = x[box]
        path = os.path.join(folder, key(place))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(encode(part.tobytes(order)))
    text = json.loads(json.dumps(values.tolist()), parse_constant=str)
    record[name] = {"dtype": str(x.dtype.newbyteorder("=")), "shape": list(x.shape), "chunks": list(chunks), "values": text}


def v2(name, x, chunks, compressor=None, order="C", separator=".", fill=0, skip=()):
    metadata = {
        "zarr_format": 2, "shape": list(x.shape), "chunks": list(chunks), "dtype": x.dtype.str, "fill_value": fill,
        "order": order, "compressor": compressor, "filters": None, "dimension_separator": separator,
    }
    encode = zlib.compress if compressor else bytes
    store(name, x, chunks, metadata, ".zarray", lambda place: separator.join(map(str, place)) or "0", encode, skip, order)


def v3(name, x, chunks, compressed=False, endian="little", fill=0, skip=()):
    codecs = [{"name": "bytes", "configuration": {"endian": endian}}]
    if compressed:
        codecs.append({"name": "gzip", "configuration": {"level": 5}})
    metadata = {
        "zarr_format": 3, "node_type": "array", "shape": list(x.shape), "data_type": str(x.dtype.newbyteorder("=")),
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(chunks)}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "codecs": codecs, "fill_value": fill, "attributes": {},
    }
    encode = (lambda raw: gzip.compress(raw, mtime=0)) if compressed else bytes
    store(name, x, chunks, metadata, "zarr.json", lambda place: "/".join(["c", *map(str, place)]), encode, skip)


table = (np.arange(35) * 19 % 23).reshape(5, 7)
for dtype in ("bool", "int8", "uint16", "int64", "uint64", "float32", "float64"):
    v2("v2-" + dtype, (table % 2 if dtype == "bool" else table).astype(dtype), (3, 7), fill=False if dtype == "bool" else 0)
    v3("v3-" + dtype, (table % 2 if dtype == "bool" else table).astype(dtype), (3, 7), fill=False if dtype == "bool" else 0)
v2("v2-zlib", table.astype("<f8"), (3, 4), compressor={"id": "zlib", "level": 1})
v2("v2-fortran", table.astype("<i4"), (3, 4), order="F")
v2("v2-swapped", table.astype(">f4"), (5, 7))
v2("v2-holes", table.astype("<i2"), (2, 2), separator="/", fill=-7, skip={(0, 1), (2, 3)})
v2("v2-cube", (np.arange(60) * 7 % 41).reshape(3, 4, 5).astype("<u4"), (2, 2, 2))
v2("v2-line", np.linspace(0, 1, 11), (4,))
v2("v2-scalar", np.array(2.5), ())
v3("v3-gzip", table.astype("<f8"), (3, 4), compressed=True)
v3("v3-swapped", table.astype(">i4"), (3, 4), endian="big")
v3("v3-holes", table.astype("<f4"), (2, 2), fill=1.5, skip={(0, 1), (2, 3)})
os.makedirs(os.path.join(root, "text"), exist_ok=True)
with open(os.path.join(root, "text", ".zarray"), "w") as out:
    json.dump({"zarr_format": 2, "shape": [3], "chunks": [3], "dtype": "<U4", "fill_value": "", "order": "C", "compressor": None, "filters": None}, out)

with open(os.path.join(root, "values.json"), "w") as out:
    json.dump(record, out)
    out.write("\n")
