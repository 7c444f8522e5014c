/** Run a program with all its system calls recorded. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { readTrace, type SystemCall, tracing, whyNotTraced } from './system-calls.ts';

/** Why tracing is not possible on this machine; undefined if it is. */
export const whyNot: string | undefined = whyNotTraced();

export interface TracedRun {
  readonly calls: readonly SystemCall[];
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Folders of a test: home, temporary files, and recorded calls. */
export function placesIn(folder: string) {
  const places = { home: path.join(folder, 'home'), temporary: path.join(folder, 'tmp') };
  for (const place of Object.values(places)) mkdirSync(place, { recursive: true });
  return places;
}

/**
 * An environment with PATH only: libraries that send reports do not do so if the variable CI is
 * set, and no switch of the environment may help.
 */
export function bareEnvironment(folder: string, env: Record<string, string> = {}) {
  const { home, temporary } = placesIn(folder);
  return { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: temporary, ...env };
}

export function traced(
  folder: string,
  command: readonly string[],
  env: Record<string, string> = {},
): TracedRun {
  mkdirSync(path.join(folder, 'calls'), { recursive: true });
  const at = mkdtempSync(path.join(folder, 'calls', 'of-'));
  const [program, ...words]: string[] = [...tracing(at), ...command];
  const { status, stdout, stderr } = spawnSync(program!, words, {
    cwd: folder,
    env: bareEnvironment(folder, env),
    encoding: 'utf8',
  });
  return { calls: readTrace(at, folder), status, stdout, stderr };
}
