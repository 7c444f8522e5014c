import { expect, it } from 'vitest';
import { localArguments, needLauncher, parseLauncherVersion } from './launcher.ts';

it('tells launchers apart by what they say', () => {
  expect(parseLauncherVersion('mpirun (Open MPI) 4.1.4\n\nReport bugs to http://x\n')).toEqual({
    family: 'open-mpi',
    name: 'Open MPI 4.1.4',
  });
  expect(
    parseLauncherVersion('HYDRA build details:\n    Version:            4.0.2\n  CC: gcc\n'),
  ).toEqual({ family: 'mpich', name: 'MPICH 4.0.2' });
  expect(
    parseLauncherVersion('Intel(R) MPI Library for Linux* OS, Version 2021.10 Build 1\n'),
  ).toEqual({ family: 'mpich', name: 'Intel(R) MPI Library 2021.10' });
  expect(parseLauncherVersion('Microsoft MPI Startup Program [Version 10.1]')).toBeUndefined();
});

it('names the package to install where there is no launcher', async () => {
  await expect(needLauncher({ PATH: '/nowhere' })).rejects.toMatchObject({
    code: 'mpi-missing',
    message: expect.stringContaining('No mpirun of Open MPI or MPICH is on the PATH'),
    advice: expect.stringMatching(/openmpi-bin|open-mpi|one process/),
  });
});

it('starts ranks on this machine alone, not bound to a core, also as root', () => {
  expect(localArguments({ family: 'open-mpi', name: 'Open MPI 5.0.3' }, 4, true).join(' ')).toBe(
    '--allow-run-as-root --host localhost:4 --oversubscribe --bind-to none -n 4',
  );
  const openMpi = { family: 'open-mpi', name: 'Open MPI 4.1.4' } as const;
  expect(localArguments(openMpi, 2, false)).not.toContain('--allow-run-as-root');
  expect(localArguments({ family: 'mpich', name: 'MPICH 4.0.2' }, 3).join(' ')).toBe(
    '-launcher fork -disable-auto-cleanup -hosts localhost -n 3',
  );
});
