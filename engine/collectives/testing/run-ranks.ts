/** Starts a compiled script on several ranks by the launchers of this machine. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { workerUrl } from '../../platform/worker-url.ts';
import type { MpiFamily } from '../launched.ts';
import { parseLauncherVersion } from '../launcher.ts';

/** Debian's names, under which both can be installed; elsewhere `mpirun` is one of them. */
const LAUNCHERS: Readonly<Record<MpiFamily, readonly string[]>> = {
  'open-mpi': ['mpirun.openmpi', 'mpirun'],
  mpich: ['mpirun.mpich', 'mpirun'],
};

/** @returns undefined where the library has no launcher here */
export function launcherOf(family: MpiFamily): string | undefined {
  return LAUNCHERS[family].find((command) => {
    const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    return status === 0 && parseLauncherVersion(stdout)?.family === family;
  });
}

interface RanksOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface RanksOutcome<Result> {
  /** what the ranks have written, by rank */
  readonly results: readonly Result[];
  readonly status: number | null;
  readonly output: string;
}

/** Run a command of this Node on several ranks. */
export async function spawnRanks(
  family: MpiFamily,
  ranks: number,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ status: number | null; output: string }> {
  const more = family === 'open-mpi' ? ['--oversubscribe'] : [];
  const command = [...more, '-n', String(ranks), process.execPath, ...args];
  const child = spawn(launcherOf(family)!, command, {
    env: {
      ...process.env,
      // Open MPI refuses root unless told twice; tests run in containers as root.
      OMPI_ALLOW_RUN_AS_ROOT: '1',
      OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      output += data;
    });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, output };
}

/**
 * @param script source file; it is run with a folder, into which rank N writes `N.json`, and the arguments
 */
export async function runRanks<Result>(
  family: MpiFamily,
  ranks: number,
  script: URL,
  { args = [], env = {} }: RanksOptions = {},
): Promise<RanksOutcome<Result>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-ranks-'));
  try {
    const file = fileURLToPath(workerUrl(script.href, script.href));
    const outcome = await spawnRanks(family, ranks, [file, folder, ...args], env);
    const results = readdirSync(folder)
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
      .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Result);
    return { results, ...outcome };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
