/**
 * The libraries that a Linux shared library depends on.
 * @source System V ABI, ELF-64, little endian: section headers, dynamic section
 */
import { type FileHandle, open } from 'node:fs/promises';

const DYNAMIC_SECTION = 6;
const NEEDED = 1n;

/** @returns names such as `libcudnn.so.9`; undefined when the file is not a shared library */
export async function neededLibraries(file: string): Promise<string[] | undefined> {
  await using handle = await open(file, 'r');
  try {
    const head = await readAt(handle, 0, 64);
    const isElf64 = head.readUInt32BE(0) === 0x7f454c46 && head[4] === 2 && head[5] === 1;
    if (!isElf64) return undefined;
    const [at, size, count] = [
      Number(head.readBigUInt64LE(0x28)),
      head.readUInt16LE(0x3a),
      head.readUInt16LE(0x3c),
    ];
    const sections = await readAt(handle, at, size * count);
    const section = (i: number) => ({
      type: sections.readUInt32LE(i * size + 4),
      offset: Number(sections.readBigUInt64LE(i * size + 0x18)),
      bytes: Number(sections.readBigUInt64LE(i * size + 0x20)),
      link: sections.readUInt32LE(i * size + 0x28),
    });
    const all = Array.from({ length: count }, (_, i) => section(i));
    const dynamic = all.find(({ type }) => type === DYNAMIC_SECTION);
    const names = dynamic && all[dynamic.link];
    if (dynamic === undefined || names === undefined) return [];
    const [entries, text] = [
      await readAt(handle, dynamic.offset, dynamic.bytes),
      await readAt(handle, names.offset, names.bytes),
    ];
    const found: string[] = [];
    for (let i = 0; i + 16 <= entries.length; i += 16) {
      if (entries.readBigUInt64LE(i) !== NEEDED) continue;
      const start = Number(entries.readBigUInt64LE(i + 8));
      found.push(text.toString('utf8', start, text.indexOf(0, start)));
    }
    return found;
  } catch (error) {
    // The file is shorter than its headers state.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw new RangeError('the file ends early');
  return buffer;
}
