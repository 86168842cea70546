"""Random numbers of NumPy and splits of scikit-learn (NumPy 1.24.2, scikit-learn 1.2.1).

    python3 make_splits.py splits.json

Index lists are recorded as the first 12 hexadecimal digits of the SHA-1 of their decimal numbers joined by commas.
"""
import hashlib
import json
import sys
import warnings

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import KFold, ParameterGrid, StratifiedKFold, train_test_split

LAST_SEED = 2**32 - 1
record = {}


def digest(values):
    return hashlib.sha1(",".join(str(v) for v in values).encode()).hexdigest()[:12]


def attempt(make):
    """What came of it: a list of digests with the warnings, or None for an error."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            return {"digests": make(), "warnings": len(caught)}
        except ValueError:
            return None


seeds = list(range(51)) + [1234567, 2**31 - 1, 2**31, LAST_SEED]
record["random"] = []
for seed in seeds:
    rng = np.random.RandomState(seed)
    record["random"].append({
        "seed": seed,
        "uint32": [int(v) for v in rng.randint(0, 2**32, 3)],
        "random": rng.random_sample(2).tolist(),
        "randint": [int(rng.randint(low, high)) for low, high in
                    [(0, 1), (-5, 6), (10, 1000), (0, 2**31), (0, 2**32 - 5), (0, 2**40), (-2**52, 2**52)]],
        "permutation": digest(rng.permutation(1000)),
        "after": float(rng.random_sample()),
    })

# Label vectors as (alphabet, length): label i is alphabet[(i * i + i // 3) % 7 % len(alphabet)].
record["labels"] = labels = [
    ["ab", 10], ["ba", 23], ["abc", 30], ["cab", 7], ["dacb", 61], ["aaab", 40], ["aaaaaab", 50], ["zyx", 9], ["abcdefg", 200],
]


def label_vector(alphabet, n):
    return np.array([alphabet[(i * i + i // 3) % 7 % len(alphabet)] for i in range(n)])


record["KFold"] = []
for n in (2, 5, 7, 10, 23, 150):
    for n_splits in (2, 3, 5, 10):
        for seed in (None, 0, 1, 42, LAST_SEED):
            cv = KFold(n_splits, shuffle=seed is not None, random_state=seed)
            made = attempt(lambda: [digest(part) for split in cv.split(np.zeros(n)) for part in split])
            record["KFold"].append([n, n_splits, seed, made and made["digests"]])

record["StratifiedKFold"] = []
for which, (alphabet, n) in enumerate(labels):
    y = label_vector(alphabet, n)
    for n_splits in (2, 3, 5, 7):
        for seed in (None, 0, 7, LAST_SEED):
            cv = StratifiedKFold(n_splits, shuffle=seed is not None, random_state=seed)
            made = attempt(lambda: [digest(part) for split in cv.split(y, y) for part in split])
            record["StratifiedKFold"].append([which, n_splits, seed, made and made["digests"], made and made["warnings"]])

# [rows, sizes, seed or 'no shuffle', index of the labels or None, digests of train and test or None]
record["train_test_split"] = splits = []


def record_split(n, sizes, seed, which):
    options = {"shuffle": False} if seed == "no shuffle" else {"random_state": seed}
    stratify = None if which is None else label_vector(*labels[which])
    named = {k: v for k, v in zip(("test_size", "train_size"), sizes)}
    made = attempt(lambda: [digest(p) for p in train_test_split(np.arange(n), stratify=stratify, **named, **options)])
    splits.append([n, sizes, seed, which, made and made["digests"]])


for seed in seeds:
    record_split(97, [None, None], seed, None)
    record_split(labels[4][1], [0.3, None], seed, 4)
some_sizes = [[None, None], [0.5, None], [0.2, None], [1 / 3, None], [None, 0.7], [0.1, 0.3], [0.6, 0.6], [3, None], [None, 4],
              [2, 5], [3, 0.5], [0.25, 4], [1000, None], [None, 1000], [0.99, None], [0.01, None], [None, 0.01], [0.29, 0.71]]
for n in (1, 2, 5, 10, 100):
    for sizes in some_sizes:
        for seed in (0, "no shuffle"):
            record_split(n, sizes, seed, None)
for which, (alphabet, n) in enumerate(labels):
    for sizes in some_sizes:
        for seed in (0, 3):
            record_split(n, sizes, seed, which)

record["train_test_split of 12"] = [a.tolist() for a in train_test_split(np.arange(12), np.arange(12) * 10, random_state=5)]

grids = [
    {"kernel": ["rbf", "linear"], "C": [1, 10], "gamma": [0.1]},
    [{"b": [1, 2], "a": [True, False]}, {}, {"c": ["x"]}],
    [{"kernel": ["rbf"], "gamma": [1e-3, 1e-4], "C": [1, 10, 100]}, {"kernel": ["linear"], "C": [1, 10]}],
]
record["ParameterGrid"] = [[grid, list(ParameterGrid(grid))] for grid in grids]

# The labels of the digits data, one character each; what is made of them is in grid-search.json.
record["digits"] = "".join(str(label) for label in load_digits().target)

with open(sys.argv[1], "w") as out:
    json.dump(record, out, separators=(",", ":"))
