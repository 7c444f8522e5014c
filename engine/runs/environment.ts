/** What a run was made with; a resumed run repeats bit for bit only with the same. */
import { computeThreads } from '../platform/threads.ts';
import { packageVersion, programVersion } from '../platform/versions.ts';

export type Environment = Readonly<Record<string, string>>;

/** Versions of everything that computes, and the number of threads. */
export function environment(threads = computeThreads()): Environment {
  return {
    studio: programVersion(),
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
