/** Which modules a command loads, in a process of its own. */
import { spawnSync } from 'node:child_process';
import { packagedFile } from '../../platform/packaged-file.ts';

const dataUrl = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;

/** Writes the address of each module to stderr, in the thread that Node loads modules by. */
const HOOKS = `import { writeSync } from 'node:fs';
export async function load(url, context, next) {
  writeSync(2, 'MODULE ' + url + '\\n');
  return next(url, context);
}`;
const REGISTER = `import { register } from 'node:module';
register(${JSON.stringify(dataUrl(HOOKS))});`;

/** @returns modules of the engine from `engine/` on, and the names of packages */
export function loadedModules(args: readonly string[]): { code: number | null; modules: string[] } {
  const command = packagedFile('build/conmim.mjs');
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', dataUrl(REGISTER), command, ...args],
    { encoding: 'utf8' },
  );
  const modules = [
    ...stderr.matchAll(/^MODULE .*\/(?:out\/(engine\/.*)|node_modules\/(.*))$/gm),
  ].map(([, own, dependency]) => own ?? dependency!);
  return { code: status, modules };
}
