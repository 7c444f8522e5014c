/** Search in the help documents, by passages: a paragraph, an item of a list, or a row of a table. */
import { matchesWords } from '../../ui/search-text.ts';

export interface Passage {
  readonly document: string;
  /** The nearest heading above; empty before the first. */
  readonly heading: string;
  /** Without marks of Markdown. */
  readonly text: string;
}

/** A run of lines that are no table, list or code; tables, lists and code are passages by line. */
const LINE = /^(\||[-*] |\d+\. |```)/;

export function passagesOf(document: string, markdown: string): Passage[] {
  const passages: Passage[] = [];
  let heading = '';
  let lines: string[] = [];
  const end = () => {
    const text = plainText(lines.join(' '));
    if (text !== '') passages.push({ document, heading, text });
    lines = [];
  };
  for (const line of markdown.split('\n')) {
    const isHeading = /^#+ /.test(line);
    if (isHeading || line.trim() === '' || LINE.test(line)) end();
    if (isHeading) heading = plainText(line.replace(/^#+ /, ''));
    else if (!/^(```|<!--|\|[\s|:-]+$)/.test(line)) lines.push(line);
  }
  end();
  return passages;
}

/** Passages with all words of the search; those that begin with it come first. */
export function searchPassages(passages: readonly Passage[], search: string): Passage[] {
  if (search.trim() === '') return [];
  const found = passages.filter(({ heading, text }) => matchesWords(`${heading} ${text}`, search));
  const rank = ({ text, heading }: Passage) => {
    if (matchesWords(text.slice(0, 2 * search.length + 20), search)) return 0;
    return matchesWords(heading, search) ? 1 : 2;
  };
  const sorted = [...found].sort((a, b) => rank(a) - rank(b));
  // Settings that several tasks have are explained in the tables of each.
  const first = new Map<string, Passage>();
  for (const passage of sorted) if (!first.has(passage.text)) first.set(passage.text, passage);
  return [...first.values()];
}

function plainText(markdown: string): string {
  return markdown
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*]|\\(?=\|)/g, '')
    .replace(/^\|\s*|\s*\|$/g, '')
    .split(/\s*(?<!\\)\|\s*/)
    .filter((cell) => cell !== '')
    .join(' · ')
    .replace(/^([-*]|\d+\.) /, '')
    .trim();
}
