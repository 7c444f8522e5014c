// Images a second from a tar and a zip file against the same files in a folder, in random order.
//   npm run bench:containers -- [IMAGES]
// Alternates between the kinds in each of three rounds and appends the medians to
// bench/results/containers.csv.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { plainArguments, wholeNumber } from '../build/arguments.ts';
import { decodeImage } from '../engine/data/pixels/decode.ts';
import { tarOf } from '../engine/data/sources/containers/testing/write-tar.ts';
import { zipOf } from '../engine/data/sources/containers/testing/write-zip.ts';
import { readLocation } from '../engine/data/sources/locate.ts';
import { walkFolder } from '../engine/data/sources/walk.ts';
import { appendRows } from './append-rows.ts';

const SIDE = 64;
const DIFFERENT = 100;
const ROUNDS = 3;
/** Decoding takes most of the time, so fewer are decoded. */
const DECODED = 1500;
const AT_ONCE = 4;

/** A gradient with some noise, about 2 KB. */
function picture(seed: number): Promise<Buffer> {
  const data = Buffer.from(
    Array.from(
      { length: SIDE * SIDE * 3 },
      (_, i) => (i + seed * 31 + ((i * seed) % 17) * 5) % 256,
    ),
  );
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .jpeg()
    .toBuffer();
}

async function perSecond(
  paths: readonly string[],
  read: (at: string) => Promise<unknown>,
): Promise<number> {
  const step = 7919;
  let next = 0;
  const started = performance.now();
  const work = async () => {
    for (let i = next++; i < paths.length; i = next++)
      await read(paths[(i * step) % paths.length]!);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return paths.length / ((performance.now() - started) / 1000);
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

export async function main(args: string[]): Promise<void> {
  const [images = '10000'] = plainArguments(args, 1);
  const count = wholeNumber(images, 'IMAGES');
  const folder = mkdtempSync(path.join(tmpdir(), 'conmim-containers-'));
  try {
    const contents = await Promise.all(Array.from({ length: DIFFERENT }, (_, i) => picture(i)));
    const entries = Array.from({ length: count }, (_, i) => ({
      name: `class-${i % 10}/${String(i).padStart(6, '0')}.jpg`,
      content: contents[i % DIFFERENT]!,
    }));
    const plain = path.join(folder, 'plain');
    for (let i = 0; i < 10; i++) mkdirSync(path.join(plain, `class-${i}`), { recursive: true });
    for (const { name, content } of entries) writeFileSync(path.join(plain, name), content);
    writeFileSync(path.join(folder, 'all.tar'), tarOf(entries));
    writeFileSync(path.join(folder, 'all.zip'), zipOf(entries));
    const kinds = ['plain', 'all.tar', 'all.zip'];
    const paths = new Map<string, string[]>();
    const listed = new Map<string, number>();
    for (const kind of kinds) {
      const started = performance.now();
      const { files } = await walkFolder(path.join(folder, kind), new Map());
      listed.set(kind, (performance.now() - started) / 1000);
      paths.set(
        kind,
        files.map((file) => file.path),
      );
    }
    const read = new Map(kinds.map((kind) => [kind, [] as number[]]));
    const decoded = new Map(kinds.map((kind) => [kind, [] as number[]]));
    for (let round = 0; round < ROUNDS; round++)
      for (const kind of kinds) {
        read.get(kind)!.push(await perSecond(paths.get(kind)!, readLocation));
        decoded.get(kind)!.push(await perSecond(paths.get(kind)!.slice(0, DECODED), decodeImage));
      }
    const rows = kinds.map((kind) => ({
      cpu: cpus()[0]!.model,
      node: process.version,
      images: count,
      kind,
      listSeconds: listed.get(kind)!,
      readPerSecond: median(read.get(kind)!),
      decodedPerSecond: median(decoded.get(kind)!),
      load: loadavg()[0]!,
    }));
    console.table(rows);
    appendRows('containers', rows);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
