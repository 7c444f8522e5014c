/** Tests with real processes and descriptors; only Linux inherits descriptors. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workerUrl } from './worker-url.ts';

const compiled = (source: string) => fileURLToPath(workerUrl(import.meta.url, source));
const CLOSING = compiled('./close-inherited.ts');
const ENTRIES = [
  '../process/job-process.ts',
  '../process/tools-process.ts',
  '../process/device-process.ts',
  '../executors/onnxruntime/webgpu-probe-process.ts',
];

/** A module that lists the open descriptors at the end of its process. */
const WITNESS = `
import fs from 'node:fs';
process.on('exit', () => {
  const open = fs.readdirSync('/proc/self/fd').filter((name) => Number(name) > 2).flatMap((name) => {
    try { return fs.readlinkSync('/proc/self/fd/' + name); } catch { return []; }
  });
  fs.writeFileSync(process.env.LIST, JSON.stringify(open));
});
`;

let folder: string;
let server: Server;
const at = (name: string) => path.join(folder, name);

describe.runIf(process.platform === 'linux')('inherited descriptors', () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-descriptors-'));
    writeFileSync(at('file'), 'text');
    mkdirSync(at('folder'));
    writeFileSync(at('witness.mjs'), WITNESS);
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /**
   * Runs `command` in a shell that holds two files, a folder, a device, a listening socket and a pipe.
   *
   * @param command `node` in it is Node with the witness
   * @returns what Node held in the end and does not open by itself; of a pipe with both ends nothing
   */
  async function heldBy(command: string, env: Readonly<Record<string, string>> = {}) {
    const held = `4<"${at('file')}" 5<"${at('folder')}" 6</dev/zero 8>>"${at('file')}" 9<&0`;
    const node = `'${process.execPath}' --import '${at('witness.mjs')}'`;
    const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle;
    const ignored = Array.from({ length: 7 }, () => 'ignore' as const);
    const shell = `exec ${held}; ${command.replace(/\bnode\b/, node)}`;
    const script = `sleep 600 | ( (${shell}); kill 0 )`;
    const child = spawn('sh', ['-c', script], {
      env: { ...process.env, LIST: at('list'), ...env },
      stdio: [...ignored, fd],
      // The shell has a process group of its own, so that only its processes are ended.
      detached: true,
    });
    await new Promise((resolve) => child.once('exit', resolve));
    const list = JSON.parse(readFileSync(at('list'), 'utf8')) as string[];
    rmSync(at('list'));
    return list
      .filter((target) => !/^(anon_inode:\[event|\/dev\/null)/.test(target))
      .filter((target) => list.indexOf(target) === list.lastIndexOf(target) || target[0] === '/')
      .map((target) => target.replace(/\[\d+\]/, ''))
      .sort();
  }
  const all = () => [at('file'), at('file'), at('folder'), '/dev/zero', 'pipe:', 'socket:'].sort();

  it('are all there where nobody closes them', async () => {
    expect(await heldBy('node -e 0')).toEqual(expect.arrayContaining(all()));
  });

  it('are closed, whether the parent still holds them or not', async () => {
    expect(await heldBy(`node '${CLOSING}'`)).toEqual([]);
    // The shell that holds the files becomes Node, and Node's parent never had them.
    expect(await heldBy(`exec node '${CLOSING}'`)).toEqual([]);
  });

  it.each(ENTRIES)('are closed by %s before its own code', async (entry) => {
    const source = readFileSync(new URL(entry, import.meta.url), 'utf8');
    const imports = source.match(/^import .*/gm)!.slice(0, 2);
    expect(imports.join('\n')).toContain('close-inherited.ts');
    const held = await heldBy(`node '${compiled(entry)}' 2>/dev/null`);
    expect(held.filter((target) => all().includes(target))).toEqual([]);
  });

  it('leave the channel to the parent open', async () => {
    writeFileSync(at('child.mjs'), `import '${CLOSING}'; process.send('heard');`);
    const parent = `
      import { fork } from 'node:child_process';
      fork(process.argv[2], { execArgv: [] }).on('message', (word) => process.exit(word === 'heard' ? 0 : 1));
    `;
    writeFileSync(at('parent.mjs'), parent);
    const child = spawn(process.execPath, [at('parent.mjs'), at('child.mjs')], {
      stdio: 'inherit',
    });
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  });

  it('leave the connection of a rank to its launcher open', async () => {
    // Descriptor 4 is one of the two of the file.
    expect(await heldBy(`node '${CLOSING}'`, { PMI_FD: '4' })).toEqual([at('file')]);
  });

  it('leave an AppImage mounted while something runs from it', async () => {
    const mount = path.dirname(process.execPath);
    expect(await heldBy(`node '${CLOSING}'`, { APPDIR: mount })).toEqual(['pipe:']);
    expect(await heldBy(`node '${CLOSING}'`, { APPDIR: at('folder') })).toEqual([]);
  });
});
