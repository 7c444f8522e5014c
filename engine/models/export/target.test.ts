import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { workerUrl } from '../../platform/worker-url.ts';
import { writeExportFolder } from './target.ts';

it('an export that was killed leaves nothing once it is made again', async () => {
  const parent = mkdtempSync(path.join(os.tmpdir(), 'conmim-target-'));
  const folder = path.join(parent, 'network');
  const script = `
    const { writeExportFolder } = await import(process.argv[1]);
    await writeExportFolder(process.argv[2], { kind: 'timm', origin: '' }, {
      write: () => new Promise(() => setInterval(() => {}, 1000)),
    });`;
  const module = workerUrl(import.meta.url, './target.ts').href;
  const writer = spawn(process.execPath, ['--input-type=module', '-e', script, module, folder]);
  while (readdirSync(parent).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const order = {
    write: async (beside: string) => writeFileSync(path.join(beside, 'weights'), 'w'),
    check: async () => {},
  };
  const write = () => writeExportFolder(folder, { kind: 'timm', origin: '' }, order);
  await write();
  expect(readdirSync(parent)).toHaveLength(2);
  writer.kill('SIGKILL');
  await once(writer, 'exit');
  await write();
  expect(readdirSync(parent)).toEqual(['network']);
  rmSync(parent, { recursive: true });
});
