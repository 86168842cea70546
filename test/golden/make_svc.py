"""Reference fits of C-SVC, made by scikit-learn 1.2.1.

    python3 make_svc.py svc.json

Data sets: integers in base64 (`scale` divides them), or rounded numbers as they are. Every fit learns from the even
rows and is asked about the odd ones.
"""
import base64
import json
import sys
import warnings

import numpy as np
from sklearn import datasets
from sklearn.svm import SVC

warnings.simplefilter("ignore")
names = {"class_weight": "classWeight", "max_iter": "maxIter", "decision_function_shape": "decisionFunctionShape",
         "break_ties": "breakTies", "cache_size": "cacheSize"}


def packed(X, scale):
    return {"base64": base64.b64encode(np.asarray(X).astype(np.uint8).tobytes()).decode(), "columns": X.shape[1], "scale": scale}


digits = datasets.load_digits()
iris = datasets.load_iris()
rng = np.random.RandomState(0)
centres = rng.uniform(-3, 3, (4, 5))
blob_y = rng.randint(0, 4, 160)
blobs = np.round(centres[blob_y] + rng.randn(160, 5), 3)
overlap_y = rng.randint(0, 2, 200)
overlap = np.round(rng.randn(200, 3) + 0.4 * overlap_y[:, None], 3)

data = {
    "digits": (digits.data[:300], digits.target[:300].tolist(), packed(digits.data[:300], 1)),
    "iris": (np.round(iris.data * 10) / 10, iris.target.tolist(), packed(np.round(iris.data * 10), 10)),
    "blobs": (blobs, ["class %s" % "dacb"[k] for k in blob_y], blobs.tolist()),
    "overlap": (overlap, overlap_y.tolist(), overlap.tolist()),
}
data["iris tenths"] = (np.round(iris.data * 10), iris.target.tolist(), packed(np.round(iris.data * 10), 1))
data["iris pair"] = (data["iris"][0][50:], data["iris"][1][50:], packed(np.round(iris.data[50:] * 10), 10))

cases = []
for C in (1, 100):
    cases += [("digits", dict(kernel="rbf", gamma=1e-3, C=C)), ("digits", dict(kernel="rbf", gamma=1e-4, C=C)),
              ("digits", dict(kernel="linear", C=C))]
cases.append(("digits", dict(kernel="poly", gamma=1e-2, degree=3)))
for name in ("iris", "iris pair", "blobs", "overlap"):
    for kernel in ("linear", "rbf", "poly", "sigmoid"):
        cases.append((name, dict(kernel=kernel)))
    cases += [
        (name, dict(kernel="rbf", gamma="auto", class_weight="balanced")),
        (name, dict(kernel="linear", C=1e-3)),
        (name, dict(kernel="rbf", C=1e4, gamma=0.5)),
        (name, dict(kernel="linear", C=10, tol=1e-5)),
        (name, dict(kernel="rbf", C=10, max_iter=20)),
        (name, dict(kernel="rbf", C=10, shrinking=False)),
        (name, dict(kernel="rbf", C=10, decision_function_shape="ovo")),
    ]
cases += [
    ("iris tenths", dict(kernel="linear", C=0.1, tol=1e-7)),
    ("iris", dict(kernel="poly", degree=2, coef0=1.0, gamma=0.1)),
    ("iris", dict(kernel="poly", degree=5, coef0=0.5, gamma=0.3, C=0.1)),
    ("iris", dict(kernel="sigmoid", coef0=-0.5, gamma=0.01)),
    ("iris", dict(kernel="rbf", class_weight={0: 1, 1: 10, 2: 0.5})),
    ("iris", dict(kernel="rbf", break_ties=True)),
    ("iris", dict(kernel="precomputed")),
    ("overlap", dict(kernel="rbf", gamma=5.0, C=100)),
    ("overlap", dict(kernel="linear", C=100)),
    ("blobs", dict(kernel="linear", C=1e4)),
]

fits = []
for name, params in cases:
    X, y, _ = data[name]
    y = np.array(y)
    train, test = X[::2], X[1::2]
    if params["kernel"] == "precomputed":
        train, test = train @ train.T, test @ train.T
    m = SVC(**params).fit(train, y[::2])
    small = name != "digits"
    fits.append({
        "data": name,
        "params": {names.get(k, k): v for k, v in params.items()},
        "support": m.support_.tolist(),
        "nSupport": m.n_support_.tolist(),
        "intercept": m.intercept_.tolist(),
        "nIter": m.n_iter_.tolist(),
        # Of large tables the sums of the rows weighted 1, 2, 3, … and so sensitive to order.
        "dualCoef": m.dual_coef_.tolist() if small and m.dual_coef_.size < 80 else None,
        "dualCoefSums": (m.dual_coef_ @ np.arange(1, m.dual_coef_.shape[1] + 1)).tolist(),
        "decisions": np.ravel(m.decision_function(test[:4])).tolist(),
        "predict": m.predict(test).tolist(),
    })

json.dump({"data": {k: {"X": v[2], "y": v[1]} for k, v in data.items()}, "fits": fits}, open(sys.argv[1], "w"),
          separators=(",", ":"))
