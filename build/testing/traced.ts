/** Runs a program with all of its calls written down. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { readTrace, type SystemCall, tracing, whyNotTraced } from '../system-calls.ts';

/** Why nothing can be traced here, in words. */
export const whyNot: string | undefined = whyNotTraced();

export interface TracedRun {
  readonly calls: readonly SystemCall[];
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Homes of one test: what a user's home, a folder for temporary files and the calls are. */
export function placesIn(folder: string) {
  const places = { home: path.join(folder, 'home'), temporary: path.join(folder, 'tmp') };
  for (const place of Object.values(places)) mkdirSync(place, { recursive: true });
  return places;
}

/**
 * Nothing of this process's environment but where programs are: libraries that report to their makers
 * are silent on machines that call themselves CI, and none may be helped by a switch.
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
