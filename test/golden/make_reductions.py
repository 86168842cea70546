"""NumPy's answers for reductions and for what depends on the order of elements: writes reductions.json.gz beside this file.

Run as `/usr/bin/python3 test/golden/make_reductions.py`. Floats are written as their shortest decimal text, NaN and
infinities as strings.
"""

import gzip
import json
import math
import pathlib
import warnings

import numpy as np

warnings.simplefilter("ignore")
random = np.random.default_rng(20240611)


def plain(value):
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def array(value):
    value = np.asarray(value)
    return {"dtype": str(value.dtype), "shape": list(value.shape), "data": [plain(x) for x in value.ravel()]}


def floats(shape, dtype="float64", nan=0.0):
    x = random.normal(3, 10, shape)
    if nan:
        x[random.random(shape) < nan] = np.nan
    return x.astype(dtype)


inputs = {
    "f2": floats((5, 7)),
    "f3": floats((4, 3, 6)),
    "single": floats((6, 5), "float32"),
    "nan": floats((6, 5), nan=0.25),
    "nans": np.array([[np.nan, np.nan], [1.0, np.nan], [np.inf, 2.0]]),
    "infinite": np.array([[np.inf, 1.0, np.inf], [-np.inf, np.inf, 2.0], [np.inf, 5.0, np.inf], [np.inf, 4.0, np.inf]]),
    "large": 1e9 + floats((9, 4)),
    "ties": random.integers(0, 4, (7, 6)),
    "tied": random.integers(0, 4, (7, 6)).astype("float64"),
    "i8": random.integers(-128, 127, (5, 6)).astype("int8"),
    "u8": random.integers(0, 255, (5, 6)).astype("uint8"),
    "i32": random.integers(-(2**31), 2**31 - 1, (5, 6)).astype("int32"),
    "u32": random.integers(0, 2**32 - 1, (5, 6)).astype("uint32"),
    "i64": random.integers(-(2**62), 2**62, (5, 6)),
    "u64": random.integers(0, 2**63, (4, 6)).astype("uint64") * np.uint64(2),
    "bool": random.random((5, 6)) < 0.6,
    "line": floats((23,)),
    "short": random.integers(0, 9, (23,)),
    "one": floats((1,)),
    "scalar": np.array(2.5),
    "empty": np.zeros((0,)),
    "empty2": np.zeros((0, 3)),
    "empty3": np.zeros((3, 0)),
}

cases = []


def add(name, method, args, result, options=None, rtol=0.0):
    cases.append({"input": name, "method": method, "args": args, "options": options, "rtol": rtol, "result": result})


def axes_of(x):
    every = [None] + list(range(-x.ndim, x.ndim))
    if x.ndim == 3:
        every += [[0, 2], [1, 2], [0, 1], [-1, 0]]
    if x.ndim == 2:
        every += [[0, 1]]
    return every


def attempt(call):
    try:
        return array(call())
    except ValueError:
        return "raises"


ROUND = {"float32": 1e-6}
single = {"max", "min", "any", "all"}
for name, x in inputs.items():
    rtol = ROUND.get(str(x.dtype), 1e-13)
    for axis in axes_of(x):
        ax = tuple(axis) if isinstance(axis, list) else axis
        for keep in [False, True]:
            options = {"keepdims": keep}
            for method in ["sum", "prod", "min", "max", "any", "all", "mean", "var", "std"]:
                exact = method in single
                if str(x.dtype) == "float32" and not exact:
                    # Sums here are as those of float64, and rounded then.
                    result = array(np.asarray(getattr(x.astype("float64"), method)(axis=ax, keepdims=keep)).astype("float32"))
                else:
                    result = attempt(lambda: getattr(np, method)(x, axis=ax, keepdims=keep))
                add(name, method, [axis], result, options, 0 if exact else 1e-8 if name == "large" and method in ("var", "std") else rtol)
            if x.dtype.kind == "f":
                for method in ["nansum", "nanprod", "nanmin", "nanmax", "nanmean", "nanvar", "nanstd", "nanmedian"]:
                    result = attempt(lambda: getattr(np, method)(x, axis=ax, keepdims=keep))
                    add(name, method, [axis], result, options, 1e-5 if str(x.dtype) == "float32" else 1e-8 if name == "large" else 1e-11)
            if x.dtype.kind in "fiu" and name not in ("u64", "i64"):
                add(name, "median", [axis], attempt(lambda: np.median(x, axis=ax, keepdims=keep)), options, rtol)
            if not isinstance(axis, list):
                for method in ["argmin", "argmax"] + (["nanargmin", "nanargmax"] if name == "nan" else []):
                    add(name, method, [axis], attempt(lambda: getattr(np, method)(x, axis=axis, keepdims=keep)), options)
        for ddof in [1, 2, 30]:
            if x.dtype.kind == "f" and str(x.dtype) != "float32":
                for method in ["var", "std", "nanvar", "nanstd"]:
                    result = attempt(lambda: getattr(np, method)(x, axis=ax, ddof=ddof))
                    add(name, method, [axis], result, {"ddof": ddof}, 1e-8 if name == "large" else 1e-11)
        add(name, "countNonzero", [axis], attempt(lambda: np.count_nonzero(x, axis=ax)), None)
        if x.size:
            add(name, "ptp", [axis], attempt(lambda: np.ptp(x, axis=ax) if x.dtype.kind != "b" else np.zeros(0)), None) if x.dtype.kind != "b" else None
    for dtype in ["float32", "float64", "int8", "int64", "uint16"]:
        if x.dtype.kind in "iub" and x.size:
            add(name, "sum", [0], attempt(lambda: np.sum(x, axis=0, dtype=dtype)), {"dtype": dtype}, 1e-6)
            add(name, "prod", [0], attempt(lambda: np.prod(x, axis=0, dtype=dtype)), {"dtype": dtype}, 1e-5)
            add(name, "cumsum", [0], attempt(lambda: np.cumsum(x, axis=0, dtype=dtype)), {"dtype": dtype}, 1e-6)
    if str(x.dtype) != "float32":
        add(name, "cumsum", [], attempt(lambda: np.cumsum(x)), None, 1e-12)
    for axis in range(-x.ndim, x.ndim):
        for n in [0, 1, 2]:
            add(name, "diff", [n, axis], attempt(lambda: np.diff(x, n, axis)))
        for method in ["cumsum", "cumprod"]:
            if str(x.dtype) != "float32":
                add(name, method, [axis], attempt(lambda: getattr(np, method)(x, axis=axis)), None, 1e-12)
        add(name, "sort", [axis], attempt(lambda: np.sort(x, axis=axis)))
        add(name, "argsort", [axis], attempt(lambda: np.argsort(x, axis=axis, kind="stable")))
        if x.dtype.kind == "f":
            add(name, "nancumsum", [axis], attempt(lambda: np.nancumsum(x, axis=axis)), None, 1e-5 if x.dtype == "float32" else 1e-12)
            add(name, "nancumprod", [axis], attempt(lambda: np.nancumprod(x, axis=axis)), None, 1e-5 if x.dtype == "float32" else 1e-12)
        if x.size and x.dtype.kind in "iuf" and not np.isnan(x.astype("float64")).any():
            for k in [1, 2, 3, 100]:
                top = np.flip(np.sort(x, axis=axis), axis=axis)
                add(name, "topk", [k, axis], array(np.take(top, range(min(k, x.shape[axis])), axis=axis)))
                add(name, "topk", [-k, axis], array(np.take(np.sort(x, axis=axis), range(min(k, x.shape[axis])), axis=axis)))
    if x.size and x.dtype.kind == "f":
        for axis in axes_of(x):
            ax = tuple(axis) if isinstance(axis, list) else axis
            for q in [0, 0.3, 1, [0.1, 0.5, 0.77]]:
                finite = name != "infinite" and name != "nans"
                if finite:
                    result = np.quantile(x, q, axis=ax)
                    skipping = np.nanquantile(x, q, axis=ax)
                    if x.dtype == "float32" and not isinstance(q, list):
                        # As in NumPy 2.
                        result, skipping = result.astype(x.dtype), skipping.astype(x.dtype)
                    add(name, "quantile", [q, axis], array(result), None, 1e-6 if x.dtype == "float32" else 1e-13)
                    add(name, "nanquantile", [q, axis], array(skipping), None, 1e-6 if x.dtype == "float32" else 1e-13)
    add(name, "unique", [], array(np.unique(x)))
    if x.size and x.dtype.kind != "b":
        values, index, inverse, counts = np.unique(x, True, True, True)
        parts = {"values": values, "index": index, "inverse": inverse.reshape(x.shape), "counts": counts}
        for part, value in parts.items():
            add(name, f"unique.{part}", [], array(value))
    finite = x.dtype.kind in "fiu" and np.isfinite(x.astype("float64")).all() and name not in ("i64", "u64", "i32", "u32", "i8")
    if finite:
        for bins, options in [(10, {}), (3, {"range": [-5.0, 5.0]}), (7, {"density": True}), ([0, 1, 2.5, 8], {}), (1, {})]:
            if x.size == 0 and options.get("density"):
                continue
            counts, edges = np.histogram(x, bins, **{k: tuple(v) if k == "range" else v for k, v in options.items()})
            add(name, "histogram.0", [bins], array(counts), options, 1e-6 if x.dtype == "float32" else 1e-13)
            if not isinstance(bins, list):
                add(name, "histogram.1", [bins], array(edges), options)
    if finite and x.size:
        low, high = sorted([float(np.median(x)), float(x.max()), float(x.min())])[0], float(x.max())
        for right in [False, True]:
            add(name, "digitize", [[low, (low + high) / 2, high], right], array(np.digitize(x, [low, (low + high) / 2, high], right)))
            add(name, "digitize", [[high, (low + high) / 2, low], right], array(np.digitize(x, [high, (low + high) / 2, low], right)))

for name in ["short", "ties"]:
    x = inputs[name]
    add(name, "isin", [[1, 3]], array(np.isin(x, [1, 3])))
    add(name, "isin", [[1, 3]], array(np.isin(x, [1, 3], invert=True)), {"invert": True})
add("short", "bincount", [], array(np.bincount(inputs["short"])))
add("short", "bincount", [], array(np.bincount(inputs["short"], minlength=20)), {"minlength": 20})
weights = [round(x, 3) for x in random.normal(size=23)]
add("short", "bincount", [], array(np.bincount(inputs["short"], weights)), {"weights": weights}, 1e-13)
add("line", "histogram.0", [5], array(np.histogram(inputs["line"], 5, weights=weights)[0]), {"weights": weights}, 1e-13)
add("line", "average", [None, weights], array(np.average(inputs["line"], weights=weights)), None, 1e-13)
for axis in [0, 1, -1]:
    weights = [float(i + 1) for i in range(inputs["f2"].shape[axis])]
    add("f2", "average", [axis, weights], array(np.average(inputs["f2"], axis=axis, weights=weights)), None, 1e-13)
for name in ["f2", "tied", "line", "i8"]:
    x = inputs[name]
    add(name, "cov", [], array(np.cov(x)), None, 1e-12)
    add(name, "cov", [], array(np.cov(x, ddof=0)), {"ddof": 0}, 1e-12)
    add(name, "corrcoef", [], array(np.corrcoef(x)), None, 1e-12)
    if x.ndim == 2:
        add(name, "cov", [], array(np.cov(x, rowvar=False)), {"rowvar": False}, 1e-12)
        add(name, "corrcoef", [], array(np.corrcoef(x, rowvar=False)), {"rowvar": False}, 1e-12)
for name in ["f2", "line", "f3"]:
    x = inputs[name]
    for axis in [None, 0, -1]:
        for order in range(5):
            centred = x - x.mean(axis=axis, keepdims=True)
            value = np.mean(centred**order, axis=axis) if order != 1 else np.zeros(np.mean(x, axis=axis).shape)
            add(name, "moment", [order, axis], array(value), None, 1e-9)
for name in ["line"]:
    values = [round(x, 2) for x in random.normal(3, 10, 9)]
    for side in ["left", "right"]:
        add(name, "sorted.searchsorted", [values], array(np.searchsorted(np.sort(inputs[name]), values, side=side)), {"side": side})

lines = ['{"inputs":' + json.dumps({name: array(x) for name, x in inputs.items()}) + ',"cases":[']
lines.append(",\n".join(json.dumps(case) for case in cases))
lines.append("]}")
path = pathlib.Path(__file__).with_name("reductions.json.gz")
path.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
print(len(cases))
