/** Search by words, in any order: how forms and the help find things. */

/** @returns whether each word of the search is in the text; `clip_grad`, `clip-grad` and `clip grad` are the same */
export function matchesWords(text: string, search: string): boolean {
  const inside = plain(text);
  return plain(search)
    .split(' ')
    .every((word) => inside.includes(word));
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
}
