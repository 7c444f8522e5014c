/**
 * Remove, once, the files that ONNX Runtime's telemetry wrote while earlier versions of this program left
 * it on.
 *
 * All programs of a user share one folder with a queue of unsent reports and a random number that
 * identifies the machine. The next program that has the telemetry on would send the reports of earlier
 * runs of this program, so the whole queue is removed; a program that needs it creates a new one. Apart
 * from it only empty logs and session marks in the temporary folder are removed, never a file of another
 * user, an open file, or a file of another name.
 */
import { lstat, mkdir, readdir, readFile, readlink, rm, rmdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { processExists } from './process-exists.ts';

/** Names of the telemetry's SQLite database and its companions, and of its device id. */
const IN_CACHE = /^(onnxruntime\.db(-wal|-shm|-journal)?|deviceid(\.lock|\.tmp\.[0-9a-f-]+)?)$/;
const LOG = /^mat-debug-(\d+)\.log$/;
const SESSION_MARK = '.ses';
/** A session mark holds a time in milliseconds and a random number. */
const SESSION_TEXT = /^\d{1,20}\s+[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*$/;
const PARENTS = ['Microsoft', 'DeveloperTools', '.onnxruntime'];
/** A file in this program's cache that says that the files were removed. */
const MARK = 'telemetry-removed.json';

export interface LeftoverPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly temporary: string;
}

/**
 * @returns the removed files; empty when it was done before. Open files are left for the next start, and
 *   files that cannot be removed stay.
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
  // The build for Windows uses the system's event tracing and writes no file.
  if (platform === 'win32') return [];
  const mark = path.join(cacheFolder(env, platform, home), MARK);
  if (await isThere(mark)) return [];
  const found = [...(await inCaches(places)), ...(await inTemporary(temporary))];
  const open = found.length === 0 ? new Set() : await openFiles();
  const inUse = new Set(found.filter((file) => open.has(file)).map((file) => path.dirname(file)));
  const removed: string[] = [];
  for (const file of found) {
    // A database is removed with its companions or not at all; temporary files are independent.
    const kept = path.dirname(file) === temporary ? open.has(file) : inUse.has(path.dirname(file));
    if (kept) continue;
    try {
      await rm(file);
      removed.push(file);
    } catch {
      // The file is gone, or its folder cannot be written.
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
    // Published builds leave their logs empty, so a log with content may belong to another program.
    if (writer !== undefined && (await ownSize(file)) === 0 && !processExists(Number(writer)))
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

/** Size of a regular file of this user; undefined for anything else. */
async function ownSize(file: string): Promise<number | undefined> {
  const stat = await lstat(file).catch(() => undefined);
  return stat?.isFile() && stat.uid === process.getuid?.() ? stat.size : undefined;
}

/**
 * Files that processes of this user have open, where the system reports them. Elsewhere a database that
 * is removed while it is open stays intact for its process.
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

/** Remove the telemetry's folder and the parents that it created, where they are empty. */
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
    // Without a cache folder the search is repeated at the next start.
  }
}
