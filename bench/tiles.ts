// Memory and processor time of the tiles of a large pyramid.
//   npm run bench:tiles -- [SIDE]
// Makes a pyramid of SIDE x SIDE pixels (40,000), and in a process of its own scans it and reads tiles in
// random order, as a data-loader worker does. Appends a row to bench/results/tiles.csv.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { RGB_READING } from '../engine/data/reading.ts';
import { scanFolders } from '../engine/data/scan.ts';
import { decodeStoredRegion } from '../engine/data/stored/decode-planes.ts';
import { writeSlide } from '../engine/data/tiles/testing/slide.ts';
import { RandomStream } from '../engine/random/philox.ts';
import { appendRows } from './append-rows.ts';

const COPIES = 6;
const READS = 400;
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
  const random = new RandomStream(1, 'test');
  before = process.cpuUsage();
  for (let i = 0; i < READS; i++) {
    const { path: at, width } = samples.at(random.integer(samples.length))!;
    const [left, top] = [random.integer(width - CROP), random.integer(width - CROP)];
    await decodeStoredRegion(at, { left, top, width: CROP, height: CROP }, RGB_READING);
  }
  return {
    ...tiles!,
    scanCpuSeconds: scanSeconds,
    cpuMsPerRead: (1000 * cpuSeconds(before)) / READS,
    startMb,
    scanMb,
    mostMb: usedMb(),
  };
}

const [given = '40000', measured] = process.argv.slice(2);
if (measured !== undefined) {
  console.log(JSON.stringify(await measure(measured)));
} else {
  const side = Number(given);
  const folder = mkdtempSync(path.join(tmpdir(), 'conmim-bench-tiles-'));
  try {
    const bytes = writeSlide(side, { copies: COPIES });
    writeFileSync(path.join(folder, 'slide.tif'), bytes);
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [process.argv[1]!, given, folder],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    const found = JSON.parse(stdout);
    console.log(JSON.stringify({ side, ...found }, null, 2));
    const [load] = loadavg();
    appendRows('tiles', [{ side, ...found, cores: availableParallelism(), load }]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
