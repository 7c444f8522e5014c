import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readNpyHeader, readNpyPieces } from '../formats/npy.ts';
import { TIFF_CELLS } from '../images/tiff/testing/cells.ts';
import { engineParts } from './parts.ts';
import { runCommand } from './testing/fake-host.ts';

let root: string;
const at = (name: string) => path.join(root, name);

/** An array file with [2, 3, 64] numbers of 16 bits, stored with the high byte first. */
function twoChannels(): Buffer {
  const header = "{'descr': '>u2', 'fortran_order': False, 'shape': (2, 3, 64), }".padEnd(117);
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
  const values = Buffer.alloc(2 * 2 * 3 * 64);
  for (let i = 0; i < values.length / 2; i++) values.writeUInt16BE(i * 10, 2 * i);
  return Buffer.concat([start, Buffer.from(`${header}\n`), values]);
}

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-pixels-'));
  await writeFile(at('two.npy'), twoChannels());
  const pixel = { create: { width: 2, height: 1, channels: 3, background: '#ff8000' } } as const;
  await sharp(pixel).png().toFile(at('orange.png'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function valuesOf(file: string): Promise<number[]> {
  const values: number[] = [];
  for await (const piece of readNpyPieces(file)) values.push(...Array.from(piece, Number));
  return values;
}

const pixels = (...args: string[]) => runCommand(['pixels', ...args, '--json'], engineParts());

it('pixels shows channels, numbers and range, and writes the values', async () => {
  const { records, code } = await pixels(
    at('two.npy'),
    '--range',
    '0,1920,1920,3840',
    '--out',
    at('values.npy'),
  );
  expect(code).toBe(0);
  expect(records).toEqual([
    {
      type: 'pixels',
      path: at('two.npy'),
      sample: 0,
      format: 'npy',
      width: 64,
      height: 3,
      channels: 2,
      samples: 1,
      numbers: 'uint16',
      bits: 16,
      ranges: [
        [0, 1920],
        [1920, 3840],
      ],
      rule: [
        [0, 1920],
        [1920, 3840],
      ],
      out: at('values.npy'),
    },
  ]);
  expect((await readNpyHeader(at('values.npy'))).shape).toEqual([2, 3, 64]);
  const values = await valuesOf(at('values.npy'));
  expect([values[0], values[1], values[192], values[383]]).toEqual([
    0,
    Math.fround(10 / 1920),
    0,
    Math.fround(1910 / 1920),
  ]);
});

it('pixels reads photographs, and replaces no file', async () => {
  const { records } = await pixels(at('orange.png'), '--out', at('orange.npy'));
  expect(records[0]).toMatchObject({ format: 'png', channels: 3, numbers: 'uint8', rule: 'type' });
  const values = await valuesOf(at('orange.npy'));
  expect([...values]).toEqual([1, 1, 128 / 255, 128 / 255, 0, 0].map(Math.fround));
  const before = await readFile(at('orange.npy'));
  const again = await pixels(at('orange.png'), '--out', at('orange.npy'));
  expect(again.code).toBe(2);
  expect(again.stderr).toContain('exists already');
  expect(await readFile(at('orange.npy'))).toEqual(before);
});

it('pixels names the file and what is wrong', async () => {
  await writeFile(at('cut.npy'), twoChannels().subarray(0, 400));
  const cases: [string[], string][] = [
    [
      [at('cut.npy')],
      'cut.npy cannot be decoded: image is damaged: it has 400 bytes and needs 896',
    ],
    [[at('two.npy'), '--sample', '1'], 'one picture, counted from 0; it has no number 1'],
    [[at('two.npy'), '--range', '5'], '--range is "5"; it must be type, metadata'],
    [[at('two.npy'), '--range', 'metadata'], 'does not say which range'],
    [[at('none.npy')], 'none.npy cannot be read'],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await pixels(...args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  }
});

it('pixels takes the dimensions of a stack that are channels', async () => {
  const { file } = TIFF_CELLS.find(({ name }) => name.startsWith('OME TZCYX'))!;
  await writeFile(at('stack.tif'), file);
  const stacked = await pixels(at('stack.tif'), '--stack-channels', 'cz', '--sample', '1');
  expect(stacked.records).toMatchObject([{ channels: 6, samples: 2, sample: 1, stack: 'CZ' }]);
  const usual = await pixels(at('stack.tif'));
  expect(usual.records).toMatchObject([{ channels: 3, samples: 4 }]);
  expect(usual.records[0]).not.toHaveProperty('stack');
  const wrong = await pixels(at('stack.tif'), '--stack-channels', 'X');
  expect(JSON.stringify(wrong.records)).toContain(
    'it must be one of C, Z, T, CZ, CT, ZT, CZT, none',
  );
  await mkdir(at('set'));
  await writeFile(at('set/stack.tif'), file);
  const options = ['--workspace', at('work'), '--json'];
  for (const [choice, images] of [
    ['C', 4],
    ['CZT', 1],
  ] as const) {
    const scan = ['scan', at('set'), '--stack-channels', choice, ...options];
    expect((await runCommand(scan, engineParts())).records.at(-1)).toMatchObject({ images });
  }
});
