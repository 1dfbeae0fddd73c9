"""The bare counting that an audit begins with, as a Python user would do it. Prints JSON."""
import json, resource, sys, time
import pandas as pd

path, columns = sys.argv[1], sys.argv[2].split(",")
start = time.perf_counter()
cpu = time.process_time()
table = pd.read_csv(path, usecols=columns)
cells = table.groupby(columns, observed=True, dropna=False).size()
print(
    json.dumps(
        {
            "ms": (time.perf_counter() - start) * 1000,
            "cpuMs": (time.process_time() - cpu) * 1000,
            "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "cells": len(cells),
            "version": pd.__version__,
        }
    )
)
