import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { allocatorEnvironment } from './allocator-environment.ts';

const isLinux = process.platform === 'linux';

it.runIf(isLinux)('asks for large pages beside other settings of the user', () => {
  expect(allocatorEnvironment({})).toEqual({ GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' });
  expect(allocatorEnvironment({ GLIBC_TUNABLES: 'glibc.malloc.arena_max=2' })).toEqual({
    GLIBC_TUNABLES: 'glibc.malloc.arena_max=2:glibc.malloc.hugetlb=1',
  });
});

it('leaves what the user has set for large pages', () => {
  expect(allocatorEnvironment({ GLIBC_TUNABLES: 'glibc.malloc.hugetlb=0' })).toEqual({});
});

it('lets a process start as before', () => {
  const env = { ...process.env, ...allocatorEnvironment({}) };
  const script = 'process.stdout.write(String(new Float64Array(2 ** 24).length))';
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });
  expect([stdout, stderr]).toEqual([String(2 ** 24), '']);
});
