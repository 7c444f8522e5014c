/**
 * Encoding of TensorBoard event files: scalar summaries as protocol buffers in TFRecord frames. The
 * caller appends the bytes to a file.
 *
 * @source tensorflow/core/util/event.proto, tensorflow/core/lib/io/record_writer.h
 */
const CRC_TABLE = crcTable();
const CRC_MASK_DELTA = 0xa282ead8;
const SESSION_START = 1;

/** CRC-32C (Castagnoli) of `bytes`, unsigned. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}

/** The masked checksum of TFRecord: rotated and offset. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + CRC_MASK_DELTA) >>> 0;
}

/** One TFRecord frame around `data`. */
export function encodeRecord(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + 16);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(out.subarray(0, 8)), true);
  out.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return out;
}

/**
 * The first records of a file: format version and session start.
 *
 * @param wallTime  seconds since 1970
 * @param firstStep TensorBoard drops values of earlier files from this step on, so curves of a
 *   resumed run are not doubled
 */
export function encodeFileStart(wallTime: number, firstStep: number): Uint8Array {
  const version = [...double(1, wallTime), ...bytesField(3, utf8('brain.Event:2'))];
  const session = [
    ...double(1, wallTime),
    ...integer(2, firstStep),
    ...bytesField(7, integer(1, SESSION_START)),
  ];
  return Buffer.concat([
    encodeRecord(Uint8Array.from(version)),
    encodeRecord(Uint8Array.from(session)),
  ]);
}

/**
 * One record with the values of one step.
 *
 * @param wallTime seconds since 1970
 * @param scalars  tag (such as `train/loss`) → value, stored as float32
 */
export function encodeScalars(
  wallTime: number,
  step: number,
  scalars: Readonly<Record<string, number>>,
): Uint8Array {
  const values = Object.entries(scalars).flatMap(([tag, value]) =>
    bytesField(1, [...bytesField(1, utf8(tag)), ...float(2, value)]),
  );
  const event = [...double(1, wallTime), ...integer(2, step), ...bytesField(5, values)];
  return encodeRecord(Uint8Array.from(event));
}

/** The name of an event file, as TensorBoard expects it; names of later files sort after it. */
export function eventFileName(wallTime: number, host: string, pid: number): string {
  const safeHost = host.replace(/[^A-Za-z0-9-]/g, '_') || 'host';
  // Milliseconds are used, since two sessions of a run may start within a second.
  return `events.out.tfevents.${(wallTime * 1000).toFixed(0)}.${safeHost}.${pid}`;
}

function integer(field: number, value: number): number[] {
  return [(field << 3) | 0, ...varint(value)];
}

function double(field: number, value: number): number[] {
  return [(field << 3) | 1, ...new Uint8Array(new Float64Array([value]).buffer)];
}

function float(field: number, value: number): number[] {
  return [(field << 3) | 5, ...new Uint8Array(new Float32Array([value]).buffer)];
}

function bytesField(field: number, content: Iterable<number>): number[] {
  const bytes = [...content];
  return [(field << 3) | 2, ...varint(bytes.length), ...bytes];
}

/** Base-128 digits of an integer in [0, 2^53). */
function varint(value: number): number[] {
  const digits: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) digits.push((rest % 128) | 128);
  digits.push(rest);
  return digits;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function crcTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    return crc >>> 0;
  });
}
