// `npm run package`: installers of this system in dist/.
//
//   --dir             the folder that would be installed, without an installer
//   --target TARGET   another one of linux-x64, linux-arm64, win32-x64, win32-arm64, darwin-arm64
//   --check           the folder around a stand-in for Electron; the engine is run from it
//
// Variables, for machines without a network: ELECTRON_DIST (an unpacked Electron, or its archive),
// NODE_RUNTIME_ARCHIVE, VISUAL_C_RUNTIME, ONEDNN_PACKAGE.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Configuration } from 'electron-builder';
import { filesUnder, findFaults, resourcesIn, targetParts } from './check-package.ts';
import { configFor, TARGETS } from './electron-builder.config.ts';
import { shippedParts, writeLicences } from './licences.ts';
import { fetchNode, nodeExecutable } from './node-runtime.ts';
import { shippedOnednn } from './onednn.ts';
import { bundleRenderer } from './renderer.ts';
import { ROOT } from './root.ts';
import { runEngine } from './run-package.ts';
import { makeStandIn } from './stand-in.ts';
import { findElectron } from './start.ts';
import { copyVisualC } from './visual-c.ts';

const HERE = `${process.platform}-${process.arch}`;

/**
 * Run electron-builder on the contents of `out/` and the caches.
 *
 * @param config     from `configFor`
 * @param installers whether to build installers, not only the folder
 */
export async function pack(
  target: string,
  config: Configuration,
  installers = false,
): Promise<void> {
  const { build, Platform, Arch } = await import('electron-builder');
  const [system, processor] = targetParts(target);
  const platforms: Readonly<Record<string, InstanceType<typeof Platform>>> = {
    linux: Platform.LINUX,
    win32: Platform.WINDOWS,
    darwin: Platform.MAC,
  };
  const targets = platforms[system]!.createTarget(
    installers ? null : 'dir',
    Arch[processor as 'x64' | 'arm64'],
  );
  await build({ targets, projectDir: ROOT, publish: 'never', config });
}

/** Folders of what is packed beside the project's own files. */
export interface PackedParts {
  /** The engine's Node. */
  readonly node: string;
  /** oneDNN's library; undefined where none ships. */
  readonly onednn: string | undefined;
}

/**
 * Pack with a stand-in for Electron.
 *
 * @param parts  folders for `configFor`
 * @param folder folder of the output
 * @returns the packed folder `resources`
 */
export async function packStandIn(
  target: string,
  { node, onednn }: PackedParts,
  folder: string,
): Promise<string> {
  const executable = path.join(node, nodeExecutable(target));
  const electronDist = await makeStandIn(target, path.join(folder, 'electron'), executable);
  const { electronFuses, mac } = configFor(target);
  return packAround(target, { node, onednn }, folder, {
    electronDist,
    // Only the real Electron can be signed.
    electronFuses: { ...electronFuses, resetAdHocDarwinSignature: false },
    mac: { ...mac, identity: null },
  });
}

/**
 * Pack the contents of `out/` into a folder.
 *
 * @param more replaces parts of the configuration; `electronDist` is the Electron distribution
 * @returns the packed folder `resources`
 */
export async function packAround(
  target: string,
  parts: PackedParts,
  folder: string,
  more: Configuration,
): Promise<string> {
  const config = configFor(target, parts);
  const output = path.join(folder, 'dist');
  await pack(target, { ...config, ...more, directories: { ...config.directories, output } });
  return resourcesIn(output, target);
}

/** Sizes in bytes of the parts of a packed folder, without Electron itself. */
async function sizesOf(resources: string): Promise<Record<string, number>> {
  const rules: readonly (readonly [pattern: RegExp, part: string])[] = [
    [/^node\//, 'node'],
    [/^onednn\//, 'onednn'],
    [/node_modules\/onnxruntime-node\//, 'onnxruntime'],
    [/node_modules\/(sharp|@img\/[^/]+)\//, 'sharp'],
    [/node_modules\//, 'packages'],
    [/out\/engine\//, 'engine'],
    [/out\/renderer\//, 'page'],
    [/assets\//, 'fixtures'],
    [/^/, 'rest'],
  ];
  const sizes: Record<string, number> = Object.fromEntries(rules.map(([, part]) => [part, 0]));
  for (const [name, bytes] of await filesUnder(resources))
    sizes[rules.find(([pattern]) => pattern.test(name))![1]]! += bytes;
  return sizes;
}

/**
 * The given Electron distribution, or that of `npm start`; for other systems electron-builder
 * downloads one.
 */
function distributionFor(target: string): string | undefined {
  if (process.env['ELECTRON_DIST']) return process.env['ELECTRON_DIST'];
  if (target !== HERE) return undefined;
  const { file, why } = findElectron();
  if (file === undefined)
    throw new Error(
      `Installers need Electron: ${why}. Set ELECTRON_DIST to an unpacked one, or check everything else with: npm run package -- --check`,
    );
  return path.resolve(file, process.platform === 'darwin' ? '../../../..' : '..');
}

/**
 * A target must be built on a machine of its kind, since npm installs sharp's files for that one
 * only.
 */
function needNatives(target: string): void {
  if (existsSync(path.join(ROOT, 'node_modules', '@img', `sharp-${target}`))) return;
  throw new Error(
    `sharp's files for ${target} are not installed: build on such a machine, as the release workflow does.`,
  );
}

async function packageFor(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { target: { type: 'string' }, dir: { type: 'boolean' }, check: { type: 'boolean' } },
  });
  const target = values.target ?? HERE;
  if (!TARGETS.includes(target))
    throw new Error(`Nothing is built for ${target}; there are: ${TARGETS.join(', ')}.`);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  needNatives(target);
  const electronDist = values.check ? undefined : distributionFor(target);
  await bundleRenderer({ force: true });
  const parts = { node: await fetchNode(target), onednn: await shippedOnednn(target) };
  if (target.startsWith('win32') && !values.check) await copyVisualC(target, parts.node);
  await writeLicences(await shippedParts(target));
  if (values.check) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-package-'));
    try {
      await checkPackage(target, await packStandIn(target, parts, folder), say, true);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
    return;
  }
  const config = {
    ...configFor(target, parts),
    ...(electronDist === undefined ? {} : { electronDist }),
  };
  await pack(target, config, !values.dir);
  await checkPackage(target, resourcesIn(path.join(ROOT, 'dist'), target), say);
}

/** Check all files, print sizes, and run the engine if the target is this machine's. */
async function checkPackage(
  target: string,
  resources: string,
  say: (line: string) => void,
  standIn = false,
): Promise<void> {
  const faults = await findFaults(resources, target, { standIn });
  if (faults.length > 0)
    throw new Error(`The package for ${target} is not right:\n${faults.join('\n')}`);
  for (const [part, bytes] of Object.entries(await sizesOf(resources)))
    say(`${part.padEnd(12)} ${megabytes(bytes)}`);
  if (target !== HERE) return;
  const { node, imports, checks, images, executor } = await runEngine(resources, say);
  say(
    `The engine runs from the packed folder with Node ${node}: ${imports} imports lead somewhere, ${checks} numbers are right, ${images} images of all decoders are read, it trains and serves the page, a step runs on ${executor}.`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1).padStart(7)} MB`;
}

export async function main(args: string[]): Promise<void> {
  try {
    await packageFor(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
