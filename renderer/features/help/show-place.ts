/** Scroll a document to a heading, or to the words below it that a search has found, and mark them. */

import { matchesWords, wordsOf } from '../../ui/search-text.ts';
import { wordPattern } from './help-search.ts';

/** Elements of one passage each. */
const PASSAGES = 'p, li, tr, pre, h2, h3, h4, h5';
const HIGHLIGHT = 'help-hit';

/**
 * @param at   the heading's anchor; empty for the top
 * @param find words of the passage; empty for the heading
 * @returns a function that removes the marks
 */
export function showPlace(article: HTMLElement, at: string, find: string): () => void {
  const heading = at === '' ? null : article.querySelector(`[id="${CSS.escape(at)}"]`);
  const passage = find === '' ? undefined : passageWith(article, heading, find);
  if (passage !== undefined) {
    passage.scrollIntoView({ block: 'center' });
    mark(passage, find);
  } else if (heading !== null) heading.scrollIntoView();
  else globalThis.scrollTo(0, 0);
  return () => globalThis.CSS.highlights?.delete(HIGHLIGHT);
}

/** The first passage with all words after the heading, or else of the whole document. */
function passageWith(
  article: HTMLElement,
  heading: Element | null,
  find: string,
): Element | undefined {
  const found = [...article.querySelectorAll(PASSAGES)].filter(({ textContent }) =>
    matchesWords(textContent ?? '', find),
  );
  const isAfter = (passage: Element) =>
    heading === null ||
    (heading.compareDocumentPosition(passage) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  return found.find(isAfter) ?? found[0];
}

function mark(passage: Element, find: string): void {
  if (globalThis.CSS.highlights === undefined) return;
  const ranges: Range[] = [];
  const texts = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
    for (const { index, 0: word } of text.textContent!.matchAll(wordPattern(wordsOf(find)))) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      ranges.push(range);
    }
  globalThis.CSS.highlights.set(HIGHLIGHT, new Highlight(...ranges));
}
