// Times masks and dense scores beside pycocotools and SciPy in the same run.
//   node build/run.mjs bench/dense-scores.ts PYTHON
// PYTHON is an interpreter with numpy, scipy and pycocotools. Appends rows to
// bench/results/dense-scores.csv.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../build/root.ts';
import { polygonFault } from '../engine/geometry/polygon.ts';
import { rasterisePolygons } from '../engine/geometry/rasterise.ts';
import { runArea } from '../engine/geometry/run-length.ts';
import { runIous } from '../engine/geometry/run-length-iou.ts';
import { runsFromText, runsToText } from '../engine/geometry/run-length-text.ts';
import { RandomStream } from '../engine/random/philox.ts';
import { appendRows } from './append-rows.ts';

const [IMAGES, OBJECTS, HEIGHT, WIDTH] = [5000, 36_000, 480, 640];

interface Timed {
  readonly ms: number;
  /** A number that must be equal on both sides. */
  readonly check: number;
}

function timed(work: () => number): Timed {
  const start = performance.now();
  const check = work();
  return { ms: performance.now() - start, check };
}

/** Irregular outlines of the sizes of COCO's objects, [objects][coordinates]. */
function drawOutlines(seed: number): number[][] {
  return Array.from({ length: OBJECTS }, (_, number) => {
    const random = new RandomStream(seed, 'test', number);
    const [x, y] = [random.between(0, WIDTH), random.between(0, HEIGHT)];
    const size = Math.exp(random.between(1.5, 5));
    const n = 8 + random.integer(30);
    return Array.from({ length: n }, (_, i) => {
      const [angle, radius] = [(2 * Math.PI * i) / n, size * random.between(0.5, 1)];
      const within = (value: number, most: number) =>
        Math.round(100 * Math.min(Math.max(value, 0), most)) / 100;
      return [
        within(x + radius * Math.cos(angle), WIDTH),
        within(y + radius * Math.sin(angle), HEIGHT),
      ];
    }).flat();
  });
}

function measureMasks(outlines: readonly number[][]): Readonly<Record<string, Timed>> {
  let texts: string[] = [];
  return {
    'rasterise and write as text': timed(() => {
      const masks = outlines.map((outline) => rasterisePolygons([outline], HEIGHT, WIDTH));
      texts = masks.map(runsToText);
      return masks.reduce((sum, mask) => sum + runArea(mask), 0);
    }),
    'read text and compare within images': timed(() => {
      let sum = 0;
      const perImage = Math.ceil(texts.length / IMAGES);
      for (let at = 0; at < texts.length; at += perImage) {
        const some = texts
          .slice(at, at + perImage)
          .map((text) => runsFromText(text, HEIGHT, WIDTH));
        for (const iou of runIous(some, some, new Uint8Array(some.length))) sum += iou;
      }
      return sum;
    }),
  };
}

export function main([python]: string[]): void {
  if (python === undefined) throw new Error('Give a Python with numpy, scipy and pycocotools.');
  const folder = mkdtempSync(path.join(tmpdir(), 'dense-scores-'));
  try {
    const outlines = drawOutlines(1);
    const faulty = outlines.filter((outline) => polygonFault(outline) === 'not-finite');
    if (faulty.length > 0) throw new Error(`${faulty.length} outlines are not finite`);
    const file = path.join(folder, 'outlines.json');
    writeFileSync(file, JSON.stringify({ outlines, height: HEIGHT, width: WIDTH, images: IMAGES }));
    const script = path.join(ROOT, 'bench', 'peers', 'dense_times.py');
    const run = (what: string) =>
      JSON.parse(execFileSync(python, [script, what, file], { encoding: 'utf8' })) as {
        readonly [what: string]: Timed;
      };
    const peer = run('masks');
    const ours = measureMasks(outlines);
    appendRows(
      'dense-scores',
      Object.entries(ours).map(([what, { ms, check }]) => {
        const other = peer[what]!;
        if (Math.abs(check - other.check) > 1e-6 * Math.abs(other.check))
          throw new Error(`${what}: ${check} here, ${other.check} there`);
        process.stdout.write(
          `${what}: ${ms.toFixed(0)} ms, pycocotools ${other.ms.toFixed(0)} ms\n`,
        );
        return {
          cpu: cpus()[0]?.model,
          threads: availableParallelism(),
          what: `${OBJECTS} masks: ${what}`,
          peerMs: other.ms,
          ms,
          ratio: other.ms / ms,
        };
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
