import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { launchedRanks } from './launched.ts';
import { parseLibraryVersion } from './mpi/library.ts';
import { openMpi } from './mpi/mpi.ts';
import { openCollectives } from './open-collectives.ts';

it('tells by the environment whether a process is one of several ranks', () => {
  expect(launchedRanks({})).toBeUndefined();
  expect(launchedRanks({ OMPI_COMM_WORLD_SIZE: '4', PMIX_RANK: '0' })).toEqual({
    size: 4,
    family: 'open-mpi',
  });
  expect(launchedRanks({ PMI_SIZE: '2', PMI_RANK: '1' })).toEqual({ size: 2, family: 'mpich' });
  expect(launchedRanks({ PMIX_RANK: '3' })).toEqual({});
  // A script that sbatch runs.
  expect(launchedRanks({ SLURM_PROCID: '0', SLURM_NTASKS: '8' })).toBeUndefined();
});

it('tells libraries apart by what they call themselves', () => {
  expect(parseLibraryVersion('Open MPI v5.0.3, package: Debian OpenMPI, ident: 5.0.3')).toEqual({
    family: 'open-mpi',
    name: 'Open MPI 5.0.3',
  });
  expect(parseLibraryVersion('Open MPI v4.1.0rc2, package: x')?.name).toBe('Open MPI 4.1.0rc2');
  expect(parseLibraryVersion('Open MPI v3.1.0, package: x')).toBeUndefined();
  expect(parseLibraryVersion('MPICH Version:\t4.0.2\nMPICH Release date:\tx')).toEqual({
    family: 'mpich',
    name: 'MPICH 4.0.2',
  });
  expect(parseLibraryVersion('Intel(R) MPI Library 2021.10 for Linux* OS\n')).toEqual({
    family: 'mpich',
    name: 'Intel(R) MPI Library 2021.10',
  });
  expect(parseLibraryVersion('MVAPICH2 Version      :\t2.3.7')?.name).toBe('MVAPICH2 2.3.7');
  expect(parseLibraryVersion('Microsoft MPI 10.1')).toBeUndefined();
});

it('is alone without a launcher, and every collective gives what it is given', async () => {
  for (const env of [{}, { PMI_SIZE: '1' }]) {
    const alone = await openCollectives(env);
    expect([alone.rank, alone.size]).toEqual([0, 1]);
    const values = Float32Array.of(1, 2);
    await alone.sum(values);
    expect([...values]).toEqual([1, 2]);
    expect(await alone.gather(Uint8Array.of(3))).toEqual([Uint8Array.of(3)]);
  }
});

it('names a library that cannot be loaded, and what to install', async () => {
  await expect(openMpi({}, '/nowhere/libmpi.so')).rejects.toMatchObject({
    code: 'mpi-missing',
    message: '/nowhere/libmpi.so cannot be loaded, and several ranks need one to communicate.',
    advice: expect.stringContaining('apt install openmpi-bin'),
  });
});

const NO_MPI = spawnSync('sh', ['-c', 'ls /lib/*/libm.so.6'], { encoding: 'utf8' }).stdout.trim();

it.runIf(NO_MPI !== '')('names a library that is none of MPI', async () => {
  await expect(openMpi({}, NO_MPI)).rejects.toMatchObject({
    code: 'mpi-missing',
    details: { reasons: [expect.stringContaining('MPI_Get_library_version')] },
  });
});
