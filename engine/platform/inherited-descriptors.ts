/**
 * Closes the descriptors that a process was born with and never asked for.
 *
 * On Linux a child gets every descriptor that its parent did not mark to be closed. Electron marks few of
 * its own, so a training would hold its sockets, its databases and its debugging port for as long as it
 * runs, and Electron's helper processes would outlive it. Windows and macOS hand nothing on by
 * themselves (libuv starts processes with POSIX_SPAWN_CLOEXEC_DEFAULT there).
 *
 * Node has descriptors of its own before the first line of a program runs, and marks inherited ones as it
 * marks its own, so neither marks nor numbers tell them apart in the child. Two things do: what the parent
 * has under the same number without the mark was inherited; and some kinds Node never opens by itself.
 */
import { closeSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { url as inspectorUrl } from 'node:inspector';
import path from 'node:path';

/** The first descriptor that is not a standard stream. */
const FIRST = 3;
/** Of the flags in /proc, as fcntl.h has them. */
const CLOSE_ON_EXEC = 0o2000000;
const ACCESS_MODE = 0o3;
/** What Node itself opens before a program runs, besides pipes. */
const KINDS_OF_NODE =
  /^(anon_inode:\[(eventpoll|eventfd|io_uring)\]|\/dev\/(null|u?random|tty|pts\/\d+))$/;

interface Descriptor {
  readonly number: number;
  /** Such as `socket:[1234]`, `pipe:[1234]`, `anon_inode:[eventfd]`, or the path of a file. */
  readonly target: string;
  readonly flags: number;
  /** The rest of what the system tells of it. */
  readonly info: string;
}

/**
 * Closes what was inherited, except the standard streams and the channel to the parent. It has to be
 * called before the program opens anything. Nothing is done on systems without /proc.
 *
 * @returns what was closed, for example `socket:[1234]`
 */
export function closeInherited(): readonly string[] {
  const own = descriptorsOf('self');
  const parent = new Map(descriptorsOf(process.ppid).map((each) => [each.number, each]));
  const channel = (process.channel as { readonly fd?: number } | undefined)?.fd;
  return own
    .filter(({ number }) => number !== channel)
    .filter((each) => isFrom(parent.get(each.number), each) || isForeign(each, own))
    .filter((each) => !keepsMount(each, process.env))
    .flatMap(({ number, target }) => (close(number) ? target : []));
}

/** Whether the parent has the same thing under the same number, and lets its children have it. */
function isFrom(parent: Descriptor | undefined, own: Descriptor): boolean {
  if (parent?.target !== own.target || (parent.flags & CLOSE_ON_EXEC) !== 0) return false;
  // Everything without a name of its own is called the same.
  return !own.target.startsWith('anon_inode:') || parent.info === own.info;
}

/** Whether it is of a kind that Node does not open by itself. */
function isForeign({ number, target }: Descriptor, own: readonly Descriptor[]): boolean {
  // A debugger listens before the program runs.
  if (target.startsWith('socket:')) return inspectorUrl() === undefined;
  // Node's own pipes have both ends here.
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
 * An AppImage is mounted for as long as somebody holds its pipe and its folder; a training that is run
 * from there must keep both, since it goes on when the window is closed.
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
    // There is no such list on this system, or the parent is gone or another user's.
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
        // The one with which the list was read is closed by now.
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
