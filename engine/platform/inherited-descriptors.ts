/**
 * Close file descriptors that a process inherited by accident.
 *
 * On Linux a child process inherits every descriptor that its parent did not mark close-on-exec. Electron
 * marks few of its own, so a training would hold its sockets, databases and debugging port as long as it
 * runs, and Electron's helper processes would outlive Electron. On Windows and macOS nothing is inherited
 * by default (libuv starts processes with POSIX_SPAWN_CLOEXEC_DEFAULT there).
 *
 * Node opens descriptors before the first line of a program runs, and marks inherited ones like its own,
 * so neither marks nor numbers distinguish them in the child. Two properties do: a descriptor that the
 * parent has under the same number without the mark was inherited, and Node never opens some kinds.
 */
import { closeSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { url as inspectorUrl } from 'node:inspector';
import path from 'node:path';

/** The first descriptor that is not a standard stream. */
const FIRST = 3;
/** Flags in /proc, as in fcntl.h. */
const CLOSE_ON_EXEC = 0o2000000;
const ACCESS_MODE = 0o3;
/** Descriptors that Node opens before a program runs, besides pipes. */
const KINDS_OF_NODE =
  /^(anon_inode:\[(eventpoll|eventfd|io_uring)\]|\/dev\/(null|u?random|tty|pts\/\d+))$/;

interface Descriptor {
  readonly number: number;
  /** For example `socket:[1234]`, `pipe:[1234]`, `anon_inode:[eventfd]`, or the path of a file. */
  readonly target: string;
  readonly flags: number;
  /** The other lines of fdinfo. */
  readonly info: string;
}

/**
 * Close inherited descriptors except the standard streams, the channel to the parent, and the socket by
 * which MPICH's and Slurm's launchers connect a rank. Call it before the program opens anything. It does
 * nothing on systems without /proc.
 *
 * @returns the targets of the closed descriptors, for example `socket:[1234]`
 */
export function closeInherited(): readonly string[] {
  const own = descriptorsOf('self');
  const parent = new Map(descriptorsOf(process.ppid).map((each) => [each.number, each]));
  const channel = (process.channel as { readonly fd?: number } | undefined)?.fd;
  return own
    .filter(({ number }) => number !== channel && String(number) !== process.env['PMI_FD'])
    .filter((each) => isFrom(parent.get(each.number), each) || isForeign(each, own))
    .filter((each) => !keepsMount(each, process.env))
    .flatMap(({ number, target }) => (close(number) ? target : []));
}

/** Whether the parent has the same descriptor under the same number without the close-on-exec mark. */
function isFrom(parent: Descriptor | undefined, own: Descriptor): boolean {
  if (parent?.target !== own.target || (parent.flags & CLOSE_ON_EXEC) !== 0) return false;
  // Anonymous inodes of one kind have the same target.
  return !own.target.startsWith('anon_inode:') || parent.info === own.info;
}

/** Whether Node does not open descriptors of this kind by itself. */
function isForeign({ number, target }: Descriptor, own: readonly Descriptor[]): boolean {
  // The inspector opens a socket before the program runs.
  if (target.startsWith('socket:')) return inspectorUrl() === undefined;
  // Both ends of Node's own pipes are in this process.
  if (target.startsWith('pipe:')) return own.filter((each) => each.target === target).length === 1;
  return !KINDS_OF_NODE.test(target) && !(isFile(number) && writesProfile());
}

function isFile(number: number): boolean {
  try {
    return statSync(`/proc/self/fd/${number}`).isFile();
  } catch {
    return false;
  }
}

/** Profiles and traces are files that V8 opens before the program runs. */
function writesProfile(): boolean {
  const options = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  return /--\S*(prof|perf|trace|log)/.test(options);
}

/**
 * An AppImage stays mounted as long as a process holds its pipe and its folder. A training that runs from
 * it keeps both, since it goes on when the window is closed.
 */
function keepsMount({ target, flags }: Descriptor, env: NodeJS.ProcessEnv): boolean {
  const mount = env['APPDIR'];
  if (!mount || !process.execPath.startsWith(`${mount}${path.sep}`)) return false;
  return target === mount || (target.startsWith('pipe:') && (flags & ACCESS_MODE) === 0);
}

function descriptorsOf(process: number | 'self'): readonly Descriptor[] {
  const folder = `/proc/${process}`;
  let names: readonly string[];
  try {
    names = readdirSync(`${folder}/fd`);
  } catch {
    // The system has no such list, or the parent has ended or belongs to another user.
    return [];
  }
  return names
    .filter((name) => Number(name) >= FIRST)
    .flatMap((name) => {
      try {
        const target = readlinkSync(`${folder}/fd/${name}`);
        const lines = readFileSync(`${folder}/fdinfo/${name}`, 'utf8').split('\n');
        const flags = lines.find((line) => line.startsWith('flags:'))?.slice(6) ?? '';
        const info = lines.filter((line) => !line.startsWith('flags:')).join('\n');
        return { number: Number(name), target, flags: Number.parseInt(flags, 8), info };
      } catch {
        // The descriptor with which the list was read is closed by now.
        return [];
      }
    });
}

function close(number: number): boolean {
  try {
    closeSync(number);
    return true;
  } catch {
    return false;
  }
}
