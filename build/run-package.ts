// Run the engine of a packed folder as an installed program: it resolves every import, computes the
// reference values, trains, and serves the page.
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { PROCESSOR_BY_EXECUTOR } from '../engine/contract/device.ts';
import { PACKAGED_FOLDER } from '../engine/executors/onednn-library.ts';
import { nodeExecutable } from './node-runtime.ts';
import { writeImages } from './packed-images.ts';

const run = promisify(execFile);

/**
 * A script that resolves all imports of the engine with Node itself, and prints those that fail.
 */
const RESOLVE_ALL = `
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
const IMPORT = /(?:^|[\\s;}])(?:import|export)\\s[^'"\`;]*?from\\s*['"]([^'"]+)['"]|(?:^|[\\s;(])import\\s*\\(?\\s*['"]([^'"]+)['"]|new URL\\(['"](\\.[^'"]+)['"], import\\.meta\\.url\\)/g;
let count = 0;
for (const entry of readdirSync('out/engine', { recursive: true, withFileTypes: true })) {
  if (!entry.name.endsWith('.js')) continue;
  const file = path.resolve(entry.parentPath, entry.name);
  const code = readFileSync(file, 'utf8').replaceAll(/\\/\\*[\\s\\S]*?\\*\\//g, '').replaceAll(/^\\s*\\/\\/.*$/gm, '');
  for (const match of code.matchAll(IMPORT)) {
    const specifier = match[1] ?? match[2] ?? match[3];
    count++;
    try {
      const found = import.meta.resolve(specifier, pathToFileURL(file).href);
      if (found.startsWith('file:') && !existsSync(fileURLToPath(found))) throw new Error('no file');
    } catch {
      console.log(path.relative('.', file) + ' imports ' + specifier);
    }
  }
}
console.log(count);
`;

/**
 * Run the engine of a packed folder with its own Node, outside the project.
 *
 * @param say called with a line before each step
 * @returns the results
 * @throws Error that names the step that failed
 */
export async function runEngine(
  resources: string,
  say: (line: string) => void = () => {},
): Promise<{
  node: string;
  imports: number;
  checks: number;
  images: number;
  loss: number;
  executor: string;
}> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-packed-'));
  const packed = new Packed(resources, folder, say);
  try {
    const imports = await packed.resolveImports();
    const devices = await packed.conmim('devices');
    if (!devices.some(({ id, available }) => id === 'cpu' && available))
      throw new Error('The processor is not among the devices: ONNX Runtime does not load.');
    const executor = await packed.benchExecutor(devices);
    const checks = await packed.selftest('cpu');
    // Its packages are loaded by name and its binary by path, so resolving imports does not test
    // them. A training step loads both.
    await packed.selftest('tfjs-wasm', await packed.oneStep());
    const images = await packed.readImages();
    await drawPictures(path.join(folder, 'pictures'));
    const events = await packed.conmim(
      'pretrain',
      '--data',
      'pictures',
      '--recipe',
      'micro',
      '--steps',
      '3',
      '--device',
      'cpu',
      '--set',
      'batch_size=8',
      '--workspace',
      'workspace',
      '--name',
      'packed',
    );
    const steps = events.filter(({ type }) => type === 'step');
    const losses = steps.map(({ loss }) => loss ?? Number.NaN);
    if (losses.length === 0 || !losses.every(Number.isFinite))
      throw new Error('Three steps of pre-training gave no finite loss.');
    await packed.servePage();
    const reports = (await readdir(folder, { recursive: true })).filter((name) =>
      /onnxruntime\.db|deviceid/.test(name),
    );
    if (reports.length > 0) throw new Error(`ONNX Runtime keeps reports: ${reports.join(', ')}`);
    const node = await packed.version();
    return { node, imports, checks, images, loss: losses.at(-1)!, executor };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The used fields of a JSON line of a command. */
interface Line {
  readonly type?: string;
  readonly id?: string;
  readonly available?: boolean;
  /** Why a device is not. */
  readonly reason?: string;
  readonly executor?: string;
  readonly loss?: number;
  readonly ok?: boolean;
  readonly checks?: number;
  readonly images?: number;
  readonly unreadable?: readonly { readonly path: string; readonly reason: string }[];
}

/** The command of a packed folder, run without this process's environment. */
class Packed {
  readonly #resources: string;
  readonly #folder: string;
  readonly #say: (line: string) => void;
  readonly #node: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(resources: string, folder: string, say: (line: string) => void) {
    const { SystemRoot, TEMP } = process.env;
    this.#resources = resources;
    this.#folder = folder;
    this.#say = say;
    this.#node = path.join(resources, 'node', nodeExecutable(process.platform));
    this.#env =
      process.platform === 'win32'
        ? { SystemRoot, TEMP, USERPROFILE: folder }
        : // Telemetry must be off in any environment.
          { PATH: '/usr/bin:/bin', HOME: folder, ORT_DISABLE_TELEMETRY: '0' };
  }

  async version(): Promise<string> {
    return (await run(this.#node, ['--version'], { env: this.#env })).stdout.trim();
  }

  /** @returns the objects that a command printed */
  async conmim(...words: string[]): Promise<Line[]> {
    const [file, args] = this.#command(words);
    const options = { cwd: this.#folder, env: this.#env, maxBuffer: 1 << 26 };
    const { stdout } = await run(file, args, options);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  /** @returns the executor that a step on the CPU ran on: oneDNN where its library ships */
  async benchExecutor(devices: readonly Line[]): Promise<string> {
    const ships = existsSync(path.join(this.#resources, PACKAGED_FOLDER));
    const onednn = devices.find(({ id }) => id === PROCESSOR_BY_EXECUTOR.onednn);
    if (ships && !onednn?.available)
      throw new Error(`oneDNN's library ships and cannot be used: ${onednn?.reason}`);
    const choice = ['--executor', ships ? 'onednn' : 'onnxruntime'];
    const lines = await this.conmim(
      'bench',
      'step',
      '--recipe',
      'micro',
      '--batch',
      '4',
      ...choice,
    );
    return lines.find(({ type }) => type === 'bench')?.executor ?? 'none';
  }

  /** @returns a folder with the reference values of one training step */
  async oneStep(): Promise<string> {
    const from = path.join(this.#resources, 'app.asar.unpacked', 'assets', 'fixtures');
    const folder = path.join(this.#folder, 'one-step');
    await mkdir(folder);
    for (const part of ['inputs', 'expected']) {
      const name = `pretrain_tiny.${part}.safetensors`;
      await copyFile(path.join(from, name), path.join(folder, name));
    }
    return folder;
  }

  /**
   * @param fixtures a folder with other reference values than all that are packed
   * @returns the number of values that the self-test compared on a device, all correct
   */
  async selftest(device: string, fixtures?: string): Promise<number> {
    const words = fixtures === undefined ? [] : ['--fixtures', fixtures];
    const summary = (await this.conmim('selftest', '--device', device, ...words)).at(-1);
    if (summary?.ok !== true || summary.checks === 0)
      throw new Error(`The self-test found wrong numbers on ${device}.`);
    return summary.checks ?? 0;
  }

  /** @returns the number of images that were decoded, one for each decoder, all of them */
  async readImages(): Promise<number> {
    const count = await writeImages(path.join(this.#folder, 'formats'));
    const found = (await this.conmim('scan', 'formats', '--workspace', 'workspace')).at(-1);
    const { images = 0, unreadable = [] } = found ?? {};
    const reasons = unreadable.map(({ path: file, reason }) => `${file}: ${reason}`);
    if (images !== count || reasons.length > 0)
      throw new Error(`Of ${count} images ${images} are read:\n${reasons.join('\n')}`);
    return images;
  }

  /** @returns the number of imports of the engine, all of which lead to a file or a part of Node */
  async resolveImports(): Promise<number> {
    const options = ['--experimental-import-meta-resolve', '--input-type=module'];
    const { stdout } = await run(this.#node, [...options, '--eval', RESOLVE_ALL], {
      cwd: path.join(this.#resources, 'app.asar.unpacked'),
      env: this.#env,
    });
    const lines = stdout.trim().split('\n');
    if (lines.length > 1)
      throw new Error(`Imports that lead nowhere:\n${lines.slice(0, -1).join('\n')}`);
    return Number(lines[0]);
  }

  /** Serve the page, log in like a browser, and read the page and its script. */
  async servePage(): Promise<void> {
    const [file, args] = this.#command(['serve', '--port', '0', '--workspace', 'workspace']);
    const server = spawn(file, args, {
      cwd: this.#folder,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const { url } = JSON.parse(await firstLine(server));
      const login = await fetch(url, { redirect: 'manual' });
      const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
      const read = async (address: string) => {
        const answer = await fetch(new URL(address, url), { headers: { cookie } });
        if (!answer.ok) throw new Error(`${address} was answered with ${answer.status}.`);
        return answer.text();
      };
      const script = /<script[^>]+src="([^"]+)"/.exec(await read('/'))?.[1];
      if (script === undefined || (await read(script)).length < 100_000)
        throw new Error('The page that is served has no script.');
    } finally {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await gone;
    }
  }

  /** The launcher; on Windows the program that it starts, since the launcher needs a shell. */
  #command(words: readonly string[]): [file: string, args: string[]] {
    this.#say(`conmim ${words.join(' ')}`);
    const bin = path.join(this.#resources, 'bin');
    return process.platform === 'win32'
      ? [this.#node, [path.join(bin, 'conmim.mjs'), ...words, '--json']]
      : [path.join(bin, 'conmim'), [...words, '--json']];
  }
}

function firstLine(child: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`conmim serve ended with ${code}.`)));
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
}

async function drawPictures(folder: string): Promise<void> {
  const { default: sharp } = await import('sharp');
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < 16; index++) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">
      <rect width="64" height="64" fill="hsl(${index * 22},60%,45%)"/>
      <circle cx="${8 + 3 * index}" cy="${50 - 2 * index}" r="${6 + index}" fill="hsl(${200 - index * 9},80%,70%)"/></svg>`;
    await sharp(Buffer.from(svg))
      .png()
      .toFile(path.join(folder, `${index}.png`));
  }
}
