import path from 'node:path';
import { expect, it } from 'vitest';
import { cacheFolder } from './cache-folder.ts';

it('takes the folder that the operating system has for it', () => {
  const linux = (env: Record<string, string>) => cacheFolder(env, 'linux', '/home/a');
  expect(linux({})).toBe(path.join('/home/a', '.cache', 'conmim-studio'));
  expect(linux({ XDG_CACHE_HOME: '/fast' })).toBe(path.join('/fast', 'conmim-studio'));
  expect(linux({ XDG_CACHE_HOME: 'not/absolute' })).toBe(linux({}));
  expect(cacheFolder({}, 'darwin', '/Users/a')).toBe(
    path.join('/Users/a', 'Library', 'Caches', 'conmim-studio'),
  );
  expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32', '/Users/a')).toBe(
    path.join('/local', 'conmim-studio', 'cache'),
  );
});

it('takes the folder that CONMIM_CACHE names', () => {
  expect(cacheFolder({ CONMIM_CACHE: '/elsewhere', XDG_CACHE_HOME: '/fast' }, 'linux', '/h')).toBe(
    path.resolve('/elsewhere'),
  );
});
