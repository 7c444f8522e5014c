// Memory and processor time of the tiles of a large pyramid.
//   npm run bench:tiles -- [SIDE]
// Makes a pyramid of SIDE x SIDE pixels (40,000), and in a process of its own scans it and reads tiles in
// random order, as a data-loader worker does. Appends a row to bench/results/tile-reads.csv.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { plainArguments, wholeNumber } from '../build/arguments.ts';
import { PIXEL_LIMIT } from '../engine/data/pixels/decode.ts';
import type { Region } from '../engine/data/pixels/image.ts';
import { RGB_READING } from '../engine/data/pixels/reading.ts';
import { decodeStoredRegion, toScale } from '../engine/data/pixels/stored/decode-planes.ts';
import { readPart } from '../engine/data/pixels/stored/read-part.ts';
import { writeSlide } from '../engine/data/pixels/tiles/testing/slide.ts';
import { scanFolders } from '../engine/data/scan/scan.ts';
import { readSource } from '../engine/data/sources/read-source.ts';
import { openStored } from '../engine/images/readers.ts';
import { DEFAULT_CHOICES } from '../engine/images/stored-image.ts';
import { RandomStream } from '../engine/random/philox.ts';
import { appendRows } from './append-rows.ts';

const COPIES = 6;
const READS = 400;
const TURNS = 4;
/** Side of the regions that are read of tiles, as crops are. */
const CROP = 384;

const usedMb = () => process.resourceUsage().maxRSS / 1024;

function cpuSeconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function measure(folder: string) {
  const startMb = usedMb();
  let before = process.cpuUsage();
  const { samples, tiles } = await scanFolders([folder]);
  const scanSeconds = cpuSeconds(before);
  const scanMb = usedMb();
  const cpu = { kept: 0, opened: 0 };
  const reads = {
    kept: (at: string, region: Region) => decodeStoredRegion(at, region, RGB_READING),
    opened: (at: string, region: Region) =>
      readSource(at, async (source, location) => {
        const image = await openStored(source, { ...DEFAULT_CHOICES, pixelLimit: PIXEL_LIMIT });
        return toScale(await readPart(image, location, region), image, RGB_READING);
      }),
  };
  // In turns, since other work on the machine changes processor time too.
  for (let turn = 0; turn < TURNS; turn++)
    for (const [name, read] of Object.entries(reads)) {
      const random = new RandomStream(turn, 'test');
      before = process.cpuUsage();
      for (let i = 0; i < READS / TURNS; i++) {
        const { path: at, width } = samples.at(random.integer(samples.length))!;
        const [left, top] = [random.integer(width - CROP), random.integer(width - CROP)];
        await read(at, { left, top, width: CROP, height: CROP });
      }
      cpu[name as keyof typeof cpu] += cpuSeconds(before);
    }
  return {
    ...tiles!,
    scanCpuSeconds: scanSeconds,
    cpuMsPerRead: (1000 * cpu.kept) / READS,
    cpuMsOpenedAnew: (1000 * cpu.opened) / READS,
    startMb,
    scanMb,
    mostMb: usedMb(),
  };
}

/** This module in a process of its own, whose memory is measured. */
const MEASURE =
  'const [own, ...args] = process.argv.slice(1); await (await import(own)).main(args)';

export async function main(args: string[]): Promise<void> {
  const [given = '40000', measured] = plainArguments(args, 2);
  if (measured !== undefined) {
    console.log(JSON.stringify(await measure(measured)));
    return;
  }
  const side = wholeNumber(given, 'SIDE');
  const folder = mkdtempSync(path.join(tmpdir(), 'conmim-bench-tiles-'));
  try {
    const bytes = writeSlide(side, { copies: COPIES });
    writeFileSync(path.join(folder, 'slide.tif'), bytes);
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', MEASURE, import.meta.url, given, folder],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    const found = JSON.parse(stdout);
    console.log(JSON.stringify({ side, ...found }, null, 2));
    const [load] = loadavg();
    appendRows('tile-reads', [{ side, ...found, cores: availableParallelism(), load }]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
