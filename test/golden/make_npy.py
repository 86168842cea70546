"""Files of NumPy in its own format, in all dtypes, orders and versions, and what is in them.

    python3 make_npy.py npy
"""
import json
import os
import sys

import numpy as np
from numpy.lib import format as npy

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
record = {}


def save(name, x, version=None):
    with open(os.path.join(folder, name + ".npy"), "wb") as out:
        npy.write_array(out, x, version=version)
    values = x.astype("f8") if x.dtype == np.float16 else x
    text = json.loads(json.dumps(values.tolist()), parse_constant=str)
    record[name] = {"dtype": str(x.dtype.newbyteorder("=")), "shape": list(x.shape), "values": text}


for dtype in ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64"):
    x = (np.arange(12).reshape(3, 4) * 19 % 23).astype(dtype)
    save(dtype, x)
    save(dtype + "-fortran", np.asfortranarray(x))
    if x.dtype.itemsize > 1:
        save(dtype + "-swapped", x.astype(x.dtype.newbyteorder(">")))
save("floats", np.array([0.0, -0.0, 1.5, -2.25, np.nan, np.inf, -np.inf, 1e300]))
save("halves", np.array([0, 1, -2, 65504, 6e-8, 6.1e-5, np.nan, np.inf, -np.inf, 1 / 3], "f2"))
save("cube", (np.arange(7 * 8 * 5) * 37 % 101).reshape(7, 8, 5).astype("i2"))
save("cube-fortran", np.asfortranarray((np.arange(7 * 8 * 5) * 37 % 101).reshape(7, 8, 5).astype("f4")))
save("scalar", np.array(5.5))
save("empty", np.zeros((0, 3)))
save("version-2", np.arange(5), (2, 0))
save("version-3", np.arange(5), (3, 0))
np.save(os.path.join(folder, "complex.npy"), np.arange(3) * 1j)
np.save(os.path.join(folder, "structured.npy"), np.zeros(2, [("a", "<f8"), ("b", "<i4")]))
np.save(os.path.join(folder, "text.npy"), np.array(["a", "b"]))

with open(os.path.join(folder, "values.json"), "w") as out:
    json.dump(record, out)
    out.write("\n")
