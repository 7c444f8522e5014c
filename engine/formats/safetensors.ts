/**
 * Safetensors files: an 8-byte little-endian header length, a JSON header, raw little-endian data.
 *
 * Ambiguous files (overlaps, holes, duplicate names, inconsistent sizes) are rejected. Names are
 * sorted when writing, so equal tensors give equal bytes. Neither direction copies more than one
 * tensor at a time.
 *
 * @source https://github.com/huggingface/safetensors#format
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { StudioError } from '../contract/errors.ts';
import { shortJson } from '../contract/shorten.ts';
import { isConfined } from '../platform/confined.ts';
import {
  bytesOf,
  elementCount,
  HOST_ARRAYS,
  type HostData,
  type HostDType,
  type HostTensor,
  hostTensor,
  type NamedTensors,
} from '../tensor/host-tensor.ts';

/** Longest accepted header, bytes (the limit of the reference implementation). */
export const MAX_HEADER_BYTES = 100_000_000;
const MAX_RANK = 64;
const CHUNK_BYTES = 16 * 1024 * 1024;
const METADATA = '__metadata__';

/** Types of the format that networks here do not use: below 16 bits, complex, unsigned. */
const UNREAD_DTYPE = /^(F[468](_\w{4,8})?|U(16|32|64)|C64)$/;
const NAMES = Object.keys(HOST_ARRAYS) as HostDType[];
/** By the name in the file. */
const DTYPES = new Map(NAMES.map((dtype) => [dtype.toUpperCase(), dtype]));

/** Position of a tensor; `begin` and `end` are relative to the first data byte. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: HostDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of their data. */
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Position of the first data byte in the file. */
  readonly dataStart: number;
}

export interface SafetensorsFile {
  readonly tensors: Map<string, HostTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Size and content hash of a written or read file. */
export interface FileDigest {
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface ReadOptions {
  /** Largest accepted file, bytes; unlimited by default. */
  readonly maxBytes?: number;
}

/**
 * Read a file tensor by tensor and compute its hash.
 * @throws StudioError `safetensors-invalid`; file system errors
 */
export async function readSafetensors(
  file: string,
  options: ReadOptions = {},
): Promise<SafetensorsFile & FileDigest> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  if (size > (options.maxBytes ?? Number.POSITIVE_INFINITY)) {
    throw invalid(file, `it has ${size} bytes, more than the limit of ${options.maxBytes}`);
  }
  const { header, raw } = await readHeader(handle, size, file);
  const hash = createHash('sha256').update(raw);
  const tensors = new Map<string, HostTensor>();
  for (const entry of header.entries) {
    const data = allocate(entry, file);
    await readFully(handle, bytesOf(data), header.dataStart + entry.begin, file, hash);
    tensors.set(entry.name, finishTensor(entry, data, file));
  }
  return { tensors, metadata: header.metadata, size, sha256: hash.digest('hex') };
}

/** Names, shapes and metadata without the data. */
export async function readSafetensorsHeader(file: string): Promise<SafetensorsHeader> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  return (await readHeader(handle, size, file)).header;
}

/**
 * Pass the file to `write` in order, in pieces of at most 16 MiB.
 * @param write must not use the piece after its promise resolves
 */
export async function streamSafetensors(
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>>,
  write: (piece: Uint8Array) => Promise<void>,
): Promise<FileDigest> {
  const names = [...tensors.keys()].sort(byCodeUnit);
  const hash = createHash('sha256');
  let size = 0;
  const emit = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const piece = bytes.subarray(at, at + CHUNK_BYTES);
      hash.update(piece);
      await write(piece);
    }
    size += bytes.length;
  };
  await emit(encodeHeader(names, tensors, metadata));
  for (const name of names) await emit(bytesOf(tensors.get(name)!.data));
  return { size, sha256: hash.digest('hex') };
}

/**
 * Write a file tensor by tensor. A partial file may remain on failure; use writeFileAtomically to
 * avoid that.
 *
 * @param options.sync flush to the disk before returning
 */
export async function writeSafetensors(
  file: string,
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>> = {},
  options: { sync?: boolean } = {},
): Promise<FileDigest> {
  const handle = await open(file, 'w');
  try {
    const digest = await streamSafetensors(tensors, metadata, async (piece) => {
      for (let at = 0; at < piece.length; ) {
        at += (await handle.write(piece, at, piece.length - at)).bytesWritten;
      }
    });
    if (options.sync) await handle.sync();
    return digest;
  } finally {
    await handle.close();
  }
}

function encodeHeader(
  names: readonly string[],
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const fields: string[] = [];
  const keys = Object.keys(metadata).sort(byCodeUnit);
  if (keys.length > 0) {
    const pairs = keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`);
    fields.push(`"${METADATA}":{${pairs.join(',')}}`);
  }
  let begin = 0;
  for (const name of names) {
    const { dtype, shape, data } = tensors.get(name)!;
    const array = HOST_ARRAYS[dtype];
    const count = elementCount(shape);
    if (name === METADATA || data.length !== count || !(data instanceof array)) {
      throw new StudioError(
        'tensor-invalid',
        `Tensor "${name}" (${dtype}, shape [${shape}]) cannot be written: it holds ${data.length} elements in a ${data.constructor.name}.`,
      );
    }
    const end = begin + count * array.BYTES_PER_ELEMENT;
    fields.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype.toUpperCase()}","shape":[${shape}],"data_offsets":[${begin},${end}]}`,
    );
    begin = end;
  }
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const padded = Math.ceil(json.length / 8) * 8;
  if (padded > MAX_HEADER_BYTES) {
    throw new StudioError('tensor-invalid', `A header of ${padded} bytes is too long to write.`);
  }
  const out = new Uint8Array(8 + padded).fill(0x20);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.set(json, 8);
  return out;
}

async function readHeader(
  handle: FileHandle,
  size: number,
  label: string,
): Promise<{ header: SafetensorsHeader; raw: Uint8Array }> {
  const prefix = new Uint8Array(Math.min(8, size));
  await readFully(handle, prefix, 0, label);
  const headerBytes = checkHeaderLength(prefix, size, label);
  const raw = new Uint8Array(8 + headerBytes);
  await readFully(handle, raw, 0, label);
  return { header: parseHeader(raw.subarray(8), size, label), raw };
}

function checkHeaderLength(prefix: Uint8Array, fileBytes: number, label: string): number {
  if (fileBytes < 8) throw invalid(label, `it has only ${fileBytes} bytes`);
  const view = new DataView(prefix.buffer, prefix.byteOffset, 8);
  const length = view.getBigUint64(0, true);
  if (length < 2n || length > BigInt(MAX_HEADER_BYTES) || length > BigInt(fileBytes - 8)) {
    throw invalid(label, `its header claims ${length} bytes and the file has ${fileBytes}`);
  }
  return Number(length);
}

function parseHeader(raw: Uint8Array, fileBytes: number, label: string): SafetensorsHeader {
  const parsed = parseJson(raw, label);
  const dataStart = 8 + raw.length;
  const entries: TensorEntry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (name === METADATA) metadata = checkMetadata(value, label);
    else entries.push(checkEntry(name, value, label));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) {
      throw invalid(label, `the data of ${shownValue(name)} begin at ${begin} where ${at} is due`);
    }
    at = end;
  }
  if (dataStart + at !== fileBytes) {
    throw invalid(label, `its tensors need ${dataStart + at} bytes and the file has ${fileBytes}`);
  }
  return { entries, metadata, dataStart };
}

function parseJson(raw: Uint8Array, label: string): object {
  if (raw[0] !== 0x7b) throw invalid(label, 'its header does not begin with {');
  let text: string;
  let parsed: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
    parsed = JSON.parse(text);
  } catch {
    throw invalid(label, 'its header is not JSON');
  }
  // JSON.parse keeps the last of two equal names, which may not be the intended one.
  if (countColons(text) !== countKeys(parsed)) throw invalid(label, 'a name occurs twice');
  return parsed as object;
}

/** Number of colons outside strings, which is the number of names in the text. */
function countColons(json: string): number {
  let count = 0;
  let quoted = false;
  for (let i = 0; i < json.length; i++) {
    const char = json.charCodeAt(i);
    if (quoted) {
      if (char === 0x5c) i++;
      else if (char === 0x22) quoted = false;
    } else if (char === 0x22) quoted = true;
    else if (char === 0x3a) count++;
  }
  return count;
}

/** Number of names after parsing, on all levels. A stack is used, since a file may nest deeply. */
function countKeys(root: unknown): number {
  let count = 0;
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value !== 'object' || value === null) continue;
    const children = Object.values(value);
    if (!Array.isArray(value)) count += children.length;
    for (const child of children) stack.push(child);
  }
  return count;
}

function checkMetadata(value: unknown, label: string): Record<string, string> {
  if (!isObject(value)) throw invalid(label, 'its metadata are not an object');
  const metadata: Record<string, string> = Object.create(null);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string')
      throw invalid(label, `metadata ${shownValue(key)} is not a string`);
    metadata[key] = text;
  }
  return metadata;
}

function checkEntry(name: string, value: unknown, label: string): TensorEntry {
  if (!isObject(value)) throw invalid(label, `${shownValue(name)} does not describe a tensor`);
  const fields = new Map(Object.entries(value));
  const dtype = DTYPES.get(fields.get('dtype') as string);
  if (dtype === undefined && UNREAD_DTYPE.test(String(fields.get('dtype')))) {
    throw new StudioError(
      'safetensors-invalid',
      `${label} holds ${shownValue(name)} of the type ${String(fields.get('dtype'))}, which is not read.`,
      { advice: 'Save the tensors in 16, 32 or 64 bits of floating point.' },
    );
  }
  if (dtype === undefined) {
    throw invalid(
      label,
      `${shownValue(name)} has the unknown dtype ${shownValue(fields.get('dtype'))}`,
    );
  }
  const shape = fields.get('shape');
  const offsets = fields.get('data_offsets');
  if (fields.size !== 3 || !isSizes(shape) || shape.length > MAX_RANK) {
    throw invalid(label, `the shape of ${shownValue(name)} is not a list of sizes`);
  }
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw invalid(label, `the data_offsets of ${shownValue(name)} are not two positions`);
  }
  const [begin, end] = offsets as [number, number];
  const bytes = elementCount(shape) * HOST_ARRAYS[dtype].BYTES_PER_ELEMENT;
  if (!Number.isSafeInteger(bytes) || end - begin !== bytes) {
    throw invalid(
      label,
      `${shownValue(name)} needs ${bytes} bytes and its offsets span ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/**
 * An invalid value of a header. Any file may be given as weights, so its content is shown only to
 * those who may see it.
 */
function shownValue(value: unknown): string {
  return isConfined() ? 'an entry' : shortJson(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function allocate(entry: TensorEntry, label: string): HostData {
  try {
    return new HOST_ARRAYS[entry.dtype](elementCount(entry.shape));
  } catch (cause) {
    throw new StudioError(
      'out-of-memory',
      `There is no memory for "${entry.name}" (${entry.end - entry.begin} bytes) of ${label}.`,
      { advice: 'Close other programs, or use a machine with more memory.', cause },
    );
  }
}

function finishTensor(entry: TensorEntry, data: HostData, label: string): HostTensor {
  const tensor = hostTensor(entry.dtype, entry.shape, data);
  if (tensor.dtype === 'bool' && tensor.data.some((byte) => byte > 1)) {
    throw invalid(label, `"${entry.name}" is BOOL and holds other bytes than 0 and 1`);
  }
  return tensor;
}

async function readFully(
  handle: FileHandle,
  target: Uint8Array,
  position: number,
  label: string,
  hash?: ReturnType<typeof createHash>,
): Promise<void> {
  for (let at = 0; at < target.length; ) {
    const length = Math.min(CHUNK_BYTES, target.length - at);
    const { bytesRead } = await handle.read(target, at, length, position + at);
    if (bytesRead === 0) throw invalid(label, 'it ends early');
    hash?.update(target.subarray(at, at + bytesRead));
    at += bytesRead;
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function invalid(label: string, reason: string): StudioError {
  return new StudioError(
    'safetensors-invalid',
    `${label} is not a usable safetensors file: ${reason}.`,
    {
      advice: 'Copy or download the file again; it may be incomplete or of another format.',
    },
  );
}
