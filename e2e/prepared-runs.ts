/** Runs written as files, for specs that need runs and no training. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface PreparedRun {
  readonly name: string;
  /** Steps done; each has a point in the curves. */
  readonly steps: number;
  /** Whether it has samples of the machine, each tenth step. */
  readonly sampled?: boolean;
  /** Fields of its record other than the usual ones. */
  readonly record?: Readonly<Record<string, unknown>>;
}

const STARTED = Date.UTC(2026, 0, 1);

/** @returns its id */
export function writeRun(workspace: string, run: PreparedRun, number = 0): string {
  const { name, steps, sampled = false, record = {} } = run;
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
