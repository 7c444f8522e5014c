// Bundles renderer/ to out/renderer when a source is newer than the last bundle.
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const stamp = path.join(root, 'out', '.bundled');

/** Newest modification time under a folder, ms. */
function newest(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((latest, entry) => {
    const at = path.join(folder, entry.name);
    return Math.max(latest, entry.isDirectory() ? newest(at) : statSync(at).mtimeMs);
  }, statSync(folder).mtimeMs);
}

/** Bundle unless out/renderer is up to date. */
export async function bundleRenderer({ force = false } = {}) {
  const latest = Math.max(
    ...['renderer', 'engine/contract', 'docs'].map((folder) => newest(path.join(root, folder))),
    statSync(path.join(root, 'package-lock.json')).mtimeMs,
  );
  const there = existsSync(path.join(root, 'out', 'renderer', 'index.html'));
  if (!force && there && existsSync(stamp) && statSync(stamp).mtimeMs > latest) return;
  console.error('Building the page. This is needed once, and takes up to a minute.');
  await forProduction(async () => {
    const { build } = await import('vite');
    await build({ configFile: path.join(root, 'renderer', 'vite.config.ts'), logLevel: 'warn' });
  });
  writeFileSync(stamp, '');
}

/** A runner of tests says NODE_ENV=test, with which Vite bundles React for developers. */
export async function forProduction(bundle) {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    return await bundle();
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  await bundleRenderer();
