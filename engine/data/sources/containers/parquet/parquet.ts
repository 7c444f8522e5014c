/**
 * Parquet files with a column of images. An entry is a row, named `row-N`. A row is read with the
 * page that it stands in, and pages that were read last are kept, since neighbours follow.
 */
import type { ByteSource } from '../../../../images/stored-image.ts';
import {
  type ContainerEntry,
  type ContainerFacts,
  ContainerFault,
  type ContainerFormat,
  type EntryProblem,
} from '../container.ts';
import { type Chunk, type Column, readColumns } from './columns.ts';
import { KeptPages } from './kept-pages.ts';
import {
  countOf,
  isDictionary,
  type Page,
  type PageFacts,
  readDictionary,
  readPage,
  readPageHeader,
  type Value,
} from './pages.ts';

/** Values that stand in the file as they are have this detail. */
const AS_IT_IS = -1;
const MOST_IN_PAGE = 2 ** 20;

const kept = new KeptPages();

export const PARQUET: ContainerFormat = {
  async list(source, signal) {
    const { images, others } = await readColumns(source);
    if (images === undefined) return { entries: [], problems: [] };
    const entries: ContainerEntry[] = [];
    for await (const read of pagesOf(source, images, signal)) {
      const { page, dictionary, firstRow, values } = read;
      if (values.length > MOST_IN_PAGE) throw new ContainerFault('has a page of too many rows');
      for (const [i, value] of values.entries()) {
        if (!(value instanceof Uint8Array)) continue;
        const row = firstRow + i;
        const at = placeInFile(value, read, images.facts);
        const before = dictionary === undefined ? 0 : page.at - dictionary.at;
        const detail = at === undefined ? before * MOST_IN_PAGE + i : AS_IT_IS;
        entries.push({
          name: nameOf(row),
          bytes: value.length,
          at: at ?? page.at,
          stored: row,
          detail,
        });
      }
    }
    const facts = { ...images.facts, others: others.join(', ') };
    return { entries, problems: problemsOf(facts), facts };
  },

  async extentOf(_, { at, bytes, detail }) {
    return detail === AS_IT_IS ? { offset: at, bytes } : undefined;
  },

  async decode(source, { at, detail }, facts, key) {
    const values = await kept.get(`${key} ${at}`, () =>
      pageAt(source, at, Math.floor(detail / MOST_IN_PAGE), facts),
    );
    const value = values[detail % MOST_IN_PAGE];
    if (value instanceof Uint8Array) return Buffer.from(value);
    throw new ContainerFault('is not there');
  },

  fromTable: (records, facts) => {
    const rows = records.map(({ stored }) => stored).sort((a, b) => a - b);
    return { names: rows.map(nameOf), problems: problemsOf(facts) };
  },
};

function problemsOf({ others = '' }: ContainerFacts): EntryProblem[] {
  if (others === '') return [];
  return [{ reason: `has more columns of images, which are not read: ${others}` }];
}

export function nameOf(row: number): string {
  return `row-${row}`;
}

interface Read {
  readonly page: Page;
  readonly dictionary: Page | undefined;
  /** number of the first row in the file */
  readonly firstRow: number;
  readonly values: readonly Value[];
  readonly memoryStart: number;
}

/** @throws ContainerFault; AbortError when `signal` fires */
export async function* pagesOf(
  source: ByteSource,
  { chunks, facts }: Column,
  signal?: AbortSignal,
): AsyncGenerator<Read> {
  for (const chunk of chunks) yield* pagesOfChunk(source, chunk, facts, signal);
}

async function* pagesOfChunk(
  source: ByteSource,
  { start, end, firstRow, rows }: Chunk,
  facts: PageFacts,
  signal?: AbortSignal,
): AsyncGenerator<Read> {
  let dictionary: Page | undefined;
  let words: Value[] | undefined;
  let done = 0;
  for (let at = start; at < end && done < rows; ) {
    signal?.throwIfAborted();
    const page = await readPageHeader(source, at, end);
    at = page.end;
    if (isDictionary(page)) {
      if (dictionary !== undefined) throw new ContainerFault('is damaged: it has two dictionaries');
      dictionary = page;
      words = await readDictionary(source, page, facts);
      continue;
    }
    const count = countOf(page);
    if (count === undefined) continue;
    if (done + count > rows) throw new ContainerFault('is damaged: a column has too many rows');
    const read = await readPage(source, page, facts, words);
    yield { page, dictionary, firstRow: firstRow + done, ...read };
    done += count;
  }
  if (done < rows) throw new ContainerFault('is damaged: a column has too few rows');
}

async function pageAt(
  source: ByteSource,
  at: number,
  before: number,
  facts: ContainerFacts,
): Promise<readonly Value[]> {
  const pageFacts = facts as unknown as PageFacts;
  const page = await readPageHeader(source, at, source.size);
  if (before === 0) return (await readPage(source, page, pageFacts, undefined)).values;
  const dictionary = await readPageHeader(source, at - before, at);
  const words = await readDictionary(source, dictionary, pageFacts);
  return (await readPage(source, page, pageFacts, words)).values;
}

/** Where a value stands in the file, if neither it nor its page is changed on the way. */
function placeInFile(
  value: Uint8Array,
  { page, memoryStart }: Read,
  { codec }: PageFacts,
): number | undefined {
  const encoding =
    page.header.data_page_header?.encoding ?? page.header.data_page_header_v2?.encoding;
  if (codec !== 'UNCOMPRESSED' || encoding !== 'PLAIN') return undefined;
  return page.contentAt + value.byteOffset - memoryStart;
}
