/**
 * Removes, once, what ONNX Runtime's telemetry wrote while earlier versions of this program left it on.
 *
 * It is one folder for all programs of a user: a queue of reports that were not sent yet, and a random
 * number that names the machine in them. Reports of earlier runs of this program would be sent by the
 * next program that has the telemetry on, so the queue goes whole; a program that wants it makes a new
 * one. Beside it only empty logs and session marks in the folder for temporary files are touched, never
 * a file of another user, a file that is open, or a name that is not known.
 */
import { lstat, mkdir, readdir, readFile, readlink, rm, rmdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cacheFolder } from './cache-folder.ts';

/** Of the telemetry's own database (SQLite), with what SQLite puts beside it, and of its device id. */
const IN_CACHE = /^(onnxruntime\.db(-wal|-shm|-journal)?|deviceid(\.lock|\.tmp\.[0-9a-f-]+)?)$/;
const LOG = /^mat-debug-(\d+)\.log$/;
const SESSION_MARK = '.ses';
/** A time in milliseconds and a random number. */
const SESSION_TEXT = /^\d{1,20}\s+[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*$/;
const PARENTS = ['Microsoft', 'DeveloperTools', '.onnxruntime'];
/** In this program's cache: that it was done. */
const MARK = 'telemetry-removed.json';

export interface LeftoverPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly temporary: string;
}

/**
 * @returns the files that were removed; none when it was done before. What is in use is left for the
 *   next start, and what cannot be removed is left.
 */
export async function removeTelemetryLeftovers(given?: Partial<LeftoverPlaces>): Promise<string[]> {
  const places: LeftoverPlaces = {
    env: process.env,
    platform: process.platform,
    home: os.homedir(),
    temporary: os.tmpdir(),
    ...given,
  };
  const { env, platform, home, temporary } = places;
  // Its build for Windows tells the system's own tracing and writes no file.
  if (platform === 'win32') return [];
  const mark = path.join(cacheFolder(env, platform, home), MARK);
  if (await isThere(mark)) return [];
  const found = [...(await inCaches(places)), ...(await inTemporary(temporary))];
  const open = found.length === 0 ? new Set() : await openFiles();
  const inUse = new Set(found.filter((file) => open.has(file)).map((file) => path.dirname(file)));
  const removed: string[] = [];
  for (const file of found) {
    // A database is removed whole or not at all; temporary files are each for themselves.
    const kept = path.dirname(file) === temporary ? open.has(file) : inUse.has(path.dirname(file));
    if (kept) continue;
    try {
      await rm(file);
      removed.push(file);
    } catch {
      // It is gone, or its folder cannot be written: nothing more can be done about it.
    }
  }
  for (const base of cacheBases(places)) await removeEmptyFolders(base);
  if (inUse.size === 0) await remember(mark, removed);
  return removed;
}

function cacheBases({ env, platform, home }: LeftoverPlaces): string[] {
  if (platform === 'darwin') return [path.join(home, 'Library', 'Application Support')];
  const given = env['XDG_CACHE_HOME'];
  return [...new Set([...(given ? [path.resolve(given)] : []), path.join(home, '.cache')])];
}

async function inCaches(places: LeftoverPlaces): Promise<string[]> {
  const all = cacheBases(places).map(async (base) => {
    const folder = path.join(base, ...PARENTS);
    const names = (await namesIn(folder)).filter((name) => IN_CACHE.test(name));
    const files = names.map((name) => path.join(folder, name));
    const own = await Promise.all(files.map(ownSize));
    return files.filter((_, i) => own[i] !== undefined);
  });
  return (await Promise.all(all)).flat();
}

async function inTemporary(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(folder)) {
    const file = path.join(folder, name);
    const writer = LOG.exec(name)?.[1];
    // What is in a log was not written by a build that is published, so it may be another program's.
    if (writer !== undefined && (await ownSize(file)) === 0 && !isAlive(Number(writer)))
      found.push(file);
    if (name === SESSION_MARK && (await isSessionMark(file))) found.push(file);
  }
  return found;
}

async function isSessionMark(file: string): Promise<boolean> {
  const size = await ownSize(file);
  if (size === undefined || size > 100) return false;
  return SESSION_TEXT.test(await readFile(file, 'utf8').catch(() => ''));
}

/** Bytes of a plain file of this user; undefined for anything else. */
async function ownSize(file: string): Promise<number | undefined> {
  const stat = await lstat(file).catch(() => undefined);
  return stat?.isFile() && stat.uid === process.getuid?.() ? stat.size : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Files that processes of this user have open, where the system tells. Elsewhere a database that is
 * removed while it is open stays whole for its process, which does not see a new one.
 */
async function openFiles(): Promise<ReadonlySet<string>> {
  const processes = (await namesIn('/proc')).filter((name) => /^\d+$/.test(name));
  const open = new Set<string>();
  for (const pid of processes) {
    const folder = `/proc/${pid}/fd`;
    for (const fd of await namesIn(folder)) {
      const file = await readlink(path.join(folder, fd)).catch(() => undefined);
      if (file !== undefined) open.add(file);
    }
  }
  return open;
}

async function namesIn(folder: string): Promise<string[]> {
  const stat = await lstat(folder).catch(() => undefined);
  return stat?.isDirectory() ? readdir(folder).catch(() => []) : [];
}

/** Its own folder and those above it that it made, where nothing else lies in them. */
async function removeEmptyFolders(base: string): Promise<void> {
  for (let depth = PARENTS.length; depth > 0; depth--)
    await rmdir(path.join(base, ...PARENTS.slice(0, depth))).catch(() => undefined);
}

async function isThere(file: string): Promise<boolean> {
  return (await lstat(file).catch(() => undefined)) !== undefined;
}

async function remember(mark: string, removed: readonly string[]): Promise<void> {
  try {
    await mkdir(path.dirname(mark), { recursive: true });
    await writeFile(mark, `${JSON.stringify({ at: new Date().toISOString(), removed })}\n`);
  } catch {
    // Without a cache it is looked for again at the next start, which costs a moment.
  }
}
