/** Versions of this program and of the packages that it computes with. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { packagedFile } from './packaged-file.ts';

export function programVersion(): string {
  return versionIn(packagedFile('package.json'));
}

/** `unknown` for a package that is not installed or has no version. */
export function packageVersion(name: string): string {
  try {
    const main = createRequire(import.meta.url).resolve(name);
    // A package may keep its package.json from being resolved, so that it is looked for above its code.
    const folder = path.join('node_modules', name);
    const end = main.lastIndexOf(folder) + folder.length;
    return versionIn(path.join(main.slice(0, end), 'package.json'));
  } catch {
    return 'unknown';
  }
}

function versionIn(file: string): string {
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
  return typeof version === 'string' ? version : 'unknown';
}
