/**
 * Atomic writing of exports.
 *
 * An export is written beside its target, flushed, read back and compared, and then renamed. An
 * existing target is replaced only if it is empty or an earlier export. An export folder has a
 * manifest with the size and SHA-256 of its files, which identifies it later.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import { flushFile, removeLeftovers, temporaryPath } from '../../disk/atomic-file.ts';
import { asDiskError, ifMissing, namesIn, nodeDisk } from '../../disk/disk.ts';
import { readJsonFile } from '../../disk/json-file.ts';
import { readHead } from '../../disk/read-head.ts';
import { placeFile, targetTaken } from '../../disk/result-file.ts';
import { type FileDigest, readSafetensorsHeader } from '../../formats/safetensors.ts';
import { bytesOf, type NamedTensors } from '../../tensor/host-tensor.ts';

export const EXPORT_MANIFEST_FILE = 'manifest.json';
/** The writer, in the metadata of every export. */
export const SOURCE = 'conmim-studio';

const manifestSchema = z.object({
  format: z.literal(1),
  source: z.literal(SOURCE),
  kind: z.enum(['timm', 'hf', 'continuation', 'model']),
  /** The network, for users. */
  origin: z.string(),
  files: z.record(
    z.string(),
    z.object({ size: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});
export type ExportManifest = z.infer<typeof manifestSchema>;

export interface Exported {
  /** Absolute. */
  readonly path: string;
  readonly tensors: number;
  readonly bytes: number;
  /** Largest difference of outputs before and after, on the same images; 0 where only renamed. */
  readonly largestDifference: number;
}

export interface TargetOrder {
  /** Write the export at the given path: a file, or files in an existing folder. */
  write(beside: string): Promise<void>;
  check(beside: string): Promise<void>;
}

/** @returns bytes of the file @throws StudioError `target-taken`, `disk-full`; errors of `order` */
export async function writeExportFile(file: string, order: TargetOrder): Promise<number> {
  return put(file, async (beside) => {
    await order.write(beside);
    await flushFile(beside);
    await order.check(beside);
    return (await lstat(beside)).size;
  });
}

/**
 * @returns bytes of all files
 * @throws StudioError `target-taken`, `disk-full`; errors of `write` and `check`
 */
export async function writeExportFolder(
  folder: string,
  about: Pick<ExportManifest, 'kind' | 'origin'>,
  order: TargetOrder,
): Promise<number> {
  return put(folder, async (beside) => {
    await nodeDisk.makeFolder(beside);
    await order.write(beside);
    const files: Record<string, FileDigest> = {};
    for (const name of (await readdir(beside)).sort()) {
      await flushFile(path.join(beside, name));
      files[name] = await digestOf(path.join(beside, name));
    }
    const manifest: ExportManifest = { format: 1, source: SOURCE, ...about, files };
    await writeJson(path.join(beside, EXPORT_MANIFEST_FILE), manifest);
    await flushFile(path.join(beside, EXPORT_MANIFEST_FILE));
    await order.check(beside);
    await nodeDisk.syncFolder(beside);
    const sizes = Object.values(files).map(({ size }) => size);
    return sizes.reduce((sum, size) => sum + size, 0);
  });
}

/** @throws StudioError `export-damaged` when it is missing or invalid */
export async function readManifest(folder: string): Promise<ExportManifest> {
  const manifest = await manifestIn(folder);
  if (manifest !== undefined) return manifest;
  throw new StudioError('export-damaged', `${folder} has no readable ${EXPORT_MANIFEST_FILE}.`, {
    advice: 'Give a folder that conmim export has written.',
  });
}

/** Size and content hash of a file, read in pieces. */
export async function digestOf(file: string): Promise<FileDigest> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}

export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}

async function put(target: string, make: (beside: string) => Promise<number>): Promise<number> {
  await checkFree(target);
  const parent = path.dirname(target);
  const beside = temporaryPath(target);
  const aside = `${beside}.old`;
  try {
    await nodeDisk.makeFolder(parent);
    await removeLeftovers(parent, target);
    const bytes = await make(beside);
    // The target is checked again, since another file may have been written there in the meantime.
    const before = await checkFree(target);
    // A rename cannot replace a folder that has content.
    if (before === 'folder') await nodeDisk.rename(target, aside);
    try {
      if ((await lstat(beside)).isFile()) await placeFile(beside, target, isOwnFile);
      // A rename replaces empty folders.
      else await nodeDisk.rename(beside, target);
    } catch (error) {
      if (before === 'folder') await nodeDisk.rename(aside, target);
      throw error;
    }
    await nodeDisk.syncFolder(parent);
    await nodeDisk.remove(aside);
    return bytes;
  } catch (error) {
    // The removal may fail for the same reason as the export, whose error is reported.
    await nodeDisk.remove(beside).catch(() => undefined);
    throw asDiskError(error, target);
  }
}

/** @throws StudioError `target-taken` */
async function checkFree(target: string): Promise<'nothing' | 'file' | 'folder'> {
  const found = await ifMissing(lstat(target), undefined);
  if (found === undefined) return 'nothing';
  if (found.isDirectory() && (await isOwnFolder(target))) return 'folder';
  if (found.isFile() && (found.size === 0 || (await isOwnFile(target)))) return 'file';
  throw targetTaken(target);
}

/** Whether a folder is empty or has only files of an earlier export. */
async function isOwnFolder(folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  if (names.length === 0) return true;
  const files = (await manifestIn(folder))?.files;
  return (
    files !== undefined &&
    names.every((name) => name === EXPORT_MANIFEST_FILE || files[name] !== undefined)
  );
}

async function isOwnFile(file: string): Promise<boolean> {
  // ONNX files begin with the format version and the name of the writer.
  if ((await readHead(file, 64)).indexOf(SOURCE) === 4) return true;
  try {
    return (await readSafetensorsHeader(file)).metadata['source'] === SOURCE;
  } catch {
    return false;
  }
}

function manifestIn(folder: string): Promise<ExportManifest | undefined> {
  return readJsonFile(path.join(folder, EXPORT_MANIFEST_FILE), manifestSchema);
}

/**
 * Check that tensors read from a disk equal those written.
 * @throws StudioError `export-failed` naming the first tensor that differs in type, shape or any
 *   byte
 */
export function requireSameTensors(
  written: NamedTensors,
  read: NamedTensors,
  target: string,
): void {
  for (const name of new Set([...written.keys(), ...read.keys()])) {
    const [x, y] = [written.get(name), read.get(name)];
    const same =
      x !== undefined &&
      y !== undefined &&
      x.dtype === y.dtype &&
      x.shape.join() === y.shape.join() &&
      Buffer.compare(bytesOf(x.data), bytesOf(y.data)) === 0;
    if (!same) throw exportFailed(`${name} came back from ${target} changed.`);
  }
}

export function exportFailed(message: string): StudioError {
  return new StudioError('export-failed', message, {
    advice: 'The disk may be failing; try another one.',
  });
}
