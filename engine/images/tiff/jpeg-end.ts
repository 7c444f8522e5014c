/** Most bytes after the end of a JPEG stream in a strip or tile. */
const JPEG_PADDING = 16;

/** Whether a JPEG stream is complete; some padding may follow. @param end position after it */
export function endsAsJpeg(bytes: Uint8Array, end: number): boolean {
  for (let at = end; at >= Math.max(2, end - JPEG_PADDING); at--)
    if (bytes[at - 2] === 0xff && bytes[at - 1] === 0xd9) return true;
  return false;
}
