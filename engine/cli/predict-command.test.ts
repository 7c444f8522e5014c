import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudioError } from '../contract/errors.ts';
import type { PredictOrder } from '../downstream/predict-order.ts';
import { runCommand } from './testing/fake-host.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-predict-command-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const orders: PredictOrder[] = [];
const ended = { images: 2, leftOut: 1, stopped: false, imagesPerSecond: 12.3 };

async function predict(order: PredictOrder) {
  orders.push(order);
  await order.onStart({ task: undefined, classes: ['cat', '=dog'], notes: ['Half is assumed.'] });
  const cat = { predicted: 'cat', confidence: 0.9, probabilities: [0.9, 0.1] };
  const dog = { predicted: '=dog', confidence: 0.75, probabilities: [0.25, 0.75] };
  await order.onRows([{ path: '/d/1.png', ...cat }]);
  order.onLeftOut({ path: '/d/2.png', reason: 'file is empty' });
  await order.onRows([{ path: '/d/3, 4.png', ...dog }]);
  return ended;
}

const several = async (order: PredictOrder) => {
  await order.onStart({ task: 'multilabel', classes: ['a', 'b'], notes: [] });
  const row = { confidence: 0.6, probabilities: [0.9, 0.6] };
  await order.onRows([{ path: '/1.png', predicted: ['a', 'b'], ...row }]);
  await order.onRows([{ path: '/2.png', predicted: [], ...row }]);
  return { ...ended, leftOut: 0 };
};

const CSV =
  'path,predicted,confidence,p_cat,p_=dog\n/d/1.png,cat,0.9,0.9,0.1\n"/d/3, 4.png",\'=dog,0.75,0.25,0.75\n';
const ROWS = [
  { path: '/d/1.png', predicted: 'cat', confidence: 0.9, p_cat: 0.9, 'p_=dog': 0.1 },
  { path: '/d/3, 4.png', predicted: '=dog', confidence: 0.75, p_cat: 0.25, 'p_=dog': 0.75 },
];
const argv = ['predict', '--model', 'f1', '--data', 'd'];
const at = (name: string) => path.join(root, name);

describe('predict', () => {
  it('prints only the table to stdout, and messages to stderr', async () => {
    const { code, stdout, stderr } = await runCommand(argv, { predict });
    expect(code).toBe(0);
    expect(stdout).toBe(CSV);
    expect(stderr).toContain('Note: Half is assumed.');
    expect(stderr).toContain('Left out: /d/2.png (file is empty)');
    expect(stderr).toContain('2 images classified, 1 left out, 12 images/s.');
    expect(orders.at(-1)).toMatchObject({ model: { reference: 'f1' }, data: [path.resolve('d')] });
    const { stdout: json } = await runCommand([...argv, '--format', 'json'], { predict });
    expect(JSON.parse(json)).toEqual(ROWS);
  });

  it('prints each image as a JSON line', async () => {
    const { records } = await runCommand([...argv, '--json'], { predict });
    expect(records).toEqual([
      { type: 'predicting', classes: ['cat', '=dog'] },
      { type: 'prediction', ...ROWS[0] },
      { type: 'left-out', path: '/d/2.png', reason: 'file is empty' },
      { type: 'prediction', ...ROWS[1] },
      { type: 'predict', ...ended, classes: 2, files: [] },
    ]);
  });

  it('writes a file by its extension or --format, and replaces only its own', async () => {
    const { stdout } = await runCommand([...argv, '--out', at('p.csv')], { predict });
    expect(stdout).toBe(`2 images classified, 1 left out, 12 images/s. Written: ${at('p.csv')}\n`);
    expect(readFileSync(at('p.csv'), 'utf8')).toBe(CSV);
    await runCommand([...argv, '--out', at('p.json')], { predict: several });
    expect(JSON.parse(readFileSync(at('p.json'), 'utf8'))).toEqual([
      { path: '/1.png', predicted: ['a', 'b'], confidence: 0.6, p_a: 0.9, p_b: 0.6 },
      { path: '/2.png', predicted: [], confidence: 0.6, p_a: 0.9, p_b: 0.6 },
    ]);
    await runCommand([...argv, '--format', 'csv', '--out', at('p.txt')], { predict: several });
    expect(readFileSync(at('p.txt'), 'utf8')).toContain('/1.png,a;b,0.6,0.9,0.6\n/2.png,,0.6');
    for (const name of ['p.csv', 'p.json', 'p.txt'])
      expect((await runCommand([...argv, '--out', at(name)], { predict })).code).toBe(0);
    writeFileSync(at('mine.json'), '[\n{"path":"a","label":"b"}\n]\n');
    const refused = await runCommand([...argv, '--out', at('mine.json')], { predict });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('There is something else at');
    const other = await runCommand([...argv, '--format', 'json', '--out', 'p.csv'], { predict });
    expect(other.code).toBe(2);
  });

  it('keeps what is written when it fails or is ended', async () => {
    const failing = async (order: PredictOrder) => {
      await predict(order);
      throw new StudioError('device-lost', 'The device is gone.', { details: { device: 'cpu' } });
    };
    const out = ['--out', at('p.json')];
    const { code } = await runCommand([...argv, ...out], { predict: failing });
    expect(code).toBe(1);
    expect(JSON.parse(readFileSync(at('p.json'), 'utf8'))).toEqual(ROWS);
    const stopping = async (order: PredictOrder) => ({ ...(await predict(order)), stopped: true });
    const stopped = await runCommand([...argv, '--watch', ...out], { predict: stopping });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toContain('Stopped: 2 images classified, 1 left out. Written:');
    expect(orders.at(-1)!.watch).toBe(true);
  });

  it('names no file when it is ended before the first image', async () => {
    const stopping = async () => ({ ...ended, images: 0, leftOut: 0, stopped: true });
    const to = [...argv, '--out', at('p.csv')];
    const { code, stdout } = await runCommand(to, { predict: stopping });
    expect([code, stdout]).toEqual([
      130,
      'Stopped: 0 images classified, 0 left out, 12 images/s.\n',
    ]);
    expect(existsSync(at('p.csv'))).toBe(false);
    const { records } = await runCommand([...to, '--json'], { predict: stopping });
    expect(records).toMatchObject([{ type: 'predict', images: 0, stopped: true, files: [] }]);
  });

  it('says how many images there were while it waits for new ones', async () => {
    const waiting = async (order: PredictOrder) => {
      order.onWaiting?.([], { images: 2, leftOut: 1 });
      return ended;
    };
    const { records } = await runCommand([...argv, '--watch', '--json'], { predict: waiting });
    expect(records).toContainEqual({
      type: 'progress',
      done: 3,
      total: 3,
      text: 'Waiting for new images',
    });
  });

  it('takes what a shell makes of a pattern', async () => {
    await runCommand([...argv, 'e.png', 'f.png'], { predict });
    const names = orders.at(-1)!.data.map((one) => path.basename(one));
    expect(names).toEqual(['d', 'e.png', 'f.png']);
    expect(existsSync(at('p.csv'))).toBe(false);
    const { code, stderr } = await runCommand(['predict', '--model', 'f1'], { predict });
    expect(code).toBe(2);
    expect(stderr).toContain('--data DIR is missing.');
  });

  it('writes no masks of a network that finds boxes alone', async () => {
    const image = { path: at('1.png'), width: 8, height: 8 };
    writeFileSync(image.path, '');
    const start = { task: 'detect', kind: 'objects', model: 'boxes', threshold: 0.5 } as const;
    const detect = async (order: PredictOrder) => {
      const classes = [{ id: 1, name: 'cat' }];
      const target = await order.onDenseStart({ ...start, hasMasks: false, classes, notes: [] });
      await target.add({ ...image, objects: [{ label: 0, score: 0.9, box: [1, 1, 4, 4] }] });
      return { ...ended, images: 1, leftOut: 0 };
    };
    const call = ['predict', '--model', 'd1', '--data', root, '--out', at('found')];
    const refused = await runCommand([...call, '--format', 'masks'], { predict: detect });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('boxes finds boxes and no masks');
    expect(refused.stderr).toContain('use coco, yolo');
    expect(existsSync(at('found'))).toBe(false);
    expect((await runCommand(call, { predict: detect })).code).toBe(0);
    expect(JSON.parse(readFileSync(path.join(at('found'), 'results.json'), 'utf8'))).toHaveLength(
      1,
    );
    expect(existsSync(path.join(at('found'), 'masks'))).toBe(false);
  });
});
