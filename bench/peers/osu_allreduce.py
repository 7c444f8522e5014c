"""Time of MPI_Allreduce alone, by the method of the OSU micro-benchmark osu_allreduce.

    pip install mpi4py numpy
    mpirun -n 2 python bench/peers/osu_allreduce.py 4 4096 33554432

For each number of bytes: some sums that do not count, then as many that do; the time of a sum is the mean
over these and over the ranks. Rank 0 prints one JSON object a size.
"""

import json
import sys
import time

import numpy
from mpi4py import MPI

ranks = MPI.COMM_WORLD
for size in map(int, sys.argv[1:]):
    repeats, skipped = (100, 20) if size <= 2**16 else (20, 4)
    source, target = numpy.ones(size // 4, "f4"), numpy.empty(size // 4, "f4")
    total = 0.0
    for i in range(repeats + skipped):
        ranks.Barrier()
        began = time.perf_counter()
        ranks.Allreduce(source, target, MPI.SUM)
        if i >= skipped:
            total += time.perf_counter() - began
    mean = ranks.allreduce(total / repeats, MPI.SUM) / ranks.size
    if ranks.rank == 0:
        library = MPI.Get_library_version().split(",")[0].split("\n")[0]
        print(json.dumps({"bytes": size, "sumMs": mean * 1e3, "library": library}), flush=True)
