/** A command line for copying into a shell. */
export function shellText(words: readonly string[]): string {
  const quote = (word: string) =>
    /^[\w@%+=:,./~-]+$/.test(word) ? word : `"${word.replaceAll(/(["\\$`])/g, '\\$1')}"`;
  return words.map(quote).join(' ');
}
