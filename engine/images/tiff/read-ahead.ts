import type { ByteSource } from '../stored-image.ts';

const WINDOW_BYTES = 16 * 1024;

/** A source that reads a window around small parts, since directories have many of them. */
export function readingAhead(source: ByteSource): ByteSource {
  let start = 0;
  let window: Uint8Array = new Uint8Array();
  return {
    size: source.size,
    async read(offset, length) {
      if (offset >= start && offset + length <= start + window.length)
        return window.subarray(offset - start, offset - start + length);
      if (length > WINDOW_BYTES / 2 || offset + length > source.size)
        return source.read(offset, length);
      const bytes = await source.read(offset, Math.min(WINDOW_BYTES, source.size - offset));
      [start, window] = [offset, bytes];
      return bytes.subarray(0, length);
    },
  };
}
