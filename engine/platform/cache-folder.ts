/** The folder for data that can be recomputed, one for each user. */
import os from 'node:os';
import path from 'node:path';

const NAME = 'conmim-studio';

/** CONMIM_CACHE, or the program's folder in the cache of the operating system. */
export function cacheFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = os.homedir(),
): string {
  const given = env['CONMIM_CACHE'];
  if (given) return path.resolve(given);
  if (platform === 'win32')
    return path.join(env['LOCALAPPDATA'] || path.join(home, 'AppData', 'Local'), NAME, 'cache');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', NAME);
  const base = env['XDG_CACHE_HOME'];
  // The specification says that relative paths are ignored.
  return path.join(base && path.isAbsolute(base) ? base : path.join(home, '.cache'), NAME);
}
