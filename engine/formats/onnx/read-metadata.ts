/**
 * The metadata of an ONNX file. Its graph, which holds the weights, is passed over.
 * @source https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, ModelProto and StringStringEntryProto
 */
import { open } from 'node:fs/promises';
import { StudioError } from '../../contract/errors.ts';
import { readAt } from '../../disk/read-head.ts';

const METADATA = 14;
/** Upper bound of one entry, such as the names of all classes. */
const MOST_BYTES = 1 << 24;
/** Bytes of a tag with the number after it, at most. */
const HEAD_BYTES = 20;

/** @throws StudioError `onnx-unusable` for other or damaged files */
export async function readOnnxMetadata(file: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  let at = 0;
  while (at < size) {
    const field = readField(await readAt(handle, at, Math.min(HEAD_BYTES, size - at)));
    if (field === undefined || at + field.end > size) throw notOnnx(file);
    if (field.number === METADATA && field.isBytes) {
      if (field.end - field.begin > MOST_BYTES) throw notOnnx(file);
      const entry = await readAt(handle, at + field.begin, field.end - field.begin);
      const [key, value] = [textIn(entry, 1), textIn(entry, 2)];
      if (key === undefined) throw notOnnx(file);
      found.set(key, value ?? '');
    }
    at += field.end;
  }
  return found;
}

interface Field {
  readonly number: number;
  readonly isBytes: boolean;
  /** Of its content, from the tag on. */
  readonly begin: number;
  readonly end: number;
}

/** Undefined for what no field begins with. */
function readField(bytes: Uint8Array, from = 0): Field | undefined {
  const tag = readNumber(bytes, from);
  if (tag === undefined || tag.value >> 3 === 0) return undefined;
  const number = Math.floor(tag.value / 8);
  const fixed: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
  const kind = tag.value % 8;
  if (fixed[kind] !== undefined)
    return { number, isBytes: false, begin: tag.end, end: tag.end + fixed[kind] };
  const next = readNumber(bytes, tag.end);
  if (next === undefined || (kind !== 0 && kind !== 2)) return undefined;
  const end = kind === 0 ? next.end : next.end + next.value;
  return { number, isBytes: kind === 2, begin: next.end, end };
}

/** A number of seven bits a byte, the lowest first. */
function readNumber(
  bytes: Uint8Array,
  from: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: from + i + 1 };
  }
  return undefined;
}

/** The text of a field of a message. */
function textIn(message: Uint8Array, wanted: number): string | undefined {
  let at = 0;
  while (at < message.length) {
    const field = readField(message, at);
    if (field === undefined || field.end > message.length) return undefined;
    if (field.number === wanted && field.isBytes)
      return new TextDecoder().decode(message.subarray(field.begin, field.end));
    at = field.end;
  }
  return undefined;
}

function notOnnx(file: string): StudioError {
  return new StudioError('onnx-unusable', `${file} is no ONNX file, or is damaged.`, {
    advice: 'Export or copy it again.',
  });
}
