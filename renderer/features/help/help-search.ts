/** Search in the help documents, by passages: a heading, a paragraph, an item of a list, or a row of a table. */
import { matchesWords, searchVariants, wordsOf } from '../../ui/search-text.ts';

export interface Passage {
  readonly document: string;
  /** The nearest heading above; empty before the first. */
  readonly heading: string;
  /** Without marks of Markdown; empty for the heading itself. */
  readonly text: string;
}

export interface Hit extends Passage {
  /** The words by which it was found: those of the search, or of a synonym. */
  readonly words: readonly string[];
}

/** Lines that begin a passage of their own; others continue the one before. */
const LINE = /^(\||[-*] |\d+\. |```)/;

export function passagesOf(document: string, markdown: string): Passage[] {
  const passages: Passage[] = [];
  let heading = '';
  let lines: string[] = [];
  let isCode = false;
  const end = () => {
    const text = plainText(lines.join(' '));
    if (text !== '') passages.push({ document, heading, text });
    lines = [];
  };
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) isCode = !isCode;
    const isHeading = !isCode && /^#+ /.test(line);
    if (isCode || isHeading || line.trim() === '' || LINE.test(line)) end();
    if (isHeading) {
      heading = plainText(line.replace(/^#+ /, ''));
      passages.push({ document, heading, text: '' });
    } else if (!/^(```|<!--|!\[|\|[\s|:-]+$)/.test(line)) lines.push(line);
  }
  end();
  return passages;
}

/** Titles that name a synonym come before texts that have the words themselves. */
const SYNONYM = 0.5;

/** Passages with all words of the search or of a synonym; those that begin with it come first. */
export function searchPassages(passages: readonly Passage[], search: string): Hit[] {
  if (search.trim() === '') return [];
  const hits = searchVariants(search).flatMap((variant, i) => {
    const words = wordsOf(variant);
    return passages
      .filter((passage) => isFound(passage, variant, words))
      .map((passage) => ({
        ...passage,
        words,
        rank: rankOf(passage, variant) + (i > 0 ? SYNONYM : 0),
      }));
  });
  const sorted = hits.sort((a, b) => a.rank - b.rank);
  // Settings that several tasks have are explained in the tables of each.
  const first = new Map<string, Hit>();
  for (const { rank: _, ...hit } of sorted) {
    const key = hit.text || `# ${hit.heading}`;
    if (!first.has(key)) first.set(key, hit);
  }
  return [...first.values()];
}

/** A heading that is found alone is not repeated by all passages below it. */
function isFound({ heading, text }: Passage, search: string, words: readonly string[]): boolean {
  if (text === '') return matchesWords(heading, search);
  return (
    words.some((word) => matchesWords(text, word)) && matchesWords(`${heading} ${text}`, search)
  );
}

function rankOf({ heading, text }: Passage, search: string): number {
  if (text === '') return matchesWords(heading.slice(0, search.length + 5), search) ? 0 : 1;
  if (matchesWords(text.slice(0, 2 * search.length + 20), search)) return 1;
  return matchesWords(text, search) ? 2 : 3;
}

/** The part of a text around the first of the words, and which parts of it are the words. */
export function excerptOf(
  text: string,
  words: readonly string[],
  most = 220,
): readonly { readonly text: string; readonly isHit: boolean }[] {
  const pattern = wordPattern(words);
  const at = text.search(pattern);
  const start = at > most / 2 ? text.lastIndexOf(' ', at - most / 4) + 1 : 0;
  const cut = text.length > start + most;
  const end = cut ? text.lastIndexOf(' ', start + most) : text.length;
  const shown = `${start > 0 ? '… ' : ''}${text.slice(start, end)}${cut ? ' …' : ''}`;
  return shown
    .split(pattern)
    .map((part, i) => ({ text: part, isHit: i % 2 === 1 }))
    .filter((part) => part.text !== '');
}

/** Finds the words in any case; the match is the only group. */
export function wordPattern(words: readonly string[]): RegExp {
  const escaped = words
    .filter((word) => word !== '')
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(${escaped.join('|')})`, 'gi');
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
