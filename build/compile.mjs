// Compiles engine/, electron/ and bench/ to out/ when a source is newer than the last build. Types are not
// checked here, which takes five times as long; `npm test` and `npm run types` check them.
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

/** Newest modification time under a folder, ms. */
function newest(folder) {
  let latest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(at) : statSync(at).mtimeMs);
  }
  return latest;
}

/** Compile unless `out/` is up to date. Exits the process with the compiler's diagnostics on failure. */
export function compile(options) {
  if (tryCompile(options)) return;
  process.stderr.write(
    'The TypeScript sources do not compile; see the messages above. If packages are missing, run: npm ci\n',
  );
  process.exit(1);
}

/** Compile unless `out/` is up to date. @returns whether it is now */
export function tryCompile({ force = false } = {}) {
  const sources = ['engine', 'bench', 'electron', 'e2e/double']
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
  if (status !== 0) return false;
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, '');
  utimesSync(stamp, began, began);
  return true;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) compile();
