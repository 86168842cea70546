"""Classification metrics of scikit-learn 1.2.1 on random label vectors, at full precision.

    python3 make_metrics.py metrics.json

Numbers are written as the shortest decimals that read back exactly. NaN is written as null.
Warnings keep scikit-learn's names of parameters.
"""
import json
import sys
import warnings

import numpy as np
from sklearn import metrics

rng = np.random.RandomState(2024)
warning_texts = []


def attempt(call):
    """[value, numbers of the distinct warning texts], or the string 'error'."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = call()
        except ValueError:
            return "error"
    texts = [str(w.message) for w in caught if not issubclass(w.category, RuntimeWarning)]
    warning_texts.extend(text for text in dict.fromkeys(texts) if text not in warning_texts)
    return [plain(value), [warning_texts.index(text) for text in dict.fromkeys(texts)]]


def plain(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    value = value.item() if isinstance(value, np.generic) else value
    return None if value != value else value


def vectors():
    """(y_true, y_pred) by number of classes, rows and how often the prediction is right."""
    for n_classes, n, right in [(2, 10, 0.7), (2, 31, 0.4), (3, 20, 0.6), (4, 50, 0.8), (7, 60, 0.5), (8, 80, 0.6), (9, 70, 0.3),
                                (10, 150, 0.9), (17, 120, 0.5), (23, 200, 0.7)]:
        y_true = rng.randint(0, n_classes, n)
        y_pred = np.where(rng.random_sample(n) < right, y_true, rng.randint(0, n_classes, n))
        yield y_true.tolist(), y_pred.tolist()
    # Classes that are never predicted, never true, or alone.
    yield [0, 1, 2, 2, 1, 0], [0, 1, 1, 0, 1, 0]
    yield [0, 1, 1, 0, 1, 0], [0, 1, 2, 2, 1, 3]
    yield [0, 0, 0], [1, 1, 1]
    yield [1, 1, 1], [1, 1, 1]
    yield [0, 0, 0], [0, 0, 0]
    yield [2, 2, 2], [2, 2, 2]
    yield [-1, 1, -1, 1], [1, 1, -1, -1]
    yield [10, 9, 100, 9], [9, 9, 100, 10]
    words = np.array(["cat", "dog", "Ünicorn", "a long name of a class", "b\U0001f600", "b\uff5e"])
    for n_classes, n in [(2, 12), (3, 25), (6, 40)]:
        y_true = rng.randint(0, n_classes, n)
        y_pred = np.where(rng.random_sample(n) < 0.6, y_true, rng.randint(0, n_classes, n))
        yield words[y_true].tolist(), words[y_pred].tolist()


def some_labels(present):
    yield None
    yield present[::-1]
    yield present[1:]
    yield present[:1]
    yield present + (["missing"] if isinstance(present[0], str) else [77])


cases = []
for y_true, y_pred in vectors():
    present = sorted(set(y_true) | set(y_pred))
    case = {"y_true": y_true, "y_pred": y_pred, "scores": []}
    for average in ("binary", "micro", "macro", "weighted", None):
        for labels in some_labels(present):
            if labels is not None and (average == "binary" or len(present) > 8):
                continue
            for zero_division in ("warn", 0, 1) if len(y_true) < 10 else ("warn", 1) if labels is None else ("warn",):
                options = {"average": average, "zero_division": zero_division, "labels": labels}
                if average == "binary":
                    options["pos_label"] = present[-1]
                # One number per class is long, so those are recorded once, at beta=0.7, which only F depends on.
                one = average is not None and [attempt(lambda: f(y_true, y_pred, **options)) for f in
                                               (metrics.precision_score, metrics.recall_score, metrics.f1_score)]
                all_four = attempt(lambda: metrics.precision_recall_fscore_support(y_true, y_pred, beta=0.7, **options))
                case["scores"].append([average, zero_division, labels, one, all_four])
    case["default"] = attempt(lambda: metrics.f1_score(y_true, y_pred))
    case["accuracy"] = attempt(lambda: metrics.accuracy_score(y_true, y_pred))
    case["right"] = attempt(lambda: metrics.accuracy_score(y_true, y_pred, normalize=False))
    case["balanced"] = attempt(lambda: metrics.balanced_accuracy_score(y_true, y_pred))
    case["fbeta"] = [[beta, attempt(lambda: metrics.fbeta_score(y_true, y_pred, beta=beta, average="macro"))]
                     for beta in (0, 0.5, 2)]
    case["confusion"] = [[labels, normalize, attempt(lambda: metrics.confusion_matrix(y_true, y_pred, labels=labels,
                                                                                      normalize=normalize))]
                         for labels in some_labels(present) for normalize in (None, "true", "pred", "all")
                         if len(present) < 5]
    case["reports"] = []
    for labels, names, digits, zero_division in [
        (None, None, 2, "warn"), (None, ["class %d of all" % i for i in range(len(present))], 3, 1), (present[1:], None, 0, 0),
        (present[::-1], None, 4, 0), (None, None, 14, 0), (None, ["one name"], 2, 0), (present, ["one", "two"], 2, 0),
    ][:7 if len(present) < 8 else 1]:
        options = {"labels": labels, "target_names": names, "digits": digits, "zero_division": zero_division}
        text = attempt(lambda: metrics.classification_report(y_true, y_pred, **options))
        case["reports"].append([labels, names, digits, zero_division, text])
    if len(present) > 8:
        cases.append(case)
        continue
    case["dict"] = attempt(lambda: metrics.classification_report(y_true, y_pred, output_dict=True))
    case["dict of some"] = attempt(lambda: metrics.classification_report(y_true, y_pred, labels=present[1:], output_dict=True))
    cases.append(case)

# Sums whose last digit shows the order of the additions.
means = []
for n in [1, 2, 7, 8, 9, 15, 16, 100, 127, 128, 129, 200, 1000, 1031]:
    values = rng.random_sample(n) * 10.0 ** rng.randint(-3, 3, n)
    values = np.round(values, 6)
    weights = rng.randint(1, 50, n)
    means.append([values.tolist() if n < 300 else None, n, weights.tolist() if n < 300 else None,
                  plain(np.mean(values)), plain(np.average(values, weights=weights))])
means = [m for m in means if m[0] is not None]
thirds = [[n, plain(np.sum(1 / np.arange(1, n + 1)))] for n in (5, 8, 50, 128, 129, 1000, 4097, 8193, 10000, 50000)]

with open(sys.argv[1], "w") as out:
    json.dump({"warnings": warning_texts, "cases": cases, "means": means, "harmonic": thirds}, out, separators=(",", ":"))
