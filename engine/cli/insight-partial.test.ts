import { expect, it } from 'vitest';
import type { PartialOrder } from '../downstream/partial.ts';
import { runCommand } from './testing/fake-host.ts';

const primary = { name: 'top1', better: 'higher' } as const;
const score = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 });

/** Tells of one training, and gives a curve of two points. */
function answering(asked: PartialOrder[]) {
  return {
    async partial(order: PartialOrder) {
      asked.push(order);
      const cell = {
        fraction: 1,
        seed: 0,
        start: 'scratch',
        mode: 'linear',
        labelled: 9,
        run: 'r',
      };
      order.onCell?.({ ...cell, primary, values: { top1: 0.3 } } as never, 1, 4);
      const points = (['pretrained', 'scratch'] as const).map((start, i) => {
        return { blocks: 0, start, seeds: 1, score: score(0.5 - i / 10), lowest: 0, highest: 1 };
      });
      const curve = { task: 'classify', primary, images: 5, depth: 4, labelled: 9, points };
      return { curve, files: ['/out/partial.json', '/out/partial.png'] };
    },
  };
}

const words = ['insight', 'partial', 'base', '--train', 'train', '--val', 'val', '--out', 'out'];

it('asks for the numbers of blocks, and shows both curves', async () => {
  const asked: PartialOrder[] = [];
  const options = ['--blocks', '0,2,all', '--seeds', '2', '--checkpoint', '80', '--steps', '9'];
  const ran = await runCommand([...words, ...options], answering(asked), { cwd: '/at' });
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('1/4  untrained')]);
  expect(asked).toMatchObject([
    {
      from: { reference: 'base', step: 80 },
      blocks: [0, 2, 'all'],
      seeds: 2,
      overrides: { steps: 9 },
      labelled: { train: '/at/train', val: '/at/val' },
      out: '/at/out',
    },
  ]);
  expect(ran.stdout).toMatch(/^0 +40\.0 % \(30\.0 % to 50\.0 %\) +50\.0 %/m);
  expect(ran.stdout).toContain('Drawn: /out/partial.png');
});

it('gives each training and the curve with --json', async () => {
  const ran = await runCommand([...words, '--json'], answering([]), { cwd: '/at' });
  expect(ran.records).toMatchObject([
    { type: 'cell', blocks: 0, start: 'scratch', done: 1, total: 4 },
    { type: 'insight', view: 'partial', depth: 4, points: [{ blocks: 0, top1: score(0.5) }, {}] },
  ]);
});

it.each([
  [['--blocks', '0,x'], '--blocks'],
  [['--val-fraction', '0.5'], '--val-fraction'],
] as const)('refuses %j', async (options, named) => {
  const ran = await runCommand([...words, ...options], answering([]));
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(named)]);
});
