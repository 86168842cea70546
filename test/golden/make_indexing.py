"""What NumPy takes of arrays by random indices, and puts into them.

    python3 make_indexing.py indexing.json

Arrays hold the numbers from 0 on in C order, each modulo 251 (so that all dtypes have them). An index is a list of
entries: a number, {"range": [start, stop, step]}, "newaxis", "...", {"list": integers}, {"mask": booleans}, where
"computed" gives the chunks of an array that is computed.
"""
import json
import random
import sys

import numpy as np

random.seed(11)
DTYPES = ["bool", "int8", "uint8", "int16", "int32", "uint32", "int64", "uint64", "float32", "float64"]


def shape_of(ndim, most=7):
    return [random.choice([0, 1] + list(range(2, most)) * 3) for _ in range(ndim)]


def cut(extent):
    """Random chunks of an axis, some empty."""
    if extent == 0:
        return random.choice([[0], [0, 0]])
    if random.random() < 0.2:
        return [extent]
    chunks, left = [], extent
    while left > 0:
        size = random.randint(0 if random.random() < 0.1 else 1, left)
        chunks.append(size)
        left -= size
    return chunks


def array_of(ndim, most=7):
    shape = shape_of(ndim, most)
    dtype = random.choice(DTYPES)
    given = {"shape": shape, "chunks": [cut(n) for n in shape], "dtype": dtype}
    values = np.arange(int(np.prod(shape)), dtype="int64") % (251 if dtype not in ("int8", "bool") else 2 if dtype == "bool" else 127)
    return given, values.reshape(shape).astype(dtype)


def answer(x):
    x = np.asarray(x)
    return {"shape": list(x.shape), "dtype": str(x.dtype), "data": [v if isinstance(v, bool) else int(v) for v in x.ravel().tolist()]}


def range_in(n):
    pick = lambda: random.choice([None, random.randint(-n - 2, n + 2)])
    step = random.choice([None, None, 1, 1, 2, 3, -1, -1, -2, -5])
    return [pick(), pick(), step]


def integers_in(n, shape):
    return np.random.RandomState(random.randrange(1 << 30)).randint(-n, n, size=shape) if n else np.zeros(shape, int)


def entry_for(n, sort):
    """An entry for an axis of n elements, as data and for NumPy."""
    if sort == "integer" and n > 0:
        i = random.randint(-n, n - 1)
        return i, i
    if sort == "list":
        a = integers_in(n, random.choice([1, 2, 3, 8]) if n else 0)
        if random.random() < 0.3:
            a = np.sort(a % max(n, 1))
        return {"list": a.tolist()}, a
    r = range_in(n)
    return {"range": r}, slice(*r)


def basic(shape, arrays=False):
    entries, index = [], []
    axes = shape[: random.randint(0, len(shape))] if random.random() < 0.3 else shape
    for n in axes:
        sort = random.choice(["integer", "range", "range"])
        entry, part = entry_for(n, sort)
        entries.append(entry)
        index.append(part)
    if random.random() < 0.3:
        at = random.randint(0, len(entries))
        entries.insert(at, "newaxis")
        index.insert(at, None)
    if random.random() < 0.2 and len(axes) == len(shape) and axes:
        at = random.randrange(len(entries))
        if entries[at] != "newaxis":
            entries[at], index[at] = "...", Ellipsis
    return entries, index


record = {}


def programs(name, count, make):
    made = record[name] = []
    while len(made) < count:
        program = make()
        if program is not None:
            made.append(program)


def slices():
    given, x = array_of(random.randint(0, 4))
    entries, index = basic(given["shape"])
    return {**given, "index": entries, "result": answer(x[tuple(index)])}


def arrays():
    given, x = array_of(random.randint(1, 4))
    entries, index = basic(given["shape"])
    sites = [i for i, e in enumerate(entries) if e not in ("newaxis", "...")]
    if not sites or "..." in entries:
        return None
    together = random.choice([(3,), (2, 3), (1,), (2, 1), (0,)])
    chosen = random.sample(sites, min(len(sites), random.choice([1, 1, 2, 2, 3])))
    for site in chosen:
        n = given["shape"][sum(e != "newaxis" for e in entries[:site])]
        shape = together if random.random() < 0.7 else (1,) * len(together)
        if n == 0 and 0 not in shape:
            return None
        a = integers_in(n, shape)
        entries[site], index[site] = {"list": a.tolist()}, a
        if len(chosen) == 1 and random.random() < 0.4 and a.ndim > 0 and a.size > 0:
            entries[site]["computed"] = [cut(m) for m in a.shape]
    return {**given, "index": entries, "result": answer(x[tuple(index)])}


def masks():
    given, x = array_of(random.randint(1, 4), 6)
    entries, index = basic(given["shape"])
    sites = [i for i, e in enumerate(entries) if e not in ("newaxis", "...")]
    if not sites or "..." in entries:
        return None
    site = random.choice(sites)
    axis = sum(e != "newaxis" for e in entries[:site])
    length = random.randint(1, len(given["shape"]) - axis)
    if any(e == "newaxis" for e in entries[site : site + length]):
        return None
    shape = given["shape"][axis : axis + length]
    mask = np.random.RandomState(random.randrange(1 << 30)).rand(*shape) < random.choice([0, 0.3, 0.6, 1])
    entries[site : site + length] = [{"mask": mask.ravel().tolist(), "shape": shape}]
    index[site : site + length] = [mask]
    if random.random() < 0.6:
        entries[site]["computed"] = [cut(n) for n in shape]
    return {**given, "index": entries, "result": answer(x[tuple(index)])}


def vindices():
    given, x = array_of(random.randint(1, 4))
    if 0 in given["shape"]:
        return None
    ndim = len(given["shape"])
    axes = sorted(random.sample(range(ndim), random.randint(1, ndim)))
    together = random.choice([(3,), (2, 3), (9,)])
    lists = {axis: integers_in(given["shape"][axis], together) for axis in axes}
    entries = [{"list": lists[a].tolist()} if a in lists else {"range": [None, None, None]} for a in range(ndim)]
    moved = x.transpose(axes + [a for a in range(ndim) if a not in axes])
    return {**given, "index": entries, "result": answer(moved[tuple(lists[a] for a in axes)])}


def takes():
    given, x = array_of(random.randint(1, 3))
    axis = random.choice([None] + list(range(-x.ndim, x.ndim)))
    n = x.size if axis is None else x.shape[axis]
    if n == 0:
        return None
    a = integers_in(n, random.choice([(), (4,), (2, 3), (0,)]))
    return {**given, "indices": a.tolist(), "axis": axis, "result": answer(np.take(x, a, axis))}


def takes_along():
    given, x = array_of(random.randint(1, 3))
    axis = random.randrange(x.ndim)
    if x.size == 0:
        return None
    shape = [random.randint(1, 5) if i == axis else random.choice([1, n]) for i, n in enumerate(x.shape)]
    a = integers_in(x.shape[axis], shape)
    whole = [m if i == axis else n for i, (m, n) in enumerate(zip(shape, x.shape))]
    result = np.take_along_axis(x, np.broadcast_to(a, whole), axis)
    return {**given, "indices": a.tolist(), "cut": [cut(n) for n in shape], "axis": axis, "result": answer(result)}


def compresses():
    given, x = array_of(random.randint(1, 3))
    axis = random.choice([None] + list(range(-x.ndim, x.ndim)))
    n = x.size if axis is None else x.shape[axis]
    condition = [random.random() < 0.5 for _ in range(random.choice([n, n // 2]))]
    return {**given, "condition": condition, "axis": axis, "result": answer(np.compress(condition, x, axis))}


def nonzeros():
    given, x = array_of(random.randint(1, 3))
    return {
        **given,
        "argwhere": answer(np.argwhere(x)),
        "nonzero": [answer(a) for a in np.nonzero(x)],
        "flatnonzero": answer(np.flatnonzero(x)),
    }


def sets():
    given, x = array_of(random.randint(1, 4))
    if given["dtype"] == "bool":
        return None
    entries, index = basic(given["shape"])
    if random.random() < 0.3:
        sites = [i for i, e in enumerate(entries) if isinstance(e, dict)]
        if not sites or "..." in entries or "newaxis" in entries:
            return None
        site = random.choice(sites)
        n = given["shape"][site]
        if n == 0:
            return None
        # Adjacent to integers or with none: arrays that are apart would come first.
        if any(isinstance(e, int) for e in entries):
            return None
        a = integers_in(n, 3)
        entries[site], index[site] = {"list": a.tolist()}, a
    part = x[tuple(index)].shape
    shape = [m if random.random() < 0.7 else 1 for m in part][random.randint(0, len(part)) :]
    value = np.arange(int(np.prod(shape))).reshape(shape) + 100
    y = x.copy()
    y[tuple(index)] = value
    value_given = {"shape": shape, "chunks": [cut(n) for n in shape], "data": value.ravel().tolist()}
    return {**given, "index": entries, "value": value_given, "result": answer(y)}


def chains():
    """Operations of all sorts with slices between."""
    given, x = array_of(random.randint(1, 3))
    given["dtype"] = "int64"
    x = x.astype("int64")
    given["shape"] = list(x.shape)
    x = (np.arange(x.size) % 251).reshape(x.shape)
    steps = []
    for _ in range(random.randint(2, 6)):
        sort = random.choice(["slice", "slice", "slice", "T", "add", "row", "sum", "rechunk", "self", "concatenate"])
        if sort == "slice":
            entries, index = basic(list(x.shape))
            x = x[tuple(index)]
            steps.append(["slice", entries])
        elif sort == "T":
            x = x.T
            steps.append(["T"])
        elif sort == "add":
            x = x + 7
            steps.append(["add"])
        elif sort == "self":
            x = x * x[..., ::-1] if x.ndim else x
            steps.append(["self"] if x.ndim else ["add"])
            x = x % 1009 if x.ndim else x + 7
        elif sort == "row" and x.ndim > 0:
            x = x * np.arange(x.shape[-1])
            steps.append(["row"])
        elif sort == "sum" and x.ndim > 0:
            axis, keepdims = random.randrange(x.ndim), random.random() < 0.5
            x = x.sum(axis=axis, keepdims=keepdims)
            steps.append(["sum", axis, keepdims])
        elif sort == "concatenate" and x.ndim > 0 and x.size < 200:
            axis = random.randrange(x.ndim)
            x = np.concatenate([x, x + 1, x], axis)
            steps.append(["concatenate", axis])
        elif sort == "rechunk":
            steps.append(["rechunk", [cut(n) for n in x.shape]])
    return {**given, "steps": steps, "result": answer(x)}


programs("slice", 250, slices)
programs("arrays", 200, arrays)
programs("masks", 200, masks)
programs("vindex", 60, vindices)
programs("take", 80, takes)
programs("takeAlongAxis", 60, takes_along)
programs("compress", 60, compresses)
programs("nonzero", 40, nonzeros)
programs("setItem", 200, sets)
programs("chains", 250, chains)

with open(sys.argv[1], "w") as file:
    json.dump(record, file, separators=(",", ":"))
    file.write("\n")
