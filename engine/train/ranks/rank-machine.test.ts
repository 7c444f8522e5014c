import { expect, it } from 'vitest';
import { parseCpuList } from '../../platform/allowed-cpus.ts';
import { checkVersions, type RankMachine, thisMachine, threadsOf } from './rank-machine.ts';

const machine = (host: string, cpus?: number[], threads = cpus?.length ?? 8): RankMachine => ({
  host,
  version: '1.0.0',
  threads,
  ...(cpus && { cpus }),
});
const threads = (...machines: RankMachine[]) =>
  machines.map((_, rank) => threadsOf(rank, machines));

it('divides the cores of a machine among its ranks, however the launcher gave them', () => {
  const all = [0, 1, 2, 3, 4, 5];
  // All ranks may run everywhere.
  expect(threads(machine('a', all), machine('a', all), machine('b', all))).toEqual([3, 3, 6]);
  expect(threads(...[0, 1, 2].map(() => machine('a', all)))).toEqual([2, 2, 2]);
  // Each rank has cores of its own, as with Slurm.
  expect(threads(machine('a', [0, 1]), machine('a', [2, 3, 4]))).toEqual([2, 3]);
  // More ranks than cores.
  expect(threads(machine('a', [0]), machine('a', [0]))).toEqual([1, 1]);
  // Where the system does not tell, and where fewer are asked for.
  expect(threads(machine('a'), machine('a'))).toEqual([4, 4]);
  expect(threads(machine('a', all, 4), machine('a', all, 4))).toEqual([2, 2]);
});

it('knows the CPUs of this process', () => {
  expect(parseCpuList('0-2,8')).toEqual([0, 1, 2, 8]);
  const { cpus, version } = thisMachine();
  if (process.platform === 'linux') expect(cpus!.length).toBeGreaterThan(0);
  expect(version).toMatch(/^\d+\.\d+/);
});

it('refuses ranks with another version of the program, by the name of their host', () => {
  const other = { ...machine('b'), version: '0.9.0' };
  expect(() => checkVersions([machine('a'), machine('a')])).not.toThrow();
  expect(() => checkVersions([machine('a'), machine('a'), other])).toThrow(
    'Rank 2 on b has version 0.9.0 of this program, and rank 0 on a has 1.0.0.',
  );
});
