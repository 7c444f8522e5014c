import { spawnSync } from 'node:child_process';
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
  const openMpi = { family: 'open-mpi', name: 'Open MPI 5.0.3' } as const;
  expect(localArguments(openMpi, 4, ['node', 'x'], true).join(' ')).toBe(
    '--allow-run-as-root --host localhost:4 --oversubscribe --bind-to none -n 4 node x',
  );
  expect(localArguments(openMpi, 2, [], false)).not.toContain('--allow-run-as-root');
  const mpich = localArguments({ family: 'mpich', name: 'MPICH 4.0.2' }, 3, ['node', 'x']);
  expect(mpich.join(' ')).toMatch(
    /^-launcher fork -disable-auto-cleanup -hosts localhost -n 3 sh -c .+ conmim node x$/,
  );
});

it.skipIf(process.platform === 'win32')('lets a rank that is killed end in order', () => {
  const all = localArguments({ family: 'mpich', name: 'MPICH 4.0.2' }, 1, [
    process.execPath,
    '-e',
    'console.log(1); console.error(2); process.kill(process.pid, "SIGKILL")',
  ]);
  const ended = spawnSync('sh', all.slice(all.indexOf('sh') + 1), { encoding: 'utf8' });
  expect(ended).toMatchObject({ status: 0, stdout: '1\n', stderr: '2\n' });
});
