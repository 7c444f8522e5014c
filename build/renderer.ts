// Bundle renderer/ to out/renderer if a source is newer than the last bundle.
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './root.ts';

const stamp = path.join(ROOT, 'out', '.bundled');

/** Newest modification time under a folder, ms. */
function newest(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((latest, entry) => {
    const at = path.join(folder, entry.name);
    return Math.max(latest, entry.isDirectory() ? newest(at) : statSync(at).mtimeMs);
  }, statSync(folder).mtimeMs);
}

/** Bundle unless out/renderer is up to date. */
export async function bundleRenderer({ force = false } = {}): Promise<void> {
  const latest = Math.max(
    ...['renderer', 'engine/contract', 'docs'].map((folder) => newest(path.join(ROOT, folder))),
    statSync(path.join(ROOT, 'package-lock.json')).mtimeMs,
  );
  const there = existsSync(path.join(ROOT, 'out', 'renderer', 'index.html'));
  if (!force && there && existsSync(stamp) && statSync(stamp).mtimeMs > latest) return;
  console.error('Building the page. This is needed once, and takes up to a minute.');
  await forProduction(async () => {
    const { build } = await import('vite');
    await build({ configFile: path.join(ROOT, 'renderer', 'vite.config.ts'), logLevel: 'warn' });
  });
  writeFileSync(stamp, '');
}

/**
 * Test runners set NODE_ENV=test, with which Vite would bundle the development version of React.
 */
export async function forProduction<T>(bundle: () => Promise<T>): Promise<T> {
  const nodeEnv = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    return await bundle();
  } finally {
    if (nodeEnv === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = nodeEnv;
  }
}

export async function main(): Promise<void> {
  await bundleRenderer();
}
