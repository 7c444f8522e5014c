/** Names of files that every operating system takes. */

/** Letters that a file system reserves. */
const RESERVED = /[\\/:*?"<>|\p{Cc}]+/gu;
/** With the extension; most file systems take 255. */
const MOST_BYTES = 200;

/** @param wanted a name with its extension, of whatever a run was called */
export function fileName(wanted: string): string {
  const extension = /\.\w{1,5}$/.exec(wanted)?.[0] ?? '';
  const stem = wanted
    .slice(0, wanted.length - extension.length)
    .replaceAll(RESERVED, '-')
    // Windows ends no name with these, and elsewhere a dot at the start hides the file.
    .replaceAll(/^[. ]+|[. ]+$/g, '');
  const short = shortened(stem, MOST_BYTES).trim();
  const safe = /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(short) ? `${short}-` : short;
  return `${safe || 'file'}${extension}`;
}

/** Never cuts a letter in two. */
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
