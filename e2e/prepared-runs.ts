/** Runs written as files, for specs that need runs and no training. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { nodeDisk } from '../engine/disk/disk.ts';
import { learningEvent } from '../engine/insight/testing/learning-event.ts';
import { writeStudentStep, writeStudentViews } from '../engine/runs/student-folder.ts';

export interface PreparedRun {
  readonly name: string;
  /** Steps done; each has a point in the curves. */
  readonly steps: number;
  /** Whether it has samples of the machine, each tenth step. */
  readonly sampled?: boolean;
  /** Whether it was measured each tenth step, with what the student saw (see `writeStudent`). */
  readonly measured?: boolean;
  /** Fields of its record other than the usual ones. */
  readonly record?: Readonly<Record<string, unknown>>;
}

const STARTED = Date.UTC(2026, 0, 1);

/** @returns its id */
export function writeRun(workspace: string, run: PreparedRun, number = 0): string {
  const { name, steps, sampled = false, measured = false, record = {} } = run;
  const createdAt = new Date(STARTED + number * 60_000).toISOString();
  const stamp = createdAt.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const id = `${stamp}-run-${String(number).padStart(6, '0')}`;
  const dir = path.join(workspace, 'runs', id);
  mkdirSync(dir, { recursive: true });
  const whole = {
    format: 1,
    id,
    name,
    kind: 'pretrain',
    status: 'done',
    createdAt,
    updatedAt: createdAt,
    step: steps,
    totalSteps: steps,
    device: 'cpu',
    recipe: { image_size: 32, patch_size: 4, embed_dim: 96, depth: 4 },
    dataset: { folders: ['/images'], images: 100, fingerprint: '0'.repeat(64) },
    versions: {},
    ...record,
  };
  writeFileSync(path.join(dir, 'run.json'), JSON.stringify(whole));
  const events = Array.from({ length: steps }, (_, i) => i + 1).flatMap((step) => [
    JSON.stringify(stepEvent(step, number)),
    ...(sampled && step % 10 === 0 ? [JSON.stringify(machineEvent(step, number))] : []),
    ...(measured && step % 10 === 0 ? [JSON.stringify(learningEvent(step))] : []),
  ]);
  if (steps > 0) writeFileSync(path.join(dir, 'events.jsonl'), `${events.join('\n')}\n`);
  return id;
}

function machineEvent(step: number, number: number) {
  return {
    type: 'machine',
    step,
    time: STARTED + number * 60_000 + step * 100,
    cpuShare: step / 200,
    machineCpuShare: 0.9,
    rssBytes: 5e8,
    machineMemoryBytes: 4e9 + step * 1e7,
  };
}

function stepEvent(step: number, number: number) {
  return {
    type: 'step',
    step,
    time: STARTED + number * 60_000 + step * 100,
    epoch: Math.floor((step - 1) / 10),
    stepsPerEpoch: 10,
    loss: 4 * Math.exp(-step / 50) + 0.1 * Math.sin(step * 1.7 + number),
    tokenMatch: 0.5 + 0.05 * Math.sin(step / 9),
    chance: 1 / 64,
    gradNorm: 1 + Math.sin(step) / 4,
    lr: 1e-3 / step,
    weightDecay: 0.05,
    emaMomentum: 0.999,
    imagesPerSecond: 400 + Math.sin(step),
    dataWaitMs: 1,
    stepMs: 100,
    etaSeconds: 1,
    rssBytes: 5e8,
  };
}

const GRID = { rows: 4, cols: 4 };
/** The left half of an image is masked. */
const MASK = '1100'.repeat(4);

/** What the student of a run saw of an image of stripes: at the last step all patches found themselves. */
export async function writeStudent(
  workspace: string,
  run: string,
  steps: readonly number[],
): Promise<void> {
  const place = { dir: path.join(workspace, 'runs', run), disk: nodeDisk };
  const stripes = await sharp(
    Uint8Array.from(
      { length: 32 * 32 * 3 },
      (_, i) => ((Math.floor(i / 3) % 32) * 8 + i * 85) % 256,
    ),
    { raw: { width: 32, height: 32, channels: 3 } },
  )
    .webp({ lossless: true })
    .toBuffer();
  const image = { path: '/images/stripes.png', mask: MASK, student: stripes, teacher: stripes };
  await writeStudentViews(place, {
    ...GRID,
    images: [image, { ...image, path: '/images/more.png' }],
  });
  const masked = [...MASK].flatMap((covered, patch) => (covered === '1' ? [patch] : []));
  for (const [at, step] of steps.entries()) {
    const share = at / Math.max(1, steps.length - 1);
    const found = {
      taken: masked.map((patch, i) => (i < share * masked.length ? patch : (patch + 2) % 16)),
      takenProbability: masked.map(() => 0.5),
      ownProbability: masked.map((_, i) => (i < share * masked.length ? 0.5 : 0.125)),
    };
    await writeStudentStep(place, { step, images: [found, found] });
  }
}
