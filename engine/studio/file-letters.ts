/** Names that users give, as names of files. */

/** Longest name that all file systems accept. */
const NAME_LENGTH = 100;

/** A name without characters that no file name may have. */
export function fileLetters(name: string): string {
  const letters = name.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N} _-]+/gu, '-');
  return letters.trim().slice(0, NAME_LENGTH).trim();
}
