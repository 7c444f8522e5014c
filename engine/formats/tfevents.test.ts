import { describe, expect, it } from 'vitest';
import { crc32c, encodeFileStart, encodeScalars, eventFileName, maskedCrc32c } from './tfevents.ts';

/** A bit-by-bit CRC-32C, sharing nothing with the table of the writer. */
function slowCrc(bytes: Uint8Array): number {
  let crc = 0xffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  return Number(crc ^ 0xffffffffn);
}

type Field = { field: number; wire: number; value: bigint | Uint8Array };

/** Protocol-buffer fields of a message. */
function fields(message: Uint8Array): Field[] {
  const found: Field[] = [];
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = Number(varint());
    const [field, wire] = [key >> 3, key & 7];
    if (wire === 0) found.push({ field, wire, value: varint() });
    else {
      const size = wire === 1 ? 8 : wire === 5 ? 4 : Number(varint());
      found.push({ field, wire, value: message.subarray(at, at + size) });
      at += size;
    }
  }
  expect(at).toBe(view.byteLength);
  return found;
}

/** The messages of a TFRecord file; both checksums of each are checked. */
function records(file: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const unmask = (stored: number) => {
    const rotated = (stored - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  for (let at = 0; at < file.length; ) {
    const size = Number(view.getBigUint64(at, true));
    expect(unmask(view.getUint32(at + 8, true))).toBe(slowCrc(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + size);
    expect(unmask(view.getUint32(at + 12 + size, true))).toBe(slowCrc(data));
    found.push(data);
    at += size + 16;
  }
  return found;
}
const text = (value: bigint | Uint8Array) => new TextDecoder().decode(value as Uint8Array);
const number = (value: bigint | Uint8Array) => {
  const bytes = value as Uint8Array;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return bytes.length === 8 ? view.getFloat64(0, true) : view.getFloat32(0, true);
};

describe('crc32c', () => {
  // RFC 3720, appendix B.4, and the customary check value.
  it.each([
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(255), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    [Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    [new TextEncoder().encode('123456789'), 0xe3069283],
    [new Uint8Array(0), 0],
  ])('matches published vector %#', (bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('masks as TFRecord does', () => {
    expect(maskedCrc32c(new Uint8Array(0))).toBe(0xa282ead8);
  });
});

describe('event files', () => {
  it('start with the version and a session mark', () => {
    const [version, session, ...rest] = records(encodeFileStart(12.5, 301));
    expect(rest).toEqual([]);
    expect(fields(version!).map(({ field }) => field)).toEqual([1, 3]);
    expect(text(fields(version!)[1]!.value)).toBe('brain.Event:2');
    const [wall, step, log] = fields(session!);
    expect([number(wall!.value), step!.value, log!.field]).toEqual([12.5, 301n, 7]);
    expect(fields(log!.value as Uint8Array)).toEqual([{ field: 1, wire: 0, value: 1n }]);
  });

  it('hold every scalar of a step, large steps included', () => {
    const step = 2 ** 40 + 3;
    const scalars = { 'train/loss': 1.25, 'train/rate, naïve': -3e-5, big: Number.NaN };
    const [event, ...rest] = records(encodeScalars(1e9 + 0.5, step, scalars));
    expect(rest).toEqual([]);
    const [wall, stepField, summary] = fields(event!);
    expect(number(wall!.value)).toBe(1e9 + 0.5);
    expect(stepField).toEqual({ field: 2, wire: 0, value: BigInt(step) });
    expect(summary!.field).toBe(5);
    const back = fields(summary!.value as Uint8Array).map(({ field, value }) => {
      expect(field).toBe(1);
      const [tag, simple] = fields(value as Uint8Array);
      expect([tag!.field, simple!.field, simple!.wire]).toEqual([1, 2, 5]);
      return [text(tag!.value), number(simple!.value)];
    });
    expect(back).toEqual([
      ['train/loss', 1.25],
      ['train/rate, naïve', Math.fround(-3e-5)],
      ['big', Number.NaN],
    ]);
  });

  it('are named so that TensorBoard finds them and Windows accepts them', () => {
    expect(eventFileName(1.5, 'host:1/ä', 7)).toBe('events.out.tfevents.1500.host_1__.7');
  });
});
