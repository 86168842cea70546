"""Golden model searches by scikit-learn, on an estimator simple enough to be the same in both languages.

    python3 test/golden/make_search.py

writes search.json: the data, searches with their cv_results_, and tables formatted from made-up scores.
"""
import json
import math
import os
import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GridSearchCV, KFold

warnings.simplefilter("ignore")


class NearestCentroid(ClassifierMixin, BaseEstimator):
    """Sums run in order in plain floats, so that another language gives the same digits."""

    def __init__(self, power=2, shrink=0.0, limit=10):
        self.power = power
        self.shrink = shrink
        self.limit = limit

    def fit(self, X, y):
        if self.shrink >= self.limit:
            raise ValueError(f"shrink {self.shrink:g} is not below {self.limit:g}")
        self.classes_ = np.unique(y)
        self.centroids_ = []
        for label in self.classes_:
            rows = [row for row, other in zip(X.tolist(), y) if other == label]
            sums = [0.0] * X.shape[1]
            for row in rows:
                for j, value in enumerate(row):
                    sums[j] += value
            self.centroids_.append([total / len(rows) * (1 - self.shrink) for total in sums])
        return self

    def predict(self, X):
        out = []
        for row in X.tolist():
            best, least = 0, math.inf
            for k, centroid in enumerate(self.centroids_):
                distance = 0.0
                for value, center in zip(row, centroid):
                    gap = abs(value - center)
                    distance += gap * gap if self.power == 2 else gap
                if distance < least:
                    best, least = k, distance
            out.append(self.classes_[best])
        return np.array(out)


def plain(value):
    if isinstance(value, np.ma.MaskedArray):
        return [None if masked else plain(v) for v, masked in zip(value.data, np.ma.getmaskarray(value))]
    if isinstance(value, (np.ndarray, list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def results_of(table):
    return {k: plain(v) for k, v in table.items() if not k.endswith("_time")}


rng = np.random.RandomState(7)
n = 61
codes = rng.randint(0, 3, n)
X = np.round(rng.normal(size=(n, 3)) * 1.3 + codes[:, None] * [1.0, -0.5, 0.25], 2)
names = np.array(["pear", "apple", "fig"])[codes]
custom = [([int(i) for i in train], [int(i) for i in test]) for train, test in KFold(9).split(X)][::-1]


def by_first_class(estimator, X, y):
    return float(np.sum(estimator.predict(X) == estimator.classes_[0]))


functions = {"by_first_class": by_first_class}
grid = {"shrink": [0.0, 0.5, 0.9, 2.0], "power": [1, 2]}
cases = [
    {"name": "defaults", "grid": grid},
    {"name": "string labels, train scores", "labels": "names", "grid": grid, "returnTrainScore": True, "cv": 3},
    {"name": "several grids, macro precision", "grid": [{"power": [1]}, {"shrink": [0.1, 0.7]}], "scoring": "precision_macro"},
    {"name": "several metrics", "grid": grid, "scoring": ["precision_macro", "recall_macro", "accuracy"],
     "refit": "recall_macro", "returnTrainScore": True},
    {"name": "a record of metrics, no refit", "grid": grid, "scoring": {"hits": "accuracy", "rec": "recall_macro"}, "refit": False},
    {"name": "own splits", "grid": grid, "cv": "custom", "labels": "names"},
    {"name": "failures as NaN", "grid": {"shrink": [0.0, 3.0, 0.5, 4.0], "limit": [2]}},
    {"name": "failures as a number", "grid": {"shrink": [0.0, 3.0, 0.5], "limit": [2]}, "errorScore": 0.25, "returnTrainScore": True},
    {"name": "failures with several metrics", "grid": {"shrink": [0.0, 3.0], "limit": [2]}, "errorScore": -1,
     "scoring": ["recall_macro", "accuracy"], "refit": "accuracy"},
    {"name": "a function", "grid": grid, "scoring": "by_first_class"},
]
for case in cases:
    y = names if case.get("labels") == "names" else codes
    scoring = case.get("scoring")
    cv = custom if case.get("cv") == "custom" else case.get("cv", 5)
    search = GridSearchCV(
        NearestCentroid(), case["grid"], cv=cv, refit=case.get("refit", True),
        scoring=functions.get(scoring, scoring) if isinstance(scoring, str) else scoring,
        error_score=case.get("errorScore", math.nan), return_train_score=case.get("returnTrainScore", False),
    ).fit(X, y)
    case["expected"] = {
        "results": results_of(search.cv_results_),
        **{k: plain(getattr(search, k)) for k in ("best_index_", "best_score_", "best_params_", "n_splits_") if hasattr(search, k)},
    }
    if case.get("refit", True):
        case["expected"]["predicted"] = plain(search.predict(X))
        case["expected"]["score"] = search.score(X, y)

tables = []
for candidates, splits, decimals in ((4, 5, 16), (6, 3, 1), (3, 8, 16), (3, 21, 16), (2, 300, 3)):
    scores = np.round(rng.rand(candidates, splits), decimals)
    if candidates == 6:
        scores[1, 0] = math.nan
        scores[2] = scores[0]
        scores[4] = math.nan
    out = [{"fit_time": 0.0, "score_time": 0.0, "test_scores": float(s)} for s in scores.ravel()]
    search = GridSearchCV(NearestCentroid(), {})
    table = search._format_results([{} for _ in range(candidates)], splits, out)
    kept = ("mean_test_score", "std_test_score", "rank_test_score")
    tables.append({"scores": plain(scores), **{k: plain(table[k]) for k in kept}})
nans = GridSearchCV(NearestCentroid(), {})._format_results(
    [{}, {}], 1, [{"fit_time": 0.0, "score_time": 0.0, "test_scores": math.nan}] * 2)
tables.append({"scores": [["nan"], ["nan"]], **{k: plain(nans[k]) for k in kept}})

golden = {"X": X.tolist(), "codes": codes.tolist(), "names": names.tolist(), "custom": custom, "cases": cases, "tables": tables}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "search.json"), "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
