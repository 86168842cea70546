"""Random programs of array operations and what NumPy makes of them (NumPy 1.24.2 with the promotion of NumPy 2).

    python3 make_array_programs.py array-programs.json

A program is a list of inputs, each with the chunks that it is to be cut in, and a list of steps: the name of a method
of its first argument, or of a function where it begins with `array.`, and arguments, in which {"v": i} is the i-th of
the inputs and the results of the steps before. The last result is what must come out: exactly, or where a step rounds
to a relative `tolerance`. Steps after which a rounding error would become visible (comparisons, floor, ...) take exact values only:
inputs are quarters of small integers, so that sums and products of them are exact in every order.
"""
import json
import random
import sys

import numpy as np

np._set_promotion_state("weak")
np.seterr(all="ignore")

COUNT = 2000
DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
rng = random.Random(20261123)


class Skip(Exception):
    """The step does not fit what there is."""


class Value:
    def __init__(self, array, exact=True):
        self.array = np.asarray(array)
        self.exact = exact


def is_float(x):
    return x.array.dtype.kind == "f"


def random_shape():
    ndim = rng.choice([0, 1, 1, 2, 2, 2, 3, 3, 4])
    return tuple(rng.choice([0, 1, 1, 2, 3, 4, 5, 7]) if rng.random() < 0.9 else 1 for _ in range(ndim))


def random_array(shape, dtype):
    size = int(np.prod(shape))
    if dtype == "bool":
        flat = [rng.random() < 0.5 for _ in range(size)]
    elif dtype.startswith("f"):
        flat = [rng.randint(-40, 40) / 4 for _ in range(size)]
        if rng.random() < 0.15 and size:
            for _ in range(rng.randint(1, 3)):
                flat[rng.randrange(size)] = rng.choice([np.nan, np.inf, -np.inf, -0.0])
    else:
        info = np.iinfo(dtype)
        corner = rng.random() < 0.2
        low, high = (info.min, info.max) if corner else (max(info.min, -9), 9)
        flat = [rng.randint(low, high) for _ in range(size)]
    return np.array(flat, dtype=dtype).reshape(shape)


def random_chunks(shape):
    chunks = []
    for extent in shape:
        left, cut = extent, []
        while left > 0:
            size = rng.randint(1, left)
            cut.append(size)
            left -= size
        chunks.append(cut or [0])
    return chunks


def scalar_for(x):
    kind = x.array.dtype.kind
    if kind == "b":
        return rng.choice([True, False])
    if kind == "u":
        return rng.randint(0, 5)
    if kind == "i" or rng.random() < 0.5:
        return rng.randint(-5, 5)
    return rng.choice([0.25, -1.5, 2.75])


def axis_of(x, none=True):
    if x.array.ndim == 0:
        if not none:
            raise Skip
        return None
    choice = rng.random()
    if none and choice < 0.25:
        return None
    if none and choice < 0.45 and x.array.ndim > 1:
        return sorted(rng.sample(range(x.array.ndim), rng.randint(1, x.array.ndim)))
    return rng.randrange(-x.array.ndim, x.array.ndim)


def np_axis(axis):
    return tuple(axis) if isinstance(axis, list) else axis


# Each gives the arguments after the first and the result, or raises Skip.

def unary(name, fn, needs_exact=False, exact=True):
    def step(x, values):
        if needs_exact and not x.exact:
            raise Skip
        return name, [], fn(x.array), x.exact and exact
    return step


def floats_near(array):
    """Large values would overflow in some order of things."""
    finite = np.abs(array[np.isfinite(array)]) if array.dtype.kind == "f" else np.abs(array.astype("f8"))
    return finite.size == 0 or finite.max() < 100


def smooth(name, fn, low=None):
    def step(x, values):
        if not floats_near(x.array) or x.array.dtype.kind != "f":
            raise Skip
        return name, [], fn(x.array), False
    return step


def binary(name, fn, exact=True, needs_exact=False, kinds="biuf"):
    def step(x, values):
        if needs_exact and not x.exact or x.array.dtype.kind not in kinds:
            raise Skip
        if rng.random() < 0.4:
            other = scalar_for(x)
            return name, [other], fn(x.array, other), x.exact and exact
        number = rng.randrange(len(values))
        other = values[number]
        if other.array.dtype.kind not in kinds or needs_exact and not other.exact:
            raise Skip
        return name, [{"v": number}], fn(x.array, other.array), x.exact and other.exact and exact
    return step


def checked_integer(fn):
    def safe(a, b):
        divisor = np.asarray(b)
        if divisor.dtype.kind in "iu" and np.any(divisor.astype("f8") == -1):
            raise Skip  # the smallest integer by -1
        return fn(a, b)
    return safe


def reduction(name, fn, exact=True, floats=False, empty=True, kinds="biuf", several=True):
    def step(x, values):
        if x.array.dtype.kind not in kinds or not x.exact and x.array.dtype.kind == "f" and x.array.dtype.itemsize == 4:
            raise Skip
        if x.array.dtype.kind == "f" and (not floats_near(x.array) or not np.all(np.isfinite(x.array)) and not x.exact):
            raise Skip
        axis = axis_of(x)
        if isinstance(axis, list) and not several:
            raise Skip
        keepdims = rng.random() < 0.3
        axes = range(x.array.ndim) if axis is None else axis if isinstance(axis, list) else [axis]
        if not empty and any(x.array.shape[a] == 0 for a in axes):
            raise Skip
        options = [{"keepdims": True}] if keepdims else []
        result = fn(x.array, axis=np_axis(axis), **({"keepdims": True} if keepdims else {}))
        return name, [axis, *options], result, x.exact and exact
    return step


def total(fn):
    def summed(array, **options):
        # Sums of float32 are rounded once, at the end.
        wide = array.astype("f8") if array.dtype == np.float32 else array
        return fn(wide, **options).astype(array.dtype) if array.dtype == np.float32 else fn(wide, **options)
    return summed


def arg(name, fn):
    def step(x, values):
        if x.array.size == 0 or not x.exact:
            raise Skip
        axis = axis_of(x)
        if isinstance(axis, list):
            raise Skip
        return name, [axis], fn(x.array, axis=axis), True
    return step


def along(name, fn, exact=True, kinds="biuf"):
    def step(x, values):
        if x.array.dtype.kind not in kinds or not x.exact or not floats_near(x.array):
            raise Skip
        axis = axis_of(x, none=False)
        if isinstance(axis, list):
            raise Skip
        return name, [axis], fn(x.array, axis), x.exact and exact
    return step


def slice_step(x, values):
    index, np_index = [], []
    for extent in x.array.shape[: rng.randint(0, x.array.ndim)]:
        choice = rng.random()
        if choice < 0.25 and extent:
            i = rng.randrange(-extent, extent)
            index.append(i)
            np_index.append(i)
        else:
            pick = lambda: None if rng.random() < 0.4 else rng.randint(-extent - 1, extent + 1)
            parts = [pick(), pick(), rng.choice([None, 1, 2, 3, -1, -2])]
            index.append(parts)
            np_index.append(slice(*parts))
    if not index:
        raise Skip
    return "slice", [index], x.array[tuple(np_index)], x.exact


def take_step(x, values):
    if x.array.ndim == 0:
        raise Skip
    axis = rng.randrange(x.array.ndim)
    extent = x.array.shape[axis]
    if extent == 0:
        raise Skip
    indices = [rng.randrange(-extent, extent) for _ in range(rng.randint(0, 6))]
    return "take", [indices, axis], np.take(x.array, np.array(indices, dtype="i8"), axis), x.exact


def transpose_step(x, values):
    axes = rng.sample(range(x.array.ndim), x.array.ndim)
    return "transpose", [axes], x.array.transpose(axes), x.exact


def factors(n):
    shape = []
    for p in (2, 3, 5, 7):
        while n % p == 0 and n > 1:
            if shape and rng.random() < 0.5:
                shape[rng.randrange(len(shape))] *= p
            else:
                shape.append(p)
            n //= p
    return shape + ([n] if n > 1 else [])


def reshape_step(x, values):
    if x.array.size == 0:
        raise Skip
    shape = factors(x.array.size)
    rng.shuffle(shape)
    if rng.random() < 0.3:
        shape.insert(rng.randint(0, len(shape)), 1)
    if shape and rng.random() < 0.4:
        shape[rng.randrange(len(shape))] = -1
    return "reshape", [shape], x.array.reshape(shape), x.exact


def expand_step(x, values):
    axis = rng.randint(0, x.array.ndim)
    return "expandDims", [axis], np.expand_dims(x.array, axis), x.exact


def squeeze_step(x, values):
    if 1 not in x.array.shape:
        raise Skip
    return "squeeze", [], x.array.squeeze(), x.exact


def flip_step(x, values):
    axis = axis_of(x, none=False)
    return "flip", [axis], np.flip(x.array, axis), x.exact


def roll_step(x, values):
    axis = axis_of(x, none=False)
    shift = rng.randint(-5, 5)
    return "roll", [shift, axis], np.roll(x.array, shift, axis), x.exact


def repeat_step(x, values):
    if x.array.size > 60:
        raise Skip
    axis = axis_of(x, none=False)
    count = rng.randint(0, 3)
    return "repeat", [count, axis], np.repeat(x.array, count, axis), x.exact


def tile_step(x, values):
    if x.array.size > 60 or x.array.ndim == 0:
        raise Skip
    reps = [rng.randint(1, 2) for _ in range(rng.randint(1, x.array.ndim + 1))]
    return "tile", [reps], np.tile(x.array, reps), x.exact


def broadcast_step(x, values):
    shape = [rng.choice([2, 3]) if extent == 1 else extent for extent in x.array.shape]
    if rng.random() < 0.4:
        shape.insert(0, 2)
    return "broadcastTo", [shape], np.broadcast_to(x.array, shape), x.exact


def pad_step(x, values):
    if x.array.ndim == 0 or x.array.size == 0:
        raise Skip
    width = [[rng.randint(0, 2), rng.randint(0, 2)] for _ in x.array.shape]
    mode = rng.choice(["constant", "edge", "wrap", "symmetric", "reflect"])
    if mode == "reflect" and any(extent < 3 for extent in x.array.shape):
        raise Skip
    if mode in ("wrap", "symmetric") and any(extent < 2 for extent in x.array.shape):
        raise Skip
    return "pad", [width, mode], np.pad(x.array, width, mode), x.exact


def astype_step(x, values):
    to = rng.choice(DTYPES)
    if not x.exact or is_float(x) and to[0] in "iu" and (not np.all(np.isfinite(x.array)) or not floats_near(x.array) or to[0] == "u" and np.any(x.array < 0)):
        raise Skip
    return "astype", [to], x.array.astype(to), x.exact


def rechunk_step(x, values):
    return "rechunk", [random_chunks(x.array.shape)], x.array, x.exact


def where_step(x, values):
    conditions = [i for i, v in enumerate(values) if v.array.dtype.kind == "b"]
    if not conditions:
        raise Skip
    c, y = rng.choice(conditions), rng.randrange(len(values))
    return (
        "array.where",
        [{"v": c}, {"v": values.index(x)}, {"v": y}],
        np.where(values[c].array, x.array, values[y].array),
        x.exact and values[y].exact,
    )


def join_step(x, values):
    if x.array.ndim == 0:
        raise Skip
    axis = rng.randrange(x.array.ndim)
    fitting = [
        i
        for i, v in enumerate(values)
        if v.array.ndim == x.array.ndim
        and all(a == b for k, (a, b) in enumerate(zip(v.array.shape, x.array.shape)) if k != axis)
    ]
    chosen = [rng.choice(fitting) for _ in range(rng.randint(1, 3))]
    arrays = [x.array] + [values[i].array for i in chosen]
    if sum(a.size for a in arrays) > 400:
        raise Skip
    args = [[{"v": values.index(x)}] + [{"v": i} for i in chosen], axis]
    return "array.concatenate", args, np.concatenate(arrays, axis), all(values[i].exact for i in chosen) and x.exact


def stack_step(x, values):
    fitting = [i for i, v in enumerate(values) if v.array.shape == x.array.shape]
    chosen = [rng.choice(fitting) for _ in range(rng.randint(1, 2))]
    axis = rng.randint(0, x.array.ndim)
    arrays = [x.array] + [values[i].array for i in chosen]
    if sum(a.size for a in arrays) > 400:
        raise Skip
    args = [[{"v": values.index(x)}] + [{"v": i} for i in chosen], axis]
    return "array.stack", args, np.stack(arrays, axis), all(values[i].exact for i in chosen) and x.exact


def matmul_step(x, values):
    if x.array.ndim == 0 or not x.exact or not floats_near(x.array) or not np.all(np.isfinite(x.array)):
        raise Skip
    fitting = []
    for i, v in enumerate(values):
        if v.array.ndim == 0 or not v.exact or not floats_near(v.array) or not np.all(np.isfinite(v.array)):
            continue
        try:
            np.matmul(x.array, v.array)
            fitting.append(i)
        except ValueError:
            pass
    if not fitting:
        raise Skip
    i = rng.choice(fitting)
    return "matmul", [{"v": i}], np.matmul(x.array, values[i].array), True


def clip_step(x, values):
    if x.array.dtype.kind == "b":
        raise Skip
    low, high = sorted(rng.randint(0, 5) for _ in range(2))
    return "clip", [low, high], np.clip(x.array, low, high), x.exact


def sort_step(x, values):
    if not x.exact:
        raise Skip
    axis = axis_of(x, none=False)
    return "sort", [axis], np.sort(x.array, axis=axis), x.exact


def divide(a, b):
    result = np.true_divide(a, b)
    return result


compare = [
    binary(name, fn, needs_exact=True)
    for name, fn in [
        ("equal", np.equal),
        ("notEqual", np.not_equal),
        ("less", np.less),
        ("lessEqual", np.less_equal),
        ("greater", np.greater),
        ("greaterEqual", np.greater_equal),
    ]
]
arithmetic = [
    binary("add", np.add),
    binary("add", np.add),
    binary("subtract", np.subtract, kinds="iuf"),
    binary("multiply", np.multiply),
    binary("divide", divide, exact=False, kinds="iuf"),
    binary("floorDivide", checked_integer(np.floor_divide), needs_exact=True, kinds="iuf"),
    binary("remainder", checked_integer(np.remainder), needs_exact=True, kinds="iuf"),
    binary("maximum", np.maximum),
    binary("minimum", np.minimum),
    binary("bitwiseAnd", np.bitwise_and, kinds="biu"),
    binary("bitwiseOr", np.bitwise_or, kinds="biu"),
    binary("bitwiseXor", np.bitwise_xor, kinds="biu"),
    binary("logicalAnd", np.logical_and, needs_exact=True),
    binary("logicalOr", np.logical_or, needs_exact=True),
]
math = [
    unary("absolute", np.absolute),
    unary("square", np.square),
    unary("logicalNot", np.logical_not, needs_exact=True),
    unary("isnan", np.isnan, needs_exact=True),
    unary("isfinite", np.isfinite, needs_exact=True),
    smooth("exp", np.exp),
    smooth("tanh", np.tanh),
    smooth("sin", np.sin),
    smooth("sqrt", np.sqrt),
    lambda x, values: ("negative", [], np.negative(x.array), x.exact) if x.array.dtype.kind != "b" else skip(),
    lambda x, values: ("floor", [], np.floor(x.array), x.exact) if x.exact and is_float(x) else skip(),
]


def skip():
    raise Skip


reductions = [
    reduction("sum", total(np.sum)),
    reduction("sum", total(np.sum)),
    reduction("prod", np.prod, kinds="biu"),
    reduction("min", np.min, empty=False),
    reduction("max", np.max, empty=False),
    reduction("any", np.any),
    reduction("all", np.all),
    reduction("mean", np.mean, exact=False, empty=False),
    reduction("var", np.var, exact=False, empty=False),
    reduction("std", np.std, exact=False, empty=False),
    reduction("nansum", total(np.nansum)),
    reduction("median", np.median, exact=False, empty=False, kinds="iuf", several=False),
    arg("argmin", np.argmin),
    arg("argmax", np.argmax),
    along("cumsum", np.cumsum),
    along("cumprod", np.cumprod, kinds="biu"),
]
moves = [
    slice_step,
    slice_step,
    slice_step,
    take_step,
    transpose_step,
    reshape_step,
    reshape_step,
    expand_step,
    squeeze_step,
    flip_step,
    roll_step,
    repeat_step,
    tile_step,
    broadcast_step,
    pad_step,
    astype_step,
    rechunk_step,
    where_step,
    join_step,
    stack_step,
    matmul_step,
    clip_step,
    sort_step,
]
groups = [arithmetic, arithmetic, compare, math, reductions, moves, moves]


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


def encode(array):
    return {"dtype": array.dtype.name, "shape": list(array.shape), "data": [encode_number(x) for x in array.ravel()]}


def program():
    shape = random_shape()
    values, inputs = [], []
    for _ in range(rng.randint(1, 3)):
        dtype = rng.choice(DTYPES)
        own = shape if rng.random() < 0.5 else tuple(1 if rng.random() < 0.3 else e for e in shape[rng.randint(0, len(shape)) :])
        array = random_array(own, dtype)
        values.append(Value(array))
        inputs.append({**encode(array), "chunks": random_chunks(own)})
    steps = []
    length = rng.randint(1, 6)
    for _ in range(200):
        if len(steps) == length:
            break
        x = values[-1] if steps and rng.random() < 0.8 else rng.choice(values)
        try:
            name, args, result, exact = rng.choice(rng.choice(groups))(x, values)
        except (Skip, ValueError, TypeError, OverflowError):
            continue
        result = np.asarray(result)
        if result.dtype.name not in DTYPES or result.size > 500 or result.ndim > 6:
            continue
        receiver = [] if name.startswith("array.") else [{"v": values.index(x)}]
        steps.append([name, *receiver, *args])
        values.append(Value(result, exact))
    last = values[-1]
    tolerance = 0 if last.exact else 2e-4 if any(v.array.dtype == np.float32 for v in values) else 1e-9
    return {"inputs": inputs, "steps": steps, "result": encode(last.array), "tolerance": tolerance}


programs = []
while len(programs) < COUNT:
    made = program()
    if made["steps"]:
        programs.append(made)

with open(sys.argv[1], "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(p, separators=(",", ":")) for p in programs) + "\n]\n")
