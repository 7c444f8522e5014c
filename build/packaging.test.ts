import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testLibraryFolder } from '../engine/executors/onednn/testing/test-library.ts';
import { filesUnder, findFaults, lockedPackages, targetOf } from './check-package.ts';
import { electronAtHand, sandboxFault, windowRunner } from './electron.ts';
import { configFor, TARGETS } from './electron-builder.config.ts';
import { faultsOf, type Part, shippedParts, writeLicences } from './licences.ts';
import { nodeExecutable } from './node-runtime.ts';
import { onednnFiles, shippedOnednn } from './onednn.ts';
import { packAround, packStandIn } from './package.ts';
import { forProduction } from './renderer.ts';
import { runEngine } from './run-package.ts';
import { executableOf, inspectWindow } from './start-package.ts';
import { reachOf, unknownReach } from './testing/network-reach.ts';

const root = path.join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);
const ofBuilder = createRequire(require.resolve('app-builder-lib/package.json'));
const HERE = `${process.platform}-${process.arch}`;
const RUN = path.join(root, 'build', 'run.mjs');

/** The shipped parts, computed once, since that bundles the page. */
let partsHere: Promise<Part[]> | undefined;
function shipped(): Promise<Part[]> {
  partsHere ??= shippedParts(HERE);
  return partsHere;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-packaging-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(TARGETS)('the configuration for %s', (target) => {
  const { validateConfiguration } = ofBuilder('./out/util/config/config.js');
  const validate = (config: object) => validateConfiguration(config, { isEnabled: false });

  it('is one that electron-builder accepts, and a slip in it is not', async () => {
    await validate(configFor(target));
    await expect(validate({ ...configFor(target), asarUnpak: [] })).rejects.toThrow(/asarUnpak/);
  });

  it('ships the native files of this target and of no other', async () => {
    const { FileMatcher } = ofBuilder('./out/fileMatcher.js');
    const patterns = configFor(target).files;
    const matcher = new FileMatcher(root, '/packed', (text: string) => text, ['**/*', ...patterns]);
    const ships = matcher.createFilter();
    const file = { isDirectory: () => false };
    const kept = (name: string) => ships(path.join(root, ...name.split('/')), file);

    // Every system's binaries are in the one package of ONNX Runtime.
    const onnx = 'node_modules/onnxruntime-node/bin/napi-v6';
    const binaries = (
      await readdir(path.join(root, onnx), { recursive: true, withFileTypes: true })
    )
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
      .map((name) => name.split(path.sep).join('/'));
    const expected = {
      'linux-x64': ['libonnxruntime.so.1', 'onnxruntime_binding.node'],
      'linux-arm64': ['libonnxruntime.so.1', 'onnxruntime_binding.node'],
      'win32-x64': ['dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll', 'onnxruntime_binding.node'],
      'win32-arm64': ['dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll', 'onnxruntime_binding.node'],
      'darwin-arm64': ['libonnxruntime.1.dylib', 'onnxruntime_binding.node'],
    }[target];
    const own = `${onnx}/${target.replace('-', '/')}/`;
    expect(binaries.filter(kept).sort()).toEqual(expected!.map((name) => own + name));

    // sharp has a package for each system; only this system's are installed, the lock file has all.
    const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
    const image = Object.keys(lock.packages).filter((place) => place.includes('@img/'));
    expect(image.length).toBeGreaterThan(20);
    const keptPackages = image.filter((place) => kept(`${place}/lib/some.node`));
    const wanted = [...lockedPackages(target).keys()].filter((name) => name.startsWith('@img/'));
    expect(keptPackages.sort()).toEqual(wanted.map((name) => `node_modules/${name}`).sort());
    expect(wanted).toContain(`@img/sharp-${target}`);
  });
});

describe('the configuration', () => {
  it('leaves no way to run other code in the window’s program', () => {
    const { resetAdHocDarwinSignature, ...fuses } = configFor('linux-x64').electronFuses;
    expect(fuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
    expect(resetAdHocDarwinSignature).toBe(process.platform === 'darwin' ? true : undefined);
  });

  it('neither publishes nor updates, and installs without an administrator', () => {
    const config = configFor('win32-x64');
    expect(config.publish).toBeNull();
    expect(config.nsis).toMatchObject({ perMachine: false, deleteAppDataOnUninstall: false });
    const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    expect(Object.keys(dependencies)).not.toContain('electron-updater');
  });

  it('names only files that are there', () => {
    const { linux, win, mac, nsis } = configFor('linux-x64');
    for (const file of [linux.icon, win.icon, mac.icon, mac.entitlements, nsis.license])
      expect(existsSync(path.join(root, file)), file).toBe(true);
  });
});

describe('the installation of the deb', () => {
  const ofBuilderAfterInstall = path.join(
    path.dirname(require.resolve('app-builder-lib/package.json')),
    'templates',
    'linux',
    'after-install.tpl',
  );
  /** Commands of a script, without its comments. */
  const commandsIn = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));

  it('sets the sandbox up, whatever the machine lets root do', () => {
    const { afterInstall } = configFor('linux-x64').deb;
    const commands = commandsIn(afterInstall);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder fills it in
    const ownership = "chmod 4755 '/opt/${sanitizedProductName}/chrome-sandbox'";
    expect(commands.filter((line) => line.includes('chrome-sandbox'))).toEqual([ownership]);
    // Everything else is as electron-builder has it.
    const theirs = commandsIn(ofBuilderAfterInstall);
    expect(commands.filter((line) => !theirs.includes(line))).toEqual([ownership]);
    expect(
      theirs.filter((line) => !commands.includes(line) && !/chrome-sandbox|unshare/.test(line)),
    ).toEqual([]);
  });
});

describe('what a native file is for', () => {
  const file = (name: string) =>
    path.join(root, 'node_modules', 'onnxruntime-node', ...name.split('/'));
  it.each([
    ['bin/napi-v6/linux/x64/onnxruntime_binding.node', 'linux-x64'],
    ['bin/napi-v6/linux/arm64/libonnxruntime.so.1', 'linux-arm64'],
    ['bin/napi-v6/win32/x64/onnxruntime.dll', 'win32-x64'],
    ['bin/napi-v6/win32/arm64/onnxruntime_binding.node', 'win32-arm64'],
    ['bin/napi-v6/darwin/arm64/libonnxruntime.1.dylib', 'darwin-arm64'],
    ['dist/index.js', undefined],
  ])('%s: %s', async (name, target) => {
    expect(await targetOf(file(name))).toBe(target);
  });
});

describe('the release workflow', () => {
  const { load } = ofBuilder('js-yaml');
  const jobs = load(readFileSync(path.join(root, '.github/workflows/release.yml'), 'utf8')).jobs;

  it('builds every target, each on its own kind of machine', () => {
    const { include } = jobs.package.strategy.matrix as { include: Record<string, string>[] };
    expect(include.map(({ target }) => target).sort()).toEqual([...TARGETS].sort());
    const kinds = { linux: 'ubuntu', win32: 'windows', darwin: 'macos' };
    for (const { target, system } of include) {
      const [kind, processor] = target!.split('-') as [keyof typeof kinds, string];
      expect(system).toContain(kinds[kind]);
      if (kind !== 'darwin') expect(system!.endsWith('-arm')).toBe(processor === 'arm64');
    }
  });

  it('uses scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const text = JSON.stringify(jobs);
    const runs = [...text.matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1]!);
    expect(runs).toContain('package');
    for (const name of runs) expect(Object.keys(scripts)).toContain(name);
    for (const [, file] of text.matchAll(/(build\/[a-z-]+\.(?:mjs|ts))\b/g))
      expect(existsSync(path.join(root, file!)), file).toBe(true);
  });
});

/** A folder or file in an archive's header. */
interface Entry {
  readonly files?: Record<string, Entry>;
  readonly unpacked?: boolean;
}

/** A copy of this process's Node, so that the test needs no network; `--check` takes the real one. */
async function ownNode(): Promise<string> {
  const node = path.join(folder, 'node');
  const executable = path.join(node, nodeExecutable(HERE));
  await mkdir(path.dirname(executable), { recursive: true });
  await copyFile(process.execPath, executable);
  return node;
}

/** Only where tests have the library already: packaging itself would fetch it. */
const hasOnednn = testLibraryFolder() !== undefined && onednnFiles(HERE).length > 0;
const onednn = () => (hasOnednn ? shippedOnednn(HERE) : undefined);

describe.runIf(TARGETS.includes(HERE))('a package for this machine', () => {
  let resources: string;
  const options = { standIn: true, onednn: hasOnednn };

  beforeAll(async () => {
    execFileSync(process.execPath, [RUN, 'build/renderer.ts']);
    await writeLicences(await shipped());
    const parts = { node: await ownNode(), onednn: await onednn() };
    resources = await packStandIn(HERE, parts, folder);
  });

  it('holds the locked packages, natives of this machine, and nothing else', async () => {
    expect(await findFaults(resources, HERE, options)).toEqual([]);
  });

  it('holds no file that could open connections but those that are known', async () => {
    const reach = await reachOf(resources);
    expect(unknownReach(reach)).toEqual([]);
    // It sees: the one library that has telemetry in it, and the one way to fetch something.
    const names = [...reach.keys()].join('\n');
    expect(names).toMatch(/libonnxruntime\.|onnxruntime\.dll/);
    expect(names).toMatch(/engine\/devices\/cuda\/nuget\.js/);
  });

  it('keeps only the window’s code within the archive', () => {
    const { getRawHeader } = ofBuilder('@electron/asar');
    const archive = path.join(resources, 'app.asar');
    const inside: string[] = [];
    const visit = (entry: Entry, at: string) => {
      for (const [name, child] of Object.entries(entry.files ?? {})) visit(child, `${at}/${name}`);
      if (entry.files === undefined && !entry.unpacked) inside.push(at);
    };
    visit(getRawHeader(archive).header, '');
    expect(inside).toContain('/package.json');
    expect(inside).toContain('/out/electron/main.js');
    expect(inside).toContain('/out/electron/preload.cjs');
    expect(
      inside.filter((name) => name !== '/package.json' && !name.startsWith('/out/electron/')),
    ).toEqual([]);
  });

  it('has its fuses set', async () => {
    const { getCurrentFuseWire } = ofBuilder('@electron/fuses');
    const program = executableOf(resources);
    const wire = await getCurrentFuseWire(
      process.platform === 'darwin' ? path.join(resources, '..', '..') : program,
    );
    // In the order of Electron's table; 48 is off, 49 on.
    const fuses = Array.from({ length: 8 }, (_, index) => wire[index] === 49);
    expect(fuses).toEqual([false, true, false, false, true, true, false, false]);
  });

  it('shows a fault when a file is missing, foreign or too many', async () => {
    const foreign = HERE.startsWith('linux')
      ? 'win32/x64/onnxruntime.dll'
      : 'linux/x64/libonnxruntime.so.1';
    const unpacked = path.join(resources, 'app.asar.unpacked');
    const binary = path.join(root, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6', foreign);
    await copyFile(binary, path.join(unpacked, 'out', 'strange'));
    await mkdir(path.join(unpacked, 'node_modules', 'stranger'));
    await writeFile(path.join(unpacked, 'node_modules', 'stranger', 'package.json'), '{}');
    const licences = path.join(resources, 'LICENCES.txt');
    const text = await readFile(licences);
    await rm(licences);
    const faults = await findFaults(resources, HERE, options);
    await rm(path.join(unpacked, 'out', 'strange'));
    await rm(path.join(unpacked, 'node_modules', 'stranger'), { recursive: true });
    await writeFile(licences, text);
    expect(faults).toEqual([
      'LICENCES.txt is missing',
      `app.asar.unpacked/out/strange is for ${foreign.split('/').slice(0, 2).join('-')}`,
      'the package stranger is not in the lock file',
    ]);
  });

  it('computes right, reads images of every decoder, trains and serves the page, with nothing of the project around it', async () => {
    const { imports, checks, images, loss, executor } = await runEngine(resources);
    expect(imports).toBeGreaterThan(500);
    expect(checks).toBeGreaterThan(100);
    expect(images).toBeGreaterThan(15);
    expect(loss).toBeGreaterThan(0);
    expect(executor).toBe(hasOnednn ? 'onednn' : 'onnxruntime');
  });

  it('has the page as its users get it, also when it is built by a test', async () => {
    expect(await forProduction(async () => process.env['NODE_ENV'])).toBe('production');
    const scripts = path.join(resources, 'app.asar.unpacked', 'out', 'renderer', 'assets');
    for (const name of await readdir(scripts))
      if (name.endsWith('.js'))
        expect(await readFile(path.join(scripts, name), 'utf8'), name).not.toContain(
          'Download the React DevTools',
        );
  });

  it('has known licences of the engine, the page and the programs', async () => {
    const parts = await shipped();
    expect(faultsOf(parts)).toEqual([]);
    const names = parts.map(({ name }) => name);
    for (const name of [
      'Electron',
      'Node.js',
      'oneDNN',
      'onnxruntime-node',
      'sharp',
      'react',
      'uplot',
    ])
      expect(names, name).toContain(name);
    // Tools for building and testing are not shipped.
    for (const name of ['vite', 'typescript', 'electron-builder'])
      expect(names).not.toContain(name);
    const onnx = parts.find(({ name }) => name === 'onnxruntime-node')!;
    expect(onnx.text).toContain('THIRD PARTY SOFTWARE NOTICES');
  });

  it('holds the text of every licence', async () => {
    const files = await filesUnder(resources);
    expect(files.get('LICENCES.txt')).toBeGreaterThan(100_000);
  });
});

const { file: electron } = electronAtHand();
const electronDist =
  process.env['ELECTRON_DIST'] ??
  (electron && path.resolve(electron, process.platform === 'darwin' ? '../../../..' : '..'));
describe.runIf(
  electronDist && existsSync(path.join(electronDist, 'version')) && TARGETS.includes(HERE),
)('a package around a real Electron', () => {
  it('opens its window', async ({ skip }) => {
    const { why, ...runner } = windowRunner(root);
    skip(why !== undefined, why);
    // The user who opens it must be able to read it.
    await chmod(folder, 0o755);
    const real = path.join(folder, 'real');
    const parts = { node: await ownNode(), onednn: await onednn() };
    const resources = await packAround(HERE, parts, real, {
      electronDist: electronDist!,
    });
    // As the installers do.
    if (process.getuid?.() === 0)
      await chmod(path.join(path.dirname(executableOf(resources)), 'chrome-sandbox'), 0o4755);
    const isRoot = process.getuid?.() === 0;
    const fault = isRoot ? undefined : sandboxFault(executableOf(resources));
    skip(fault !== undefined, fault?.why);
    const seen = await inspectWindow(executableOf(resources), runner);
    expect(seen.title).toContain('ConMIM');
  });
});
