// `npm run package`: installers of this system in dist/.
//
//   --dir             the folder that would be installed, without an installer
//   --target TARGET   another one of linux-x64, linux-arm64, win32-x64, win32-arm64, darwin-arm64
//   --check           the folder around a stand-in for Electron; the engine is run from it
//
// Variables, for machines without a network: ELECTRON_DIST (an unpacked Electron, or its archive),
// NODE_RUNTIME_ARCHIVE, VISUAL_C_RUNTIME.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { filesUnder, findFaults, resourcesIn } from './check-package.mjs';
import { compile } from './compile.mjs';
import { configFor, TARGETS } from './electron-builder.config.mjs';
import { partsOf, writeLicences } from './licences.mjs';
import { fetchNode, nodeExecutable } from './node-runtime.mjs';
import { bundleRenderer } from './renderer.mjs';
import { runEngine } from './run-package.mjs';
import { makeStandIn } from './stand-in.mjs';
import { findElectron } from './start.mjs';
import { copyVisualC } from './visual-c.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const HERE = `${process.platform}-${process.arch}`;

/**
 * Lets electron-builder pack what `out/` and the caches hold.
 *
 * @param config      from `configFor`
 * @param installers  the installers too, not only the folder
 */
export async function pack(target, config, installers = false) {
  const { build, Platform, Arch } = require('electron-builder');
  const [system, processor] = target.split('-');
  const platform = { linux: Platform.LINUX, win32: Platform.WINDOWS, darwin: Platform.MAC }[system];
  const targets = platform.createTarget(installers ? null : 'dir', Arch[processor]);
  await build({ targets, projectDir: root, publish: 'never', config });
}

/**
 * Packs around a stand-in for Electron.
 *
 * @param node   folder with the engine's Node, for `configFor`
 * @param folder where everything goes
 * @returns the packed folder `resources`
 */
export async function packStandIn(target, node, folder) {
  const executable = path.join(node, nodeExecutable(target));
  const electronDist = await makeStandIn(target, path.join(folder, 'electron'), executable);
  const { electronFuses, mac } = configFor(target, { node });
  return packAround(target, node, folder, {
    electronDist,
    // What is not Electron cannot be signed as Electron is.
    electronFuses: { ...electronFuses, resetAdHocDarwinSignature: false },
    mac: { ...mac, identity: null },
  });
}

/**
 * Packs what `out/` holds into a folder of its own.
 *
 * @param more in place of parts of the configuration; `electronDist` is what it is packed around
 * @returns the packed folder `resources`
 */
export async function packAround(target, node, folder, more) {
  const config = configFor(target, { node });
  const output = path.join(folder, 'dist');
  await pack(target, { ...config, ...more, directories: { ...config.directories, output } });
  return resourcesIn(output, target);
}

/** Bytes of the parts of a packed folder, besides Electron itself. */
async function sizesOf(resources) {
  const sizes = {
    node: 0,
    onnxruntime: 0,
    sharp: 0,
    packages: 0,
    engine: 0,
    page: 0,
    fixtures: 0,
    rest: 0,
  };
  const rules = [
    [/^node\//, 'node'],
    [/node_modules\/onnxruntime-node\//, 'onnxruntime'],
    [/node_modules\/(sharp|@img\/[^/]+)\//, 'sharp'],
    [/node_modules\//, 'packages'],
    [/out\/engine\//, 'engine'],
    [/out\/renderer\//, 'page'],
    [/assets\//, 'fixtures'],
  ];
  for (const [name, bytes] of await filesUnder(resources))
    sizes[rules.find(([pattern]) => pattern.test(name))?.[1] ?? 'rest'] += bytes;
  return sizes;
}

/** The distribution to pack around: given, or the one that `npm start` uses; for other machines electron-builder fetches it. */
function distributionFor(target) {
  if (process.env['ELECTRON_DIST']) return process.env['ELECTRON_DIST'];
  if (target !== HERE) return undefined;
  const { file, why } = findElectron();
  if (file === undefined)
    throw new Error(
      `Installers need Electron: ${why}. Set ELECTRON_DIST to an unpacked one, or check everything else with: npm run package -- --check`,
    );
  return path.resolve(file, process.platform === 'darwin' ? '../../../..' : '..');
}

/** Each target is built on a machine of its own kind, since npm installs sharp's files for that one only. */
function needNatives(target) {
  if (existsSync(path.join(root, 'node_modules', '@img', `sharp-${target}`))) return;
  throw new Error(
    `sharp's files for ${target} are not installed: build on such a machine, as the release workflow does.`,
  );
}

async function main() {
  const { values } = parseArgs({
    options: { target: { type: 'string' }, dir: { type: 'boolean' }, check: { type: 'boolean' } },
  });
  const target = values.target ?? HERE;
  if (!TARGETS.includes(target))
    throw new Error(`Nothing is built for ${target}; there are: ${TARGETS.join(', ')}.`);
  const say = (line) => process.stdout.write(`${line}\n`);
  needNatives(target);
  const electronDist = values.check ? undefined : distributionFor(target);
  // From nothing, so that nothing ships whose source is gone.
  compile({ force: true });
  await bundleRenderer({ force: true });
  const node = await fetchNode(target);
  if (target.startsWith('win32') && !values.check) await copyVisualC(target, node);
  await writeLicences(await partsOf(target));
  if (values.check) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-package-'));
    try {
      await checkPackage(target, await packStandIn(target, node, folder), say, true);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
    return;
  }
  const config = { ...configFor(target), ...(electronDist === undefined ? {} : { electronDist }) };
  await pack(target, config, !values.dir);
  await checkPackage(target, resourcesIn(path.join(root, 'dist'), target), say);
}

/** Looks at every file, tells the sizes, and runs the engine where it is this machine's. */
async function checkPackage(target, resources, say, standIn = false) {
  const faults = await findFaults(resources, target, { standIn });
  if (faults.length > 0)
    throw new Error(`The package for ${target} is not right:\n${faults.join('\n')}`);
  for (const [part, bytes] of Object.entries(await sizesOf(resources)))
    say(`${part.padEnd(12)} ${megabytes(bytes)}`);
  if (target !== HERE) return;
  const { node, imports, checks } = await runEngine(resources, say);
  say(
    `The engine runs from the packed folder with Node ${node}: ${imports} imports lead somewhere, ${checks} numbers are right, it trains and serves the page.`,
  );
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1).padStart(7)} MB`;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
