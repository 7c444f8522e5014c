/**
 * What is in a set of folders: every image that can be decoded, what cannot and why, what is there
 * twice. Files are read in place, and only those that changed since the last scan.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { StudioError } from '../contract/errors.ts';
import { decodeBmp } from './bmp.ts';
import { PIXEL_LIMIT } from './decode.ts';
import { formatOf } from './formats.ts';
import { type FileFacts, readIndexFile, writeIndexFile } from './index-file.ts';
import type { DatasetIndex, Sample, Unreadable } from './index-types.ts';
import { type FoundFile, walkFolder } from './walk.ts';

export interface ScanProgress {
  readonly done: number;
  readonly total: number;
}

export interface ScanOptions {
  /** where facts are remembered; nothing is remembered without it */
  readonly indexFile?: string;
  /** pixels above which a file is refused */
  readonly pixelLimit?: number;
  readonly onProgress?: (progress: ScanProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Files that are decoded at a time. */
const CONCURRENCY = 4;
/** Images are decoded to the end, but only kept this large: enough to find truncated files. */
const PROBE_SIDE = 16;

/** @throws StudioError `folder-missing`, `no-images`; AbortError when `signal` fires */
export async function scanFolders(
  folders: readonly string[],
  options: ScanOptions = {},
): Promise<DatasetIndex> {
  const { indexFile, pixelLimit = PIXEL_LIMIT, onProgress, signal } = options;
  const seen = new Set<string>();
  const files: FoundFile[] = [];
  const unreadable: Unreadable[] = [];
  for (const folder of folders) {
    const walk = await walkFolder(folder, seen);
    files.push(...walk.files);
    unreadable.push(...walk.unreadable);
  }
  const remembered = indexFile === undefined ? new Map() : await readIndexFile(indexFile);
  const facts = new Array<FileFacts>(files.length);
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let i = next++; i < files.length; i = next++) {
      signal?.throwIfAborted();
      const file = files[i]!;
      facts[i] = await examine(file.path, remembered.get(file.path), pixelLimit);
      onProgress?.({ done: ++done, total: files.length });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  if (indexFile !== undefined)
    await writeIndexFile(indexFile, new Map(files.map((file, i) => [file.path, facts[i]!])));
  return summarise(folders, files, facts, unreadable);
}

async function examine(
  file: string,
  known: FileFacts | undefined,
  pixelLimit: number,
): Promise<FileFacts> {
  const nothing = { bytes: 0, modifiedMs: 0, hash: '', format: '', width: 0, height: 0 };
  try {
    const { size, mtimeMs } = await stat(file);
    if (known && known.bytes === size && known.modifiedMs === mtimeMs) return known;
    const base = { ...nothing, bytes: size, modifiedMs: mtimeMs };
    if (size === 0) return { ...base, reason: 'file is empty' };
    const content = await readFile(file);
    const hash = createHash('sha256').update(content).digest('hex');
    const format = formatOf(content);
    if (!format) return { ...base, hash, reason: 'content is not of a known image format' };
    try {
      return { ...base, hash, format, ...(await probe(content, format, pixelLimit)) };
    } catch (error) {
      return { ...base, hash, format, reason: decodeReason(error) };
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { ...nothing, reason: `file cannot be read: ${code}` };
  }
}

/** Width and height after orientation, once the whole file has been decoded. */
async function probe(content: Buffer, format: string, pixelLimit: number) {
  if (format === 'bmp') {
    const { width, height } = decodeBmp(content);
    return { width, height };
  }
  const open = () =>
    sharp(content, { failOn: 'truncated', limitInputPixels: pixelLimit, pages: 1 });
  const { width, height, orientation } = await open().metadata();
  await open().resize(PROBE_SIDE, PROBE_SIDE, { fit: 'fill', kernel: 'nearest' }).raw().toBuffer();
  const turned = orientation !== undefined && orientation >= 5;
  return turned ? { width: height, height: width } : { width, height };
}

function decodeReason(error: unknown): string {
  if (error instanceof StudioError) return String(error.details['reason'] ?? error.message);
  const message = error instanceof Error ? error.message : String(error);
  if (/pixel limit/i.test(message)) return 'image has more pixels than the limit allows';
  return `image is damaged: ${message.split('\n')[0]}`;
}

function summarise(
  folders: readonly string[],
  files: readonly FoundFile[],
  facts: readonly FileFacts[],
  unreadable: Unreadable[],
): DatasetIndex {
  const samples: Sample[] = [];
  const formats: Record<string, number> = {};
  const byHash = new Map<string, string[]>();
  const identities: string[] = [];
  files.forEach((file, i) => {
    const { reason, hash, format, width, height, bytes } = facts[i]!;
    if (reason !== undefined) {
      unreadable.push({ path: file.path, reason });
      return;
    }
    samples.push({ path: file.path, width, height, bytes, hash, format });
    formats[format] = (formats[format] ?? 0) + 1;
    byHash.set(hash, [...(byHash.get(hash) ?? []), file.path]);
    identities.push(`${file.relative}\0${hash}`);
  });
  if (samples.length === 0)
    throw new StudioError(
      'no-images',
      `There is no readable image in ${folders.join(', ')}${unreadable.length > 0 ? `; ${unreadable.length} files or folders cannot be read` : ''}`,
      {
        advice: 'Give a folder with JPEG, PNG, WebP, TIFF, GIF, AVIF or BMP files in it.',
        details: { unreadable: unreadable.slice(0, 20) },
      },
    );
  return {
    folders: folders.map((folder) => path.resolve(folder)),
    samples,
    images: samples.length,
    bytes: samples.reduce((sum, { bytes }) => sum + bytes, 0),
    formats,
    unreadable,
    duplicates: [...byHash.values()].filter((paths) => paths.length > 1),
    fingerprint: createHash('sha256').update(identities.sort().join('\n')).digest('hex'),
  };
}
