/**
 * Checkpoints in `<run>/checkpoints/<step>/`: the state, the position in the data, and a manifest
 * with size and SHA-256 of both.
 *
 * A folder that is named after a step was written completely before it got that name. It may have
 * been damaged since, so reading verifies the hashes of the manifest.
 */

import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { isStudioError, StudioError } from '../contract/errors.ts';
import { parseJson } from '../contract/parse-json.ts';
import { type Scores, scoresSchema } from '../contract/scores.ts';
import { namesIn } from '../disk/disk.ts';
import { type FileDigest, readSafetensors } from '../formats/safetensors.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';

export const STATE_FILE = 'state.safetensors';
export const LOADER_FILE = 'loader.json';
export const MANIFEST_FILE = 'manifest.json';

/** The best evaluation so far, of `n` images; the checkpoint of its `step` holds the state. */
export type Best = Scores & { readonly step: number; readonly n: number };
export const bestSchema: z.ZodType<Best> = scoresSchema.and(
  z.looseObject({ step: z.int().min(0), n: z.int() }),
);

/** The position of training; together with the state, it determines an exact resume. */
export const loaderPositionSchema = z.object({
  /** Completed steps; the index of the next batch. */
  step: z.int().min(0),
  /** Batches that are not repeated after a rewind, since their loss was not finite. Sorted. */
  skippedBatches: z.array(z.int().min(0)),
  /** Number of consecutive steps up to this one that were not applied. */
  failedInARow: z.int().min(0),
  /** Only in runs that are evaluated during training. */
  best: bestSchema.optional(),
  sinceBest: z.int().min(0).optional(),
});
export type LoaderPosition = z.infer<typeof loaderPositionSchema>;

const digestSchema = z.object({
  size: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export const manifestSchema = z.object({
  format: z.literal(1),
  step: z.int().min(0),
  savedAt: z.string(),
  versions: z.record(z.string(), z.string()),
  files: z.object({ [STATE_FILE]: digestSchema, [LOADER_FILE]: digestSchema }),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** A checkpoint folder, which may be damaged. */
export interface CheckpointEntry {
  readonly step: number;
  readonly folder: string;
}

export interface Checkpoint extends CheckpointEntry {
  readonly position: LoaderPosition;
  readonly manifest: Manifest;
  readonly state: NamedTensors;
}

export interface RejectedCheckpoint extends CheckpointEntry {
  /** The reason why it cannot be used, as a sentence. */
  readonly reason: string;
}

/** Checkpoints in `root` (the run's `checkpoints` folder), oldest first. */
export async function listCheckpoints(root: string): Promise<CheckpointEntry[]> {
  const names = await namesIn(root);
  return names
    .filter((name) => /^\d{1,15}$/.test(name))
    .map((name) => ({ step: Number(name), folder: path.join(root, name) }))
    .sort((a, b) => a.step - b.step);
}

/**
 * Read a checkpoint and verify it by its manifest.
 * @throws StudioError `checkpoint-invalid` with the reason
 */
export async function loadCheckpoint(entry: CheckpointEntry): Promise<Checkpoint> {
  return checked(entry, async () => {
    const manifest = await readManifest(entry);
    const position = await readPosition(entry, manifest);
    const file = path.join(entry.folder, STATE_FILE);
    await checkSize(file, manifest.files[STATE_FILE]);
    const { tensors, sha256, size } = await readSafetensors(file);
    checkDigest(STATE_FILE, { size, sha256 }, manifest.files[STATE_FILE]);
    return { ...entry, manifest, position, state: tensors };
  });
}

/**
 * The newest valid checkpoint, with a list of newer ones that are damaged. These are not changed.
 * @param accept further condition on valid checkpoints
 */
export async function loadNewestValid(
  root: string,
  accept: (checkpoint: Checkpoint) => boolean = () => true,
): Promise<{ checkpoint: Checkpoint | undefined; rejected: RejectedCheckpoint[] }> {
  const rejected: RejectedCheckpoint[] = [];
  for (const entry of (await listCheckpoints(root)).reverse()) {
    try {
      const checkpoint = await loadCheckpoint(entry);
      if (accept(checkpoint)) return { checkpoint, rejected };
    } catch (error) {
      if (!isStudioError(error, 'checkpoint-invalid')) throw error;
      rejected.push({ ...entry, reason: error.message });
    }
  }
  return { checkpoint: undefined, rejected };
}

async function checked<T>(entry: CheckpointEntry, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isStudioError(error, 'out-of-memory')) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StudioError(
      'checkpoint-invalid',
      `Checkpoint ${entry.step} (${entry.folder}) cannot be used: ${reason}`,
      {
        advice: 'Use another checkpoint, or restore this one from a copy.',
        details: { step: entry.step, folder: entry.folder },
        cause: error,
      },
    );
  }
}

async function readManifest(entry: CheckpointEntry): Promise<Manifest> {
  const text = await readFile(path.join(entry.folder, MANIFEST_FILE), 'utf8');
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new Error(`${MANIFEST_FILE} is damaged.`);
  if (parsed.data.step !== entry.step) {
    throw new Error(`${MANIFEST_FILE} belongs to step ${parsed.data.step}.`);
  }
  return parsed.data;
}

async function readPosition(entry: CheckpointEntry, manifest: Manifest): Promise<LoaderPosition> {
  const bytes = await readFile(path.join(entry.folder, LOADER_FILE));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  checkDigest(LOADER_FILE, { size: bytes.length, sha256 }, manifest.files[LOADER_FILE]);
  const parsed = loaderPositionSchema.safeParse(parseJson(bytes.toString('utf8')));
  if (!parsed.success || parsed.data.step !== entry.step) {
    throw new Error(`${LOADER_FILE} does not belong to step ${entry.step}.`);
  }
  return parsed.data;
}

/** Compare sizes first, which finds truncated files without reading gigabytes. */
async function checkSize(file: string, expected: FileDigest): Promise<void> {
  const { size } = await stat(file);
  if (size !== expected.size) {
    throw new Error(`${path.basename(file)} has ${size} bytes instead of ${expected.size}.`);
  }
}

function checkDigest(name: string, actual: FileDigest, expected: FileDigest): void {
  if (actual.size !== expected.size) {
    throw new Error(`${name} has ${actual.size} bytes instead of ${expected.size}.`);
  }
  if (actual.sha256 !== expected.sha256) throw new Error(`${name} was changed: its hash differs.`);
}
