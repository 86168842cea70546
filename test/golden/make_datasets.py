"""What scikit-learn loads as digits and iris, and how NumPy sorts labels (scikit-learn 1.2.1, NumPy 1.24.2).

    python3 make_datasets.py datasets.json
"""
import hashlib
import json
import sys

import numpy as np
from sklearn import datasets


def facts(bunch):
    return {
        "shape": bunch.data.shape,
        "data_sha256": hashlib.sha256(bunch.data.astype("<f8").tobytes()).hexdigest(),
        "target_sha256": hashlib.sha256(bunch.target.astype("<i4").tobytes()).hexdigest(),
        "feature_names": list(bunch.feature_names),
        "target_names": [str(name) for name in bunch.target_names],
        "first_row": bunch.data[0].tolist(),
    }


def encoded(labels):
    classes, codes = np.unique(labels, return_inverse=True)
    return {"labels": labels, "classes": classes.tolist(), "codes": codes.tolist()}


record = {
    "digits": facts(datasets.load_digits()),
    "iris": facts(datasets.load_iris()),
    "labels": [
        encoded([10, 9, -1, 10, 2]),
        encoded(["b", "a", "B", "ab", "", "a"]),
        encoded(["\U0001F600", "\uFF21", "\u00e9", "e", "\uE000", "z"]),
        encoded(["10", "9", "1"]),
    ],
}
with open(sys.argv[1], "w") as out:
    json.dump(record, out, separators=(",", ":"))
    out.write("\n")
