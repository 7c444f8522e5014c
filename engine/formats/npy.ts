/**
 * NumPy files of one array: a magic string, a header that is a Python dictionary, and raw
 * little-endian data in row-major order.
 *
 * @source https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1 to 3
 */
import { type FileHandle, open } from 'node:fs/promises';
import { StudioError } from '../contract/errors.ts';
import { NPY_MAGIC, npyHeader } from '../contract/npy-header.ts';
import { readAt } from '../disk/read-head.ts';
import { bytesOf, elementCount, type HostTensor } from '../tensor/host-tensor.ts';

export type NpyDType = 'f32' | 'i32' | 'i64';
export type NpyData = Float32Array | Int32Array | BigInt64Array;

export interface NpyHeader {
  readonly dtype: NpyDType;
  readonly shape: readonly number[];
  /** Position of the first data byte in the file. */
  readonly dataStart: number;
}

const STORAGE = {
  f32: { name: '<f4', array: Float32Array },
  i32: { name: '<i4', array: Int32Array },
  i64: { name: '<i8', array: BigInt64Array },
} as const satisfies Record<NpyDType, unknown>;

const CHUNK_BYTES = 16 * 1024 * 1024;
const MAX_HEADER_BYTES = 1_000_000;

/** @throws StudioError `tensor-invalid` for another dtype, or data that do not fit the shape */
export async function writeNpy(file: string, { dtype, shape, data }: HostTensor): Promise<void> {
  if (!(dtype in STORAGE) || data.length !== elementCount(shape))
    throw new StudioError(
      'tensor-invalid',
      `An array of ${dtype} with ${data.length} elements and shape [${shape.join(', ')}] cannot be written as npy.`,
    );
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(npyHeader(STORAGE[dtype as NpyDType].name, shape));
    await handle.writeFile(bytesOf(data));
  } finally {
    await handle.close();
  }
}

/** @throws StudioError `npy-invalid` */
export async function readNpyHeader(file: string): Promise<NpyHeader> {
  await using handle = await open(file, 'r');
  return await readHeader(handle, file);
}

/** The elements in order, in pieces that fit in memory. @throws StudioError `npy-invalid` */
export async function* readNpyPieces(file: string): AsyncGenerator<NpyData> {
  await using handle = await open(file, 'r');
  const { dtype, shape, dataStart } = await readHeader(handle, file);
  const { array } = STORAGE[dtype];
  const total = elementCount(shape);
  const perPiece = CHUNK_BYTES / array.BYTES_PER_ELEMENT;
  for (let at = 0; at < total; at += perPiece) {
    const length = Math.min(perPiece, total - at);
    const width = array.BYTES_PER_ELEMENT;
    const bytes = await readExactly(handle, dataStart + at * width, length * width, file);
    yield new array(bytes.buffer, bytes.byteOffset, length);
  }
}

async function readHeader(handle: FileHandle, file: string): Promise<NpyHeader> {
  const start = await readExactly(handle, 0, 12, file);
  const version = start[NPY_MAGIC.length]!;
  if (!NPY_MAGIC.every((byte, i) => start[i] === byte) || version < 1 || version > 3)
    throw invalid(file, 'it does not begin as one');
  const [headerBytes, prefix] =
    version === 1 ? [start.readUInt16LE(8), 10] : [start.readUInt32LE(8), 12];
  const { size } = await handle.stat();
  if (headerBytes > MAX_HEADER_BYTES || prefix + headerBytes > size)
    throw invalid(file, `its header claims ${headerBytes} bytes`);
  const raw = await readExactly(handle, prefix, headerBytes, file);
  const header = {
    ...parseHeader(new TextDecoder().decode(raw), file),
    dataStart: prefix + headerBytes,
  };
  const bytes = elementCount(header.shape) * STORAGE[header.dtype].array.BYTES_PER_ELEMENT;
  if (header.dataStart + bytes !== size)
    throw invalid(file, `it has ${size} bytes and needs ${header.dataStart + bytes}`);
  return header;
}

/** What a header says, of any type. @throws StudioError `npy-invalid` without a type or a shape */
export function parseNpyHeader(
  text: string,
  file: string,
): { readonly type: string; readonly columnMajor: boolean; readonly shape: readonly number[] } {
  const type = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (type === undefined) throw invalid(file, 'its type is not given');
  if (sizes === undefined) throw invalid(file, 'its shape is not given');
  const shape = sizes
    .split(',')
    .map((size) => size.trim())
    .filter(Boolean)
    .map(Number);
  return { type, columnMajor: order !== 'False', shape };
}

function parseHeader(text: string, file: string): Omit<NpyHeader, 'dataStart'> {
  const { type, columnMajor, shape } = parseNpyHeader(text, file);
  const dtype = (Object.keys(STORAGE) as NpyDType[]).find((key) => STORAGE[key].name === type);
  if (dtype === undefined) throw invalid(file, `its type is ${type}`);
  if (columnMajor) throw invalid(file, 'it is not stored row by row');
  return { dtype, shape };
}

async function readExactly(
  handle: FileHandle,
  at: number,
  length: number,
  file: string,
): Promise<Buffer<ArrayBuffer>> {
  const bytes = await readAt(handle, at, length);
  if (bytes.length < length) throw invalid(file, 'it ends early');
  return bytes;
}

function invalid(file: string, reason: string): StudioError {
  return new StudioError('npy-invalid', `${file} is not a usable npy file: ${reason}.`, {
    advice: 'Copy the file again, or write it again with embed.',
  });
}
