// Check of the files in a packed folder: all native files are for its target, and the packages are
// exactly those of the lock file.
import { readFileSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { PACKAGED_FOLDER } from '../engine/executors/onednn-library.ts';
import { nodeExecutable } from './node-runtime.ts';
import { onednnFiles } from './onednn.ts';
import { ROOT } from './root.ts';
import { VISUAL_C_FILES } from './visual-c.ts';

/** The folder `resources` of electron-builder's output for a target. */
export function resourcesIn(output: string, target: string): string {
  const [system, processor] = targetParts(target);
  const suffix = processor === 'x64' ? '' : `-${processor}`;
  const folders: Readonly<Record<string, readonly string[]>> = {
    linux: [`linux${suffix}-unpacked`, 'resources'],
    win32: [`win${suffix}-unpacked`, 'resources'],
    darwin: [`mac${suffix}`, 'ConMIM Studio.app', 'Contents', 'Resources'],
  };
  return path.join(output, ...folders[system]!);
}

/** System and processor of a target such as `linux-x64`. */
export function targetParts(target: string): [system: string, processor: string] {
  const [system, processor] = target.split('-');
  return [system!, processor!];
}

/** Sizes in bytes of all files below a folder, by relative path with `/`. */
export async function filesUnder(folder: string): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const at = path.join(entry.parentPath, entry.name);
    files.set(path.relative(folder, at).split(path.sep).join('/'), (await stat(at)).size);
  }
  return files;
}

/** Processors by their numbers in the headers of three executable formats. */
const ELF = new Map([
  [0x3e, 'x64'],
  [0xb7, 'arm64'],
]);
const PE = new Map([
  [0x8664, 'x64'],
  [0xaa64, 'arm64'],
]);
const MACH = new Map([
  [0x01000007, 'x64'],
  [0x0100000c, 'arm64'],
]);

/**
 * The target of a program or library, from its first bytes.
 * @returns such as `linux-x64`; undefined for a file without native code
 */
export async function targetOf(file: string): Promise<string | undefined> {
  await using handle = await open(file);
  const head = Buffer.alloc(4096);
  const { bytesRead } = await handle.read(head, 0, head.length, 0);
  if (bytesRead < 64) return undefined;
  const known = (system: string, table: ReadonlyMap<number, string>, code: number) =>
    `${system}-${table.get(code) ?? `0x${code.toString(16)}`}`;
  if (head.readUInt32BE(0) === 0x7f454c46) return known('linux', ELF, head.readUInt16LE(18));
  if (head.readUInt32LE(0) === 0xfeedfacf) return known('darwin', MACH, head.readUInt32LE(4));
  const start = head.readUInt32LE(0x3c);
  if (head.toString('latin1', 0, 2) !== 'MZ' || start + 6 > bytesRead) return undefined;
  if (head.toString('latin1', start, start + 2) !== 'PE') return undefined;
  return known('win32', PE, head.readUInt16LE(start + 4));
}

/** A package of the lock file, in which npm marks what the project's own dependencies do not need. */
interface LockedPackage {
  readonly version: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  /** Needed by development and optional packages only. */
  readonly devOptional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/**
 * The packages that ship for a target: those that the project's dependencies lead to in the lock
 * file, without those for other systems. Optional packages are shipped where they are made for
 * certain systems, as parts of sharp; the others belong to `@tensorflow/tfjs-node-gpu`: 250 MB
 * without use where its native part, a separate download, is missing.
 *
 * @returns versions by name
 */
export function lockedPackages(target: string): Map<string, string> {
  const [system, processor] = targetParts(target);
  const shipped = productPackages().filter(
    ([, { optional, devOptional, os: systems, cpu, libc }]) =>
      (systems?.includes(system) ?? !(optional || devOptional)) &&
      (cpu?.includes(processor) ?? true) &&
      (libc?.includes('glibc') ?? true),
  );
  return new Map(shipped.map(([name, { version }]) => [name, version]));
}

/** Names of packages that ship for no target. */
export function packagesNotShipped(): string[] {
  const isOptional = ({ optional, devOptional, os: systems }: LockedPackage) =>
    systems === undefined && Boolean(optional || devOptional);
  const packages = productPackages();
  const shipped = new Set(packages.flatMap(([name, one]) => (isOptional(one) ? [] : name)));
  return [...new Set(packages.map(([name]) => name))].filter((name) => !shipped.has(name));
}

/** Name and record of each package that is not for development alone. */
function productPackages(): [name: string, locked: LockedPackage][] {
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));
  return Object.entries<LockedPackage>(packages).flatMap(([place, locked]) =>
    place === '' || locked.dev ? [] : [[place.split('node_modules/').at(-1)!, locked]],
  );
}

/**
 * Faults of the files in a packed folder, one line each.
 * @param options.standIn whether it has a stand-in for Electron, and so no Visual C++ runtime
 * @param options.onednn  whether oneDNN's library was at hand
 */
export async function findFaults(
  resources: string,
  target: string,
  { standIn = false, onednn = true } = {},
): Promise<string[]> {
  const unpacked = path.join(resources, 'app.asar.unpacked');
  const files = await filesUnder(resources);
  const faults: string[] = [];
  for (const needed of [
    'app.asar',
    'LICENSE',
    'LICENCES.txt',
    `node/${nodeExecutable(target)}`,
    'bin/conmim.mjs',
    'app.asar.unpacked/package.json',
    'app.asar.unpacked/out/engine/cli/main.js',
    'app.asar.unpacked/out/engine/process/job-process.js',
    'app.asar.unpacked/out/engine/process/tools-process.js',
    'app.asar.unpacked/out/engine/process/device-process.js',
    'app.asar.unpacked/out/renderer/index.html',
    'app.asar.unpacked/assets/fixtures/schedules.json',
    'app.asar.unpacked/assets/icons/png/256x256.png',
    ...(onednn ? onednnFiles(target).map((name) => `${PACKAGED_FOLDER}/${name}`) : []),
    ...(standIn ? [] : (VISUAL_C_FILES[target] ?? []).map((name) => `node/${name}`)),
  ])
    if (!files.has(needed)) faults.push(`${needed} is missing`);

  let natives = 0;
  for (const name of files.keys()) {
    const found = await targetOf(path.join(resources, name));
    if (found === undefined) continue;
    natives++;
    if (found !== target) faults.push(`${name} is for ${found}`);
  }
  if (natives < 5) faults.push(`only ${natives} native files are there`);

  const wanted = lockedPackages(target);
  const shipped = new Set<string>();
  for (const name of files.keys()) {
    const inside =
      /^app\.asar\.unpacked\/.*node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(name);
    if (inside !== null) shipped.add(inside[1]!);
    if (/\.(map|test\.js)$/.test(name)) faults.push(`${name} is not needed`);
  }
  for (const name of wanted.keys())
    if (!shipped.has(name)) faults.push(`the package ${name} is missing`);
  for (const name of shipped)
    if (!wanted.has(name)) faults.push(`the package ${name} is not in the lock file`);
  for (const name of await readdir(unpacked))
    if (!['assets', 'node_modules', 'out', 'package.json'].includes(name))
      faults.push(`app.asar.unpacked/${name} is not meant to be there`);
  return faults;
}
