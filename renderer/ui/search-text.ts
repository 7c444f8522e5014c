/** Search by words, in any order: how forms and the help find things. */
import { SYNONYMS } from '../../engine/contract/synonyms.ts';

/** @returns whether each word of the search is in the text; `clip_grad`, `clip-grad` and `clip grad` are the same */
export function matchesWords(text: string, search: string): boolean {
  const inside = plain(text);
  return wordsOf(search).every((word) => inside.includes(word));
}

/** The search itself, and with each of its terms replaced by a synonym. */
export function searchVariants(search: string): readonly string[] {
  const said = plain(search);
  const replaced = GROUPS.flatMap((names) =>
    names.flatMap((name) => {
      const at = ` ${said}`.indexOf(` ${name}`);
      if (at < 0) return [];
      const rest = said.slice(at + name.length);
      return names
        .filter((other) => other !== name)
        .map((other) => said.slice(0, at) + other + rest);
    }),
  );
  return [...new Set([said, ...replaced])];
}

/** The words that a text has to contain. */
export function wordsOf(search: string): string[] {
  return plain(search).split(' ');
}

/** Without case, and with a space for each run of spaces, dashes and underscores; of the same length but for runs. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
}

const GROUPS = SYNONYMS.map((names) => names.map(plain));
