/** The command of this machine that starts ranks, and which library it belongs to. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StudioError } from '../contract/errors.ts';
import type { MpiFamily } from './launched.ts';

/** The first three are any library's; Debian has the others where both are installed. */
const COMMANDS = ['mpirun', 'mpiexec', 'mpiexec.hydra', 'mpirun.openmpi', 'mpirun.mpich'];
const ASKING_MS = 10_000;

export interface Launcher {
  readonly command: string;
  readonly family: MpiFamily;
  /** for example `Open MPI 4.1.4` */
  readonly name: string;
}

/**
 * The first launcher on PATH of a known library, or of this one. The variable CONMIM_MPIRUN names another.
 *
 * @returns undefined where there is none
 */
export async function findLauncher(
  env: Readonly<Record<string, string | undefined>> = process.env,
  family?: MpiFamily,
): Promise<Launcher | undefined> {
  const given = env['CONMIM_MPIRUN'];
  for (const command of given ? [given] : COMMANDS) {
    const said = await versionOf(command, env);
    const found = said === undefined ? undefined : parseLauncherVersion(said);
    if (found !== undefined && (family === undefined || found.family === family))
      return { command, ...found };
  }
  return undefined;
}

/** @throws StudioError `mpi-missing` where there is none */
export async function needLauncher(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Launcher> {
  const found = await findLauncher(env);
  if (found !== undefined) return found;
  throw new StudioError(
    'mpi-missing',
    'No mpirun of Open MPI or MPICH is on the PATH, and several ranks are started by one.',
    { advice: howToInstall(), details: { reasons: COMMANDS.map((each) => `${each}: not found`) } },
  );
}

export function howToInstall(platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return 'Ranks run on Linux and macOS; train in one process here.';
  return platform === 'darwin'
    ? 'Install Open MPI (brew install open-mpi) or MPICH (brew install mpich).'
    : 'Install Open MPI or MPICH (Debian and Ubuntu: apt install openmpi-bin, or mpich; Fedora: dnf install openmpi, and load its module).';
}

async function versionOf(
  command: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  try {
    const options = { env, timeout: ASKING_MS, windowsHide: true } as const;
    const { stdout } = await promisify(execFile)(command, ['--version'], options);
    return stdout;
  } catch {
    return undefined;
  }
}

/** What a launcher says of itself. @returns undefined for one of another library */
export function parseLauncherVersion(text: string): Omit<Launcher, 'command'> | undefined {
  const openMpi = /\(Open MPI\)\s+(\d[\w.]*)/.exec(text);
  if (openMpi !== null) return { family: 'open-mpi', name: `Open MPI ${openMpi[1]}` };
  const intel = /Intel\(R\) MPI Library.*?Version\s+(\d[\w.]*)/s.exec(text);
  if (intel !== null) return { family: 'mpich', name: `Intel(R) MPI Library ${intel[1]}` };
  const hydra = /^HYDRA build details:\s+Version:\s+(\d[\w.]*)/.exec(text);
  return hydra === null ? undefined : { family: 'mpich', name: `MPICH ${hydra[1]}` };
}

/**
 * A shell that ends in order, with the code 0, in whatever way its command ends. MPICH's launcher kills
 * all other ranks as soon as a process that it started was ended by a signal, also where it is told to
 * leave them alone, and they could not tell which rank was lost. It sends SIGUSR1 to all, which nothing
 * here needs; what the shell itself says of a killed command goes nowhere.
 */
const ENDS_IN_ORDER = `trap '' USR1; exec 3>&2 2>/dev/null; (exec "$@" 2>&3 3>&-); exit 0`;

/** The arguments that start `ranks` processes of a command on this machine alone. */
export function localArguments(
  { family, name }: Omit<Launcher, 'command'>,
  ranks: number,
  command: readonly string[],
  isRoot = process.getuid?.() === 0,
): string[] {
  const count = ['-n', String(ranks)];
  // Within an allocation of a cluster, ranks would otherwise go to its other machines.
  if (family === 'mpich') {
    const stay = name.startsWith('MPICH') ? ['-disable-auto-cleanup'] : [];
    const place = ['-launcher', 'fork', ...stay, '-hosts', 'localhost', ...count];
    return [...place, 'sh', '-c', ENDS_IN_ORDER, 'conmim', ...command];
  }
  return [
    ...(isRoot ? ['--allow-run-as-root'] : []),
    ...['--host', `localhost:${ranks}`, '--oversubscribe'],
    // Open MPI binds a rank to one core where there are two of them.
    ...['--bind-to', 'none', ...count, ...command],
  ];
}
