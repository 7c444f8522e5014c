/** Small tar files for tests, also damaged ones. */

export interface TarEntry {
  readonly name: string | Buffer;
  readonly content?: Buffer | string;
  readonly type?: string;
  /** properties of a pax header before the entry */
  readonly pax?: Readonly<Record<string, string>>;
  /** a header of GNU with the name before the entry */
  readonly isLongName?: boolean;
  /** stated instead of the content's size */
  readonly size?: number;
}

export function tarOf(entries: readonly TarEntry[], ending = Buffer.alloc(1024)): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), ending]);
}

function blocksOf({ name, content = '', type = '0', pax, isLongName, size }: TarEntry): Buffer[] {
  const data = Buffer.from(content);
  const before: Buffer[] = [];
  if (pax !== undefined) {
    const records = Object.entries(pax).map(([key, value]) => paxRecord(key, value));
    before.push(...entryBlocks('pax', Buffer.concat(records), 'x'));
  }
  if (isLongName)
    before.push(
      ...entryBlocks('././@LongLink', Buffer.concat([Buffer.from(name), Buffer.alloc(1)]), 'L'),
    );
  const short = Buffer.from(name).subarray(0, 100);
  return [...before, ...entryBlocks(short, data, type, size)];
}

function entryBlocks(
  name: string | Buffer,
  data: Buffer,
  type: string,
  size = data.length,
): Buffer[] {
  const header = Buffer.alloc(512);
  Buffer.from(name).copy(header, 0, 0, 100);
  header.write('0000644\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156, 'latin1');
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
}

function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}
