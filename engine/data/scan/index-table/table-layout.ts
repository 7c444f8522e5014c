/** Where things lie in the file of an index. */
import { COLUMN_BYTES, COLUMN_NAMES, type ColumnName } from './columns.ts';

/** The first bytes; a file of JSON lines, as earlier versions wrote, begins with a brace. */
export const MAGIC = 'conmim index\n';
const END = 'end of index';

/** Rows that are stored together. */
export interface Block {
  /** position of its first column in the file */
  readonly at: number;
  readonly rows: number;
  readonly nameBytes: number;
}

export interface Directory {
  readonly version: number;
  readonly blocks: readonly Block[];
  /** texts that many rows share */
  readonly folders: readonly string[];
  readonly kinds: readonly string[];
}

/** Bytes after the directory: its length, and a word that a file which was cut does not end with. */
export const TAIL_BYTES = 8 + END.length;

export function encodeTail(directory: Directory): Uint8Array {
  // Line by line, since the folders of millions of files may not fit into one string.
  const lines = [
    {
      version: directory.version,
      blocks: directory.blocks.length,
      folders: directory.folders.length,
    },
    ...directory.blocks,
    ...directory.folders,
    ...directory.kinds,
  ].map((line) => Buffer.from(`${JSON.stringify(line)}\n`));
  const text = Buffer.concat(lines);
  const tail = Buffer.alloc(TAIL_BYTES);
  tail.writeDoubleLE(text.length);
  tail.write(END, 8);
  return Buffer.concat([text, tail]);
}

/** @returns the length of the directory; undefined where the file does not end as one */
export function directoryLength(tail: Buffer): number | undefined {
  return tail.toString('latin1', 8) === END ? tail.readDoubleLE() : undefined;
}

/** @throws SyntaxError, TypeError for a directory that is none */
export function readDirectory(text: Buffer): Directory {
  const lines: unknown[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(10, at);
    if (end < 0) throw new SyntaxError('The directory ends within a line.');
    lines.push(JSON.parse(text.toString('utf8', at, end)));
    at = end + 1;
  }
  const [head, ...rest] = lines as [
    { version: number; blocks: number; folders: number },
    ...never[],
  ];
  const kindsAt = head.blocks + head.folders;
  return {
    version: head.version,
    blocks: rest.slice(0, head.blocks),
    folders: rest.slice(head.blocks, kindsAt),
    kinds: rest.slice(kindsAt),
  };
}

/** Position of a column of a block; of the names with none. */
export function columnAt({ at, rows }: Block, column?: ColumnName): number {
  let position = at;
  for (const name of COLUMN_NAMES) {
    if (name === column) return position;
    position += rows * COLUMN_BYTES[name];
  }
  return position;
}
