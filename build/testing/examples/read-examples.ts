/**
 * The examples of a page of documentation: its code blocks without a language hold command lines.
 *
 * A comment before a block says why it cannot be run everywhere: `<!-- not run: needs an NVIDIA GPU -->`.
 */

export interface ExampleBlock {
  /** The line of the page on which the block begins. */
  readonly line: number;
  /** Command lines, without the ones that a backslash continues. */
  readonly lines: readonly string[];
  /** Why it is not run. */
  readonly notRun?: string;
}

const BLOCK = /(?:<!-- ([^>]*) -->\n\n?)?^```(\w*)\n([\s\S]*?)^```/gm;

/** @param language of the blocks; empty for command lines */
export function readBlocks(page: string, language = ''): ExampleBlock[] {
  return [...page.matchAll(BLOCK)]
    .filter(([, , found]) => found === language)
    .map((match) => {
      const [whole, comment = '', , text] = match;
      const [, notRun] = /^not run: (.+)$/.exec(comment) ?? [];
      return {
        line: page.slice(0, match.index + whole.indexOf('```')).split('\n').length,
        lines: text!
          .replaceAll('\\\n', ' ')
          .split('\n')
          .filter((line) => line.trim() !== ''),
        ...(notRun === undefined ? {} : { notRun }),
      };
    });
}

/** The words after `conmim`, without comments and redirections; undefined for other programs. */
export function conmimWords(line: string): string[] | undefined {
  return /^\s*(?:npm run (?:--silent )?conmim --|npx conmim|conmim) (.+)$/
    .exec(line)?.[1]
    ?.replace(/\s+#.*$/, '')
    .replace(/\s+>>? .*$/, '')
    .trim()
    .split(/\s+/);
}
