// Times masks and dense scores beside pycocotools and SciPy in the same run.
//   node build/run.mjs bench/dense-scores.ts PYTHON
// PYTHON is an interpreter with numpy, scipy and pycocotools. Appends rows to
// bench/results/dense-scores.csv.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { ArgumentError, plainArguments } from '../build/arguments.ts';
import { ROOT } from '../build/root.ts';
import { bootstrap } from '../engine/evaluation/bootstrap.ts';
import { DetectionScorer } from '../engine/evaluation/detection/average-precision.ts';
import { DetectionMatcher, type DetectionMatches } from '../engine/evaluation/detection/matches.ts';
import { evaluateDetections } from '../engine/evaluation/detection/report.ts';
import { readStoredMatches, storeMatches } from '../engine/evaluation/detection/stored-matches.ts';
import { type ClassMap, SegmentationCounter } from '../engine/evaluation/segmentation/counts.ts';
import { evaluateSegmentation } from '../engine/evaluation/segmentation/report.ts';
import { readStoredCounts, storeCounts } from '../engine/evaluation/segmentation/stored-counts.ts';
import {
  countPanoptic,
  panopticQuality,
} from '../engine/evaluation/segmentation/testing/panoptic.ts';
import { rasterisePolygons } from '../engine/geometry/rasterise.ts';
import { runArea } from '../engine/geometry/run-length.ts';
import { runIous } from '../engine/geometry/run-length-iou.ts';
import { runsFromText, runsToText } from '../engine/geometry/run-length-text.ts';
import { assign } from '../engine/tasks/shared/assignment.ts';
import { appendRows } from './append-rows.ts';
import {
  CLASSES,
  drawCosts,
  drawMaps,
  drawOutlines,
  drawScenes,
  HEIGHT,
  MAP_CLASSES,
  OBJECTS_AT_MOST,
  QUERIES,
  type Scene,
  WIDTH,
} from './dense-scenes.ts';

const [IMAGES, OBJECTS, DETECTIONS] = [5000, 36_000, 100];

interface Timed {
  /** Time of the processor, which other programs disturb less than the clock. */
  readonly ms: number;
  /** A number that must be equal on both sides. */
  readonly check: number;
}
type Measured = Readonly<Record<string, Timed>>;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function timed(work: () => number): Timed {
  const start = cpuMs();
  const check = work();
  return { ms: cpuMs() - start, check };
}

function measureMasks(outlines: readonly number[][]): Measured {
  let texts: string[] = [];
  return {
    'rasterise 36,000 polygons, write as text': timed(() => {
      const masks = outlines.map((outline) => rasterisePolygons([outline], HEIGHT, WIDTH));
      texts = masks.map(runsToText);
      return masks.reduce((sum, mask) => sum + runArea(mask), 0);
    }),
    'read 36,000 texts, overlaps within images': timed(() => {
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

function measureDetection(scenes: readonly Scene[]): Measured {
  let matches: DetectionMatches | undefined;
  const report = {
    'AP of 5,000 images, 36,000 objects, 500,000 boxes': timed(() => {
      const matcher = new DetectionMatcher(CLASSES, 'boxes');
      for (const { truths, detections } of scenes) matcher.add(truths, detections);
      matches = matcher.finish();
      return new DetectionScorer(matches).scores().AP!;
    }),
  };
  const resamples = 100;
  const start = cpuMs();
  evaluateDetections(matches!, [], { resamples });
  const all = cpuMs();
  const scorer = new DetectionScorer(readStoredMatches(storeMatches(matches!)));
  const stored = cpuMs();
  bootstrap(matches!.images, (weights) => [scorer.averagePrecision(weights)!], { resamples });
  const each = (from: number, to: number) =>
    `${((to - from) / resamples).toFixed(1)} ms a resample`;
  process.stdout.write(`twelve numbers ${each(start, all)}, AP alone ${each(stored, cpuMs())}\n`);
  return report;
}

function measureSegmentation(maps: ReturnType<typeof drawMaps>): Measured {
  const count = (boundaries: boolean) => {
    const counter = new SegmentationCounter(MAP_CLASSES, { boundaries });
    for (const { truth, predicted } of maps) counter.add(truth, predicted);
    return readStoredCounts(storeCounts(counter.finish()));
  };
  const report = {
    'mIoU of 200 maps of 640 x 480, 19 classes': timed(
      () => evaluateSegmentation(count(false), [], { resamples: 0 }).scores.mIoU!.value,
    ),
  };
  const { ms } = timed(() => evaluateSegmentation(count(true), [], { resamples: 1000 }).pixels);
  process.stdout.write(`with boundaries and 1,000 resamples: ${ms.toFixed(0)} ms\n`);
  const segments = Array.from({ length: MAP_CLASSES }, (_, c) => ({ id: c + 1, class: c }));
  const idsOf = ({ classes, ...size }: ClassMap) => ({
    ...size,
    ids: Uint16Array.from(classes, (label) => (label < MAP_CLASSES ? label + 1 : 0)),
    segments,
  });
  const pairs = maps.map(({ truth, predicted }) => ({
    truth: idsOf(truth),
    predicted: idsOf(predicted),
  }));
  const panoptic = timed(() => panopticQuality(countPanoptic(pairs, MAP_CLASSES)).panoptic!);
  process.stdout.write(`panoptic quality: ${panoptic.ms.toFixed(0)} ms\n`);
  return report;
}

function measureAssignment(costs: readonly Float64Array[]): Measured {
  return {
    '2,000 assignments of 100 x 40': timed(() =>
      costs.reduce((sum, table) => sum + assign(table, QUERIES, OBJECTS_AT_MOST).cost, 0),
    ),
  };
}

export function main(args: string[]): void {
  const [python] = plainArguments(args, 1);
  if (python === undefined)
    throw new ArgumentError('Give a Python with numpy, scipy and pycocotools.');
  const folder = mkdtempSync(path.join(tmpdir(), 'dense-scores-'));
  const script = path.join(ROOT, 'bench', 'peers', 'dense_times.py');
  const measurePeer = (what: string, input: object): Measured => {
    const file = path.join(folder, `${what}.json`);
    writeFileSync(file, JSON.stringify(input));
    const printed = execFileSync(python, [script, what, file], { encoding: 'utf8' });
    return JSON.parse(printed.trim().split('\n').at(-1)!);
  };
  const record = (peer: string, ours: Measured, theirs: Measured) => {
    const rows = Object.entries(ours).map(([what, { ms, check }]) => {
      const other = theirs[what]!;
      if (!(Math.abs(check - other.check) <= 1e-9 * Math.abs(other.check)))
        throw new Error(`${what}: ${check} here, ${other.check} there`);
      process.stdout.write(`${what}: ${ms.toFixed(0)} ms, ${peer} ${other.ms.toFixed(0)} ms\n`);
      const machine = { cpu: cpus()[0]?.model, threads: availableParallelism() };
      return { ...machine, what, peer, peerMs: other.ms, ms, ratio: other.ms / ms };
    });
    appendRows('dense-scores', rows);
  };
  try {
    const outlines = drawOutlines(OBJECTS);
    const size = { height: HEIGHT, width: WIDTH };
    const masks = measurePeer('masks', { outlines, images: IMAGES, ...size });
    record('pycocotools', measureMasks(outlines), masks);
    const scenes = drawScenes(IMAGES, OBJECTS, DETECTIONS);
    const detection = measurePeer('detection', { scenes, classes: CLASSES, ...size });
    record('pycocotools', measureDetection(scenes), detection);
    const maps = drawMaps(200);
    const plain = maps.map(({ truth, predicted }) => ({
      truth: Array.from(truth.classes),
      predicted: Array.from(predicted.classes),
    }));
    const segmentation = measurePeer('segmentation', { maps: plain, classes: MAP_CLASSES });
    record('NumPy', measureSegmentation(maps), segmentation);
    const costs = drawCosts(2000);
    const tables = costs.map((table) => Array.from(table));
    const shape = [QUERIES, OBJECTS_AT_MOST];
    record('SciPy', measureAssignment(costs), measurePeer('assignment', { costs: tables, shape }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
