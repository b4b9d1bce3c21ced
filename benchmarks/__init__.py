"""Benchmarks, run by `make bench`; never part of the tests. Timings are ratios within one run on one machine."""
