// The system calls of a program and its child processes, including native code, by strace: network
// calls and changes of files. Linux only.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Calls that name files, which they may write, as a regular expression of strace. */
const FILE_CALLS =
  '/^(open|mkdir|mknod|rename|link|symlink|unlink)(at2?)?$|^(creat|truncate|rmdir|chmod|fchmodat)$';
const TRACED = ['%network', '%process', 'chdir', 'fchdir', 'io_uring_setup', FILE_CALLS];

/** One line of strace. */
interface ParsedCall {
  readonly name: string;
  /** The arguments as printed by strace. */
  readonly text: string;
  /** The return value, or the name of the error. */
  readonly result: string;
}

/** Program and folder of a process at the time of a call. */
interface State {
  readonly program: string;
  readonly cwd: string;
}

export interface SystemCall extends ParsedCall, State {
  readonly pid: number;
}

/** @returns undefined if programs can be traced, else the reason */
export function whyNotTraced(): string | undefined {
  if (process.platform !== 'linux') return 'strace is a program of Linux';
  const { status, error } = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', 'true']);
  if (error !== undefined) return 'strace is not installed';
  return status === 0 ? undefined : 'this machine does not let programs be traced';
}

/**
 * Command prefix that records the calls of a command. strace does not forward signals; use
 * `endTraced` to end the program.
 *
 * @param folder empty or missing; it gets a file per process and thread
 */
export function tracing(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return [
    'strace',
    '--follow-forks',
    '--output-separately',
    '--seccomp-bpf',
    '-qq',
    '-y',
    '-s',
    '256',
    '-e',
    'signal=none',
    '-e',
    `trace=${TRACED.join(',')}`,
    '-o',
    path.join(folder, 'calls'),
  ];
}

/** Send a signal to the program that a strace process has started. */
export function endTraced(strace: number, signal: NodeJS.Signals = 'SIGTERM'): void {
  const children = readFileSync(`/proc/${strace}/task/${strace}/children`, 'utf8');
  for (const pid of children.split(' ').filter(Boolean)) process.kill(Number(pid), signal);
}

/** The calls recorded in a folder of `tracing`. @param cwd initial folder of the traced program */
export function readTrace(folder: string, cwd: string): SystemCall[] {
  const files = readdirSync(folder).filter((name) => /^calls\.\d+$/.test(name));
  const byPid = new Map(
    files.map((name) => [
      Number(name.split('.')[1]),
      readFileSync(path.join(folder, name), 'utf8').split('\n').flatMap(parseCall),
    ]),
  );
  const made = new Map<number, { parent: number; before: number }>();
  for (const [pid, calls] of byPid)
    for (const call of calls)
      if (/^(v?fork|clone3?)$/.test(call.name) && /^\d+$/.test(call.result))
        made.set(Number(call.result), { parent: pid, before: calls.indexOf(call) });
  const told = new Map<number, State[]>();
  /** The states of a process at each of its calls. */
  const tell = (pid: number): State[] => {
    const known = told.get(pid);
    if (known !== undefined) return known;
    const states: State[] = [];
    told.set(pid, states);
    const origin = made.get(pid);
    const inherited = origin === undefined ? undefined : tell(origin.parent)[origin.before];
    let state = inherited ?? { program: 'unknown', cwd };
    for (const { name, text, result } of byPid.get(pid) ?? []) {
      if (name === 'execve' && result === '0') state = { ...state, program: programOf(text) };
      if (name === 'chdir' && result === '0')
        state = { ...state, cwd: path.resolve(state.cwd, quotedIn(text)[0] ?? '.') };
      states.push(state);
    }
    return states;
  };
  return [...byPid].flatMap(([pid, calls]) => {
    const states = tell(pid);
    return calls.map((call, i) => ({ pid, ...call, ...states[i]! }));
  });
}

/**
 * Parse a line of strace; empty if it is not a call. A call that did not return has the result `?`.
 */
export function parseCall(line: string): ParsedCall[] {
  const cut = /^(\w+)\((.*?),? <unfinished \.\.\.>$/.exec(line);
  if (cut !== null) return [{ name: cut[1]!, text: cut[2]!, result: '?' }];
  const match = /^(\w+)\((.*)\)\s+= (-?\w+|\?)(.*)$/.exec(line);
  if (match === null) return [];
  const [, name, text, result, rest] = match;
  const error = /^ (E[A-Z0-9]+)\b/.exec(rest!)?.[1];
  return [{ name: name!, text: text!, result: error ?? result! }];
}

/** The script of a Node process, or the name of another program. */
function programOf(text: string): string {
  const words = quotedIn(text).slice(1);
  const script = words.slice(1).find((word) => /\.[cm]?js$/.test(word) && !word.startsWith('-'));
  return path.basename(script ?? words[0] ?? 'unknown');
}

/** Quoted texts, decoded. */
export function quotedIn(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inner]) => plainText(inner!));
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f' };

/** Decode the octal escapes that strace uses for bytes outside ASCII. */
function plainText(text: string): string {
  const bytes: number[] = [];
  for (const [, octal, other, plain] of text.matchAll(/\\([0-7]{1,3})|\\(.)|([^\\])/g))
    bytes.push(
      octal === undefined ? (plain ?? ESCAPES[other!] ?? other!).charCodeAt(0) : parseInt(octal, 8),
    );
  return Buffer.from(bytes).toString('utf8');
}
