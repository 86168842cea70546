"""Where the tenths of distributions lie, by SciPy: of each, arguments of the generator's method, and pairs of x and P(X <= x).

    python3 make_distributions.py distributions.json
"""
import json
import sys

import numpy as np
from scipy import stats

CASES = [
    ("uniform", (-2, 3), stats.uniform(-2, 5)),
    ("lognormal", (0.5, 0.8), stats.lognorm(0.8, scale=np.exp(0.5))),
    ("exponential", (3,), stats.expon(scale=3)),
    ("weibull", (1.7,), stats.weibull_min(1.7)),
    ("weibull", (0.4,), stats.weibull_min(0.4)),
    ("pareto", (2.5,), stats.lomax(2.5)),
    ("power", (3,), stats.powerlaw(3)),
    ("rayleigh", (2,), stats.rayleigh(scale=2)),
    ("laplace", (1, 2), stats.laplace(1, 2)),
    ("logistic", (1, 2), stats.logistic(1, 2)),
    ("gumbel", (1, 2), stats.gumbel_r(1, 2)),
    ("standardCauchy", (), stats.cauchy()),
    ("triangular", (1, 2, 5), stats.triang(0.25, 1, 4)),
    ("triangular", (0, 0, 2), stats.triang(0, 0, 2)),
    ("triangular", (0, 2, 2), stats.triang(1, 0, 2)),
    ("gamma", (0.3, 1), stats.gamma(0.3)),
    ("gamma", (1, 2), stats.gamma(1, scale=2)),
    ("gamma", (7.5, 0.5), stats.gamma(7.5, scale=0.5)),
    ("gamma", (1e6, 1), stats.gamma(1e6)),
    ("chisquare", (1,), stats.chi2(1)),
    ("chisquare", (10,), stats.chi2(10)),
    ("beta", (0.5, 0.5), stats.beta(0.5, 0.5)),
    ("beta", (1, 1), stats.beta(1, 1)),
    ("beta", (2, 5), stats.beta(2, 5)),
    ("beta", (0.2, 3), stats.beta(0.2, 3)),
    ("standardT", (1,), stats.t(1)),
    ("standardT", (4.5,), stats.t(4.5)),
    ("f", (3, 8), stats.f(3, 8)),
    ("wald", (2, 3), stats.invgauss(2 / 3, scale=3)),
    ("wald", (10, 0.5), stats.invgauss(10 / 0.5, scale=0.5)),
    ("poisson", (0.2,), stats.poisson(0.2)),
    ("poisson", (4,), stats.poisson(4)),
    ("poisson", (9.99,), stats.poisson(9.99)),
    ("poisson", (10,), stats.poisson(10)),
    ("poisson", (123.4,), stats.poisson(123.4)),
    ("poisson", (1e6,), stats.poisson(1e6)),
    ("binomial", (10, 0.3), stats.binom(10, 0.3)),
    ("binomial", (10, 0.9), stats.binom(10, 0.9)),
    ("binomial", (1000, 0.01), stats.binom(1000, 0.01)),
    ("binomial", (100, 0.5), stats.binom(100, 0.5)),
    ("binomial", (1000, 0.97), stats.binom(1000, 0.97)),
    ("binomial", (10**9, 0.25), stats.binom(10**9, 0.25)),
    ("negativeBinomial", (3, 0.2), stats.nbinom(3, 0.2)),
    ("negativeBinomial", (0.5, 0.6), stats.nbinom(0.5, 0.6)),
    ("geometric", (0.3,), stats.geom(0.3)),
    ("geometric", (0.01,), stats.geom(0.01)),
]


def points(distribution):
    xs = np.unique(distribution.ppf(np.r_[0.001, 0.01, np.arange(1, 10) / 10, 0.99, 0.999]))
    return [[x, p] for x, p in zip(xs.tolist(), distribution.cdf(xs).tolist())]


with open(sys.argv[1], "w") as file:
    file.write("[\n")
    rows = [json.dumps({"name": n, "parameters": list(p), "points": points(d)}) for n, p, d in CASES]
    file.write(",\n".join(rows) + "\n]\n")
