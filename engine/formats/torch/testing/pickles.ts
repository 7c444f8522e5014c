/** An assembler of pickles and checkpoint files for tests. */
import { type ZipPart, zipFile } from './zips.ts';

type Piece = string | number | readonly number[] | Uint8Array;

export const MARK = '(';
export const STOP = '.';
export const REDUCE = 'R';

/** Concatenate pieces; texts are opcodes in Latin-1. */
export function joinPieces(...pieces: Piece[]): Uint8Array {
  return Buffer.concat(
    pieces.map((piece) => {
      if (typeof piece === 'string') return Buffer.from(piece, 'latin1');
      return typeof piece === 'number' ? Buffer.from([piece]) : Buffer.from(piece);
    }),
  );
}

/** A pickle of protocol 2, from `PROTO` to `STOP`. */
export function pickle(...pieces: Piece[]): Uint8Array {
  return joinPieces([0x80, 2], ...pieces, STOP);
}

export function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function uint64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** `BINUNICODE`. */
export function text(value: string): Uint8Array {
  const bytes = Buffer.from(value);
  return joinPieces('X', uint32(bytes.length), bytes);
}

/** An integer: `BININT1`, `BININT` or `LONG1`. */
export function whole(value: number): Uint8Array {
  if (value >= 0 && value < 256) return joinPieces('K', value);
  if (value >= 0 && value < 2 ** 31) return joinPieces('J', uint32(value));
  return joinPieces(0x8a, 8, uint64(BigInt.asUintN(64, BigInt(value))));
}

export function global(name: string): Uint8Array {
  const dot = name.lastIndexOf('.');
  return joinPieces('c', name.slice(0, dot), '\n', name.slice(dot + 1), '\n');
}

export function tuple(...items: Piece[]): Uint8Array {
  return joinPieces(MARK, ...items, 't');
}

export interface TensorText {
  readonly type?: string;
  readonly key?: string;
  /** Elements of the storage. */
  readonly count?: Piece;
  readonly offset?: Piece;
  readonly shape?: readonly Piece[];
  readonly strides?: readonly Piece[];
}

/** A call of `_rebuild_tensor_v2`; by default two floats of storage 0. */
export function tensor(options: TensorText = {}): Uint8Array {
  const { type = 'torch.FloatStorage', key = '0', count = whole(2) } = options;
  const { offset = whole(0), shape = [whole(2)], strides = [whole(1)] } = options;
  return joinPieces(
    global('torch._utils._rebuild_tensor_v2'),
    tuple(
      joinPieces(tuple(text('storage'), global(type), text(key), text('cpu'), count), 'Q'),
      offset,
      tuple(...shape),
      tuple(...strides),
      0x89,
      joinPieces(global('collections.OrderedDict'), ')', REDUCE),
    ),
    REDUCE,
  );
}

/** A file in the zip format around a pickle. */
export function zipCheckpoint(
  data: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>> = {},
  more: readonly ZipPart[] = [],
): Uint8Array {
  return zipFile([
    { name: 'archive/data.pkl', data },
    ...Object.entries(storages).map(([key, bytes]) => ({
      name: `archive/data/${key}`,
      data: bytes,
    })),
    { name: 'archive/version', data: joinPieces('3\n') },
    ...more,
  ]);
}

export const MAGIC = pickle(0x8a, 10, Buffer.from('6cfc9c46f9206aa85019', 'hex'));

/** A file in the legacy format around a pickle. */
export function legacyCheckpoint(
  data: Uint8Array,
  keys: readonly string[] = [],
  storages: readonly Uint8Array[] = [],
): Uint8Array {
  return joinPieces(
    MAGIC,
    pickle('M', [0xe9, 0x03]),
    pickle('}'),
    data,
    pickle(']', MARK, ...keys.map(text), 'e'),
    ...storages,
  );
}
