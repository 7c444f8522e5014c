import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import type { Estimate } from '../contract/studio/estimate.ts';
import type { EstimateOrder } from '../estimate/estimate.ts';
import { runCommand } from './testing/fake-host.ts';

const found: Estimate = {
  device: 'cpu',
  images: 5000,
  steps: 800,
  stepsPerEpoch: 78,
  stepMs: 164,
  dataMs: 53,
  seconds: 131,
  memoryBytes: 432e6,
  machineMemoryBytes: 25e9,
  checkpointBytes: 9e6,
  diskBytes: 37e6,
  freeDiskBytes: 74e9,
  warnings: ['There are only 5 images.'],
};

describe('estimate', () => {
  const orders: EstimateOrder[] = [];
  const estimate = async (order: EstimateOrder) => {
    orders.push(order);
    order.onProgress?.({ done: 1, total: 5000, text: 'Looking at the images' });
    return found;
  };
  const argv = ['estimate', '--data', 'a,b', '--recipe', 'micro', '--set', 'lr=1e-3'];

  it('takes what pretrain takes', async () => {
    await runCommand([...argv, '--workspace', 'w', '--device', 'cpu', '--steps', '7'], {
      estimate,
    });
    expect(orders.at(-1)).toMatchObject({
      data: ['a', 'b'].map((folder) => path.resolve(folder)),
      workspace: path.resolve('w'),
      device: 'cpu',
      preset: 'micro',
      recipe: { lr: 1e-3, steps: 7 },
    });
  });

  it('leaves masks beside the images out, and names how to keep them', async () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'conmim-masks-'));
    const png = (channels: number) =>
      encode({ width: 4, height: 4, data: new Uint8Array(16 * channels), channels });
    const write = (name: string, channels: number) => {
      mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
      writeFileSync(path.join(root, name), png(channels));
    };
    const run = () => runCommand(['estimate', '--data', root, '--recipe', 'micro'], { estimate });
    for (const i of [0, 1]) {
      write(`images/${i}.png`, 3);
      write(`masks/${i}.png`, 1);
    }
    const { stderr } = await run();
    expect(orders.at(-1)?.data).toEqual([path.join(root, 'images')]);
    expect(stderr).toContain(`2 files in ${path.join(root, 'masks')} are masks of images`);
    expect(stderr).toContain(`--data ${path.join(root, 'masks')}`);
    await runCommand(['estimate', '--data', path.join(root, 'masks'), '--recipe', 'micro'], {
      estimate,
    });
    expect(orders.at(-1)?.data).toEqual([path.join(root, 'masks')]);
    rmSync(root, { recursive: true, force: true });
  });

  it('prints numbers and warnings as text, and all of it as the last record', async () => {
    const { code, stdout, stderr } = await runCommand(argv, { estimate });
    expect(code).toBe(0);
    expect(stdout).toContain('micro on 5,000 images, cpu: 2 minutes');
    expect(stdout).toMatch(/step time +164 ms/);
    expect(stdout).toMatch(/memory +432 MB of 25.0 GB/);
    expect(stderr).toContain('Warning: There are only 5 images.');
    const { records } = await runCommand([...argv, '--json'], { estimate });
    expect(records.at(-1)).toEqual({ type: 'estimate', ...found });
  });

  it('needs images and a recipe', async () => {
    expect((await runCommand(['estimate', '--recipe', 'micro'], { estimate })).code).toBe(2);
    expect((await runCommand(['estimate', '--data', 'a'], { estimate })).code).toBe(2);
    expect((await runCommand([...argv, '--name', 'x'], { estimate })).code).toBe(2);
  });
});
