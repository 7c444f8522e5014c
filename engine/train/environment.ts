/** What a run was made with; a resumed run repeats bit for bit only with the same. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { packagedFile } from '../platform/packaged-file.ts';
import { computeThreads } from '../platform/threads.ts';

export type Environment = Readonly<Record<string, string>>;

/** Versions of everything that computes, and the number of threads. */
export function environment(threads = computeThreads()): Environment {
  return {
    studio: versionIn(packagedFile('package.json')),
    node: process.versions.node,
    onnxruntime: packageVersion('onnxruntime-node'),
    sharp: packageVersion('sharp'),
    platform: `${process.platform}-${process.arch}`,
    threads: String(threads),
  };
}

/** Differences in words, such as `node 20.20.2 → 22.1.0`; empty when there is none. */
export function environmentChanges(before: Environment, now: Environment): string[] {
  return Object.keys(now)
    .filter((key) => before[key] !== undefined && before[key] !== now[key])
    .map((key) => `${key} ${before[key]} → ${now[key]}`);
}

function packageVersion(name: string): string {
  try {
    return versionIn(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    // Not installed, or it does not tell: then it cannot be compared either.
    return 'unknown';
  }
}

function versionIn(file: string): string {
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
  return typeof version === 'string' ? version : 'unknown';
}
