/** File names that are valid on every operating system. */

const RESERVED = /[\\/:*?"<>|\p{Cc}]+/gu;
/** Limit for a name with its extension; most file systems allow 255. */
const MOST_BYTES = 200;

/** @param wanted any name with its extension */
export function fileName(wanted: string): string {
  const extension = /\.\w{1,5}$/.exec(wanted)?.[0] ?? '';
  const stem = wanted
    .slice(0, wanted.length - extension.length)
    .replaceAll(RESERVED, '-')
    // Windows does not allow names that end with these, and a leading dot hides a file elsewhere.
    .replaceAll(/^[. ]+|[. ]+$/g, '');
  const short = shortened(stem, MOST_BYTES).trim();
  const safe = /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(short) ? `${short}-` : short;
  return `${safe || 'file'}${extension}`;
}

/** Shorten a text without splitting a character. */
function shortened(text: string, mostBytes: number): string {
  let bytes = 0;
  let short = '';
  for (const letter of text) {
    bytes += new TextEncoder().encode(letter).length;
    if (bytes > mostBytes) break;
    short += letter;
  }
  return short;
}
