// Compiles the sources that Node runs to out/ when one is newer than the last build: engine/, electron/,
// build/, bench/ and e2e/double/. Types are not checked here, which takes five times as long; `npm test`
// and `npm run types` check them.
//
// This file and run.mjs and conmim.mjs beside it are plain JavaScript, since they run before anything is
// compiled (docs/decisions/0013-tooling.md).
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const stamp = path.join(root, 'out', '.compiled');

const SOURCES = ['engine', 'electron', 'build', 'bench', 'e2e/double'];

/**
 * The paths of all sources, and the newest of their modification times, ms. Times of folders do not count: files
 * that are no sources, such as those in build/cache, come and go while programs run, and compiling again under
 * these would let them read half a module.
 *
 * @param from the folder of the project
 */
export function findSources(from) {
  const paths = [];
  let latest = statSync(path.join(from, 'tsconfig.json')).mtimeMs;
  const look = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const at = path.join(folder, entry.name);
      if (entry.isDirectory()) look(at);
      else if (/\.c?ts$/.test(entry.name)) {
        paths.push(path.relative(from, at));
        latest = Math.max(latest, statSync(at).mtimeMs);
      }
    }
  };
  for (const folder of SOURCES.map((name) => path.join(from, name)))
    if (existsSync(folder)) look(folder);
  return { list: paths.sort().join('\n'), latest };
}

/**
 * Compile unless `out/` is up to date. The compiler's diagnostics go to stderr.
 *
 * @param force delete `out/` first, so that it holds nothing whose source is gone
 * @returns whether `out/` is up to date now
 */
export function compile(force = false) {
  const { list, latest } = findSources(root);
  const isCurrent = () => statSync(stamp).mtimeMs > latest && readFileSync(stamp, 'utf8') === list;
  if (!force && existsSync(stamp) && isCurrent()) return true;
  if (force) rmSync(path.join(root, 'out'), { recursive: true, force: true });
  const tsc = path.join(
    path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin',
    'tsc',
  );
  // What is written while the compiler runs may be missing from the build.
  const began = new Date();
  const { status } = spawnSync(process.execPath, [tsc, '-p', root, '--noCheck'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    process.stderr.write(
      'The TypeScript sources do not compile; see the messages above. If packages are missing, run: npm ci\n',
    );
    return false;
  }
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, list);
  utimesSync(stamp, began, began);
  return true;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = compile(process.argv.includes('--force')) ? 0 : 1;
