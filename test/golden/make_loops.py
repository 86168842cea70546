"""What NumPy's loops give: the dtype and the values of each operation on corners of each dtype (NumPy 1.24.2, promotion of NumPy 2).

    python3 make_loops.py loops.json.gz
"""
import gzip
import json
import sys

import numpy as np

np._set_promotion_state("weak")
np.seterr(all="ignore")

ints = {"int8": 8, "int16": 16, "int32": 32, "int64": 64}
corners = {"bool": [False, True]}
for name, bits in ints.items():
    corners[name] = [0, 1, -1, 3, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1]
    corners["u" + name] = [0, 1, 2, 3, 2 ** (bits - 1), 2**bits - 1]
for name in ("float32", "float64"):
    corners[name] = [0.0, -0.0, 1.0, -2.5, 3.5, float("nan"), float("inf"), -float("inf")]
arrays = {name: np.array(values, name) for name, values in corners.items()}

unary = {
    "negative": np.negative, "positive": np.positive, "absolute": np.absolute, "sign": np.sign, "square": np.square,
    "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc, "rint": np.rint, "logicalNot": np.logical_not,
    "invert": np.invert, "isnan": np.isnan, "isinf": np.isinf, "isfinite": np.isfinite, "signbit": np.signbit,
    "sqrt": np.sqrt, "cbrt": np.cbrt, "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log2": np.log2,
    "log10": np.log10, "log1p": np.log1p, "sin": np.sin, "cos": np.cos, "tan": np.tan, "arcsin": np.arcsin,
    "arccos": np.arccos, "arctan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "arcsinh": np.arcsinh,
    "arccosh": np.arccosh, "arctanh": np.arctanh, "degrees": np.degrees, "radians": np.radians,
}  # fmt: skip
binary = {
    "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide, "floorDivide": np.floor_divide,
    "remainder": np.remainder, "fmod": np.fmod, "maximum": np.maximum, "minimum": np.minimum, "fmax": np.fmax,
    "fmin": np.fmin, "gcd": np.gcd, "equal": np.equal, "notEqual": np.not_equal, "less": np.less,
    "lessEqual": np.less_equal, "greater": np.greater, "greaterEqual": np.greater_equal, "logicalAnd": np.logical_and,
    "logicalOr": np.logical_or, "logicalXor": np.logical_xor, "bitwiseAnd": np.bitwise_and, "bitwiseOr": np.bitwise_or,
    "bitwiseXor": np.bitwise_xor, "arctan2": np.arctan2, "hypot": np.hypot, "copysign": np.copysign,
    "logaddexp": np.logaddexp, "leftShift": np.left_shift, "rightShift": np.right_shift, "power": np.power,
}  # fmt: skip
whole = {"floor", "ceil", "trunc"}


def encode_number(x):
    if isinstance(x, (bool, np.bool_)):
        return bool(x)
    if isinstance(x, (int, np.integer)):
        return int(x) if abs(int(x)) < 2**53 else str(int(x))
    x = float(x)
    if np.isnan(x):
        return "nan"
    if np.isinf(x):
        return "inf" if x > 0 else "-inf"
    return "-0" if x == 0 and np.signbit(x) else x


def result(fn, *args):
    try:
        found = fn(*args)
    except (TypeError, ValueError):
        return None
    if found.dtype == np.float16:  # float32 here, computed as such
        found = fn(*[a.astype("f4") for a in args])
    return [found.dtype.name, [encode_number(x) for x in found.ravel()]]


record = {"corners": {n: [encode_number(x) for x in a] for n, a in arrays.items()}, "unary": {}, "binary": {}, "cast": {}}
for name, fn in unary.items():
    record["unary"][name] = {
        # NumPy 2 leaves integers as they are.
        d: [d, [encode_number(v) for v in a]] if name in whole and a.dtype.kind in "biu" else result(fn, a)
        for d, a in arrays.items()
    }
for name, fn in binary.items():
    rows = {}
    for d, a in arrays.items():
        for e, b in arrays.items():
            if name in ("leftShift", "rightShift"):  # C says nothing of negative ones
                b = b[b >= 0]
            if name == "power" and np.result_type(a, b).kind in "iu":
                b = np.array([0, 1, 2, 3], e)
            rows[f"{d} {e}"] = result(fn, a[:, None], b[None, :])
    record["binary"][name] = rows
for d, a in arrays.items():
    for e in arrays:
        x = a
        if a.dtype.kind == "f" and np.dtype(e).kind in "iu":  # C says nothing of what does not fit
            x = np.array([0.0, 1.0, 3.5, 100.9] + ([-2.5] if e[0] == "i" else []), d)
        record["cast"][f"{d} {e}"] = [[encode_number(v) for v in x], [encode_number(v) for v in x.astype(e)]]

with gzip.GzipFile(sys.argv[1], "wb", mtime=0) as file:
    file.write(json.dumps(record, separators=(",", ":")).encode())
