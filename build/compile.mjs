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

/** Newest modification time of the sources in a folder and of the folders themselves, ms. */
function newest(folder) {
  let latest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) latest = Math.max(latest, newest(at));
    else if (/\.c?ts$/.test(entry.name)) latest = Math.max(latest, statSync(at).mtimeMs);
  }
  return latest;
}

/**
 * Compile unless `out/` is up to date. The compiler's diagnostics go to stderr.
 *
 * @param force delete `out/` first, so that it holds nothing whose source is gone
 * @returns whether `out/` is up to date now
 */
export function compile(force = false) {
  const sources = ['engine', 'electron', 'build', 'bench', 'e2e/double']
    .map((folder) => path.join(root, folder))
    .filter((folder) => existsSync(folder));
  const latest = Math.max(
    ...sources.map(newest),
    statSync(path.join(root, 'tsconfig.json')).mtimeMs,
  );
  if (!force && existsSync(stamp) && statSync(stamp).mtimeMs > latest) return true;
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
  writeFileSync(stamp, '');
  utimesSync(stamp, began, began);
  return true;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = compile(process.argv.includes('--force')) ? 0 : 1;
