/** Versions of this program and of the packages that it computes with. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { packagedFile } from './packaged-file.ts';

export function programVersion(): string {
  return versionIn(packagedFile('package.json'));
}

/** `unknown` for a package that is not installed or has no version. */
export function packageVersion(name: string): string {
  try {
    return versionIn(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return 'unknown';
  }
}

function versionIn(file: string): string {
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
  return typeof version === 'string' ? version : 'unknown';
}
