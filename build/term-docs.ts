// Writes the tables of docs/glossary.md from the table of terms: node build/run.mjs build/term-docs.ts
import { inSentence, TERM_GROUPS } from '../engine/contract/terms.ts';
import { row, writeGenerated } from './generated-page.ts';

export function termTables(): string {
  return Object.entries(TERM_GROUPS)
    .map(([heading, terms]) =>
      [
        `## ${heading}`,
        '',
        row(['term', 'meaning']),
        row(['---', '---']),
        ...Object.values(terms).map(([term, meaning]) => row([inSentence(term), meaning])),
        '',
      ].join('\n'),
    )
    .join('\n')
    .trim();
}

export function main(): void {
  writeGenerated('glossary.md', termTables());
}
