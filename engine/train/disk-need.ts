/** How much disk a run of pre-training takes, by the sizes of its state and the rules of keeping. */
import type { SharedValues } from '../contract/settings/shared.ts';
import type { Module } from '../ir/types.ts';
import { isPersistent } from '../nn/state-prefixes.ts';
import { elementCount } from '../tensor/host-tensor.ts';

export interface DiskNeed {
  /** Of one checkpoint. */
  readonly checkpointBytes: number;
  /** At most, with all checkpoints that are kept and the log. */
  readonly diskBytes: number;
}

/** A tensor's entry in the header of a safetensors file, beside its name. */
const ENTRY_BYTES = 70;
/** loader.json and manifest.json. */
const BESIDE_BYTES = 1500;
/** A step's line in events.jsonl and its record for TensorBoard, as they come to lie on disk. */
const LOGGED_STEP_BYTES = 720;

/** @param module the recipe's training step */
export function diskNeed(module: Module, recipe: SharedValues, totalSteps: number): DiskNeed {
  let checkpointBytes = BESIDE_BYTES;
  for (const [name, { shape }] of module.state)
    if (isPersistent(name)) checkpointBytes += 4 * elementCount(shape) + name.length + ENTRY_BYTES;
  const logBytes = Math.ceil(totalSteps / recipe.log_every) * LOGGED_STEP_BYTES;
  return {
    checkpointBytes,
    diskBytes: mostCheckpoints(recipe, totalSteps) * checkpointBytes + logBytes,
  };
}

/** Checkpoints on disk at most: what is kept, and the one being written before an old one goes. */
export function mostCheckpoints(
  {
    checkpoint_every: every,
    keep_last: keepLast,
    keep_every: keepEvery,
  }: Pick<SharedValues, 'checkpoint_every' | 'keep_last' | 'keep_every'>,
  totalSteps: number,
): number {
  const saved: number[] = [];
  // One of the start, one of the end.
  for (let step = 0; step < totalSteps; step += every) saved.push(step);
  saved.push(totalSteps);
  const old = saved.slice(0, Math.max(0, saved.length - keepLast));
  const keptForEver = keepEvery > 0 ? old.filter((step) => step % keepEvery === 0).length : 0;
  const isReplacing = old.length > keptForEver;
  return Math.min(saved.length, keepLast) + keptForEver + (isReplacing ? 1 : 0);
}
