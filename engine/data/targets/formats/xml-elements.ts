/**
 * Elements of an XML file, each with its content, so that a large file is read one element at a
 * time. Document type declarations are refused, and with them entities of one's own: nothing is
 * fetched, and no text is expanded.
 *
 * @source https://www.w3.org/TR/xml/
 */
import { createReadStream } from 'node:fs';
import sax from 'sax';
import { readHead } from '../../../disk/read-head.ts';
import { labelsInvalid } from './labels-error.ts';

export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** trimmed text directly in it */
  readonly text: string;
  /** the line on which it begins, from 1 */
  readonly line: number;
}

interface OpenElement extends XmlElement {
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const MOST_DEPTH = 64;
/** Elements, and characters of their texts and attributes, within one element that is given. */
const MOST_ELEMENTS = 1_000_000;
const MOST_CHARACTERS = 64 * 2 ** 20;
/** Of one text or attribute, such as the outline of an object. */
const LONGEST = 16 * 2 ** 20;
const CHUNK_BYTES = 1 << 18;
const HEAD_BYTES = 256;

/** Names of encodings in XML declarations that are read. */
const ENCODINGS = new Set([
  'utf-8',
  'utf8',
  'us-ascii',
  'ascii',
  'iso-8859-1',
  'latin1',
  'windows-1252',
  'utf-16',
  'utf-16le',
  'utf-16be',
]);

/**
 * The elements whose path from the root, such as `annotations/image`, is wanted, in groups.
 *
 * @throws StudioError `labels-invalid` naming the line
 */
export async function* readXmlElements(
  file: string,
  isWanted: (path: string) => boolean,
): AsyncGenerator<readonly XmlElement[]> {
  const reader = new XmlReader(file, isWanted);
  const decoder = new TextDecoder(await encodingOf(file), { fatal: true });
  for await (const bytes of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
    const found = reader.push(
      decoded(file, reader.line, () => decoder.decode(bytes as Buffer, { stream: true })),
    );
    if (found.length > 0) yield found;
  }
  const last = reader.push(decoded(file, reader.line, () => decoder.decode()));
  reader.end();
  if (last.length > 0) yield last;
}

/** The first element of the file. @throws StudioError `labels-invalid` naming the line */
export async function readXmlRoot(file: string): Promise<XmlElement> {
  for await (const [root] of readXmlElements(file, (path) => !path.includes('/')))
    if (root !== undefined) return root;
  throw labelsInvalid(file, 'has no element');
}

/** Only the five entities of XML itself are known; the types of the package lack this option. */
const OPTIONS: sax.SAXOptions & { readonly strictEntities: boolean } = {
  strictEntities: true,
  position: true,
};

class XmlReader {
  readonly #file: string;
  readonly #isWanted: (path: string) => boolean;
  readonly #parser = sax.parser(true, OPTIONS);
  readonly #path: string[] = [];
  /** Open elements from the wanted one inwards. */
  readonly #open: OpenElement[] = [];
  #attributes = new Map<string, string>();
  #elements = 0;
  #characters = 0;
  #found: XmlElement[] = [];
  #roots = 0;

  constructor(file: string, isWanted: (path: string) => boolean) {
    this.#file = file;
    this.#isWanted = isWanted;
    // The types of the package do not have this setting, which is one of the module.
    (sax as unknown as { MAX_BUFFER_LENGTH: number }).MAX_BUFFER_LENGTH = LONGEST;
    const parser = this.#parser;
    parser.onerror = (error) => {
      throw this.#invalid('is not XML', error);
    };
    parser.ondoctype = () => {
      throw this.#invalid(
        'declares a document type, which is not read since it may define entities',
      );
    };
    parser.onattribute = ({ name, value }) => {
      this.#count(name.length + value.length);
      this.#attributes.set(name, value);
    };
    parser.onopentag = ({ name }) => this.#opened(name);
    parser.ontext = (text) => this.#texted(text);
    parser.oncdata = (text) => this.#texted(text);
    parser.onclosetag = () => this.#closed();
  }

  /** The line that is being read, from 1. */
  get line(): number {
    return this.#parser.line + 1;
  }

  push(text: string): readonly XmlElement[] {
    this.#found = [];
    if (text.includes('\0')) throw this.#invalid('holds a NUL character');
    this.#parser.write(text);
    return this.#found;
  }

  end(): void {
    this.#parser.close();
    if (this.#roots === 0) throw this.#invalid('holds no element');
  }

  #opened(name: string): void {
    this.#path.push(name);
    if (this.#path.length === 1) this.#roots++;
    if (this.#path.length > MOST_DEPTH)
      throw this.#invalid(`is nested more than ${MOST_DEPTH} deep`);
    const attributes = this.#attributes;
    this.#attributes = new Map();
    if (this.#open.length === 0 && !this.#isWanted(this.#path.join('/'))) return;
    if (++this.#elements > MOST_ELEMENTS)
      throw this.#invalid(`has more than ${MOST_ELEMENTS} elements in one`);
    this.#open.push({ name, attributes, children: [], text: '', line: this.line });
  }

  #texted(text: string): void {
    const element = this.#open.at(-1);
    if (element === undefined) return;
    this.#count(text.length);
    element.text += text;
  }

  #closed(): void {
    this.#path.pop();
    const element = this.#open.pop();
    if (element === undefined) return;
    element.text = element.text.trim();
    const parent = this.#open.at(-1);
    if (parent !== undefined) {
      parent.children.push(element);
      return;
    }
    this.#found.push(element);
    this.#elements = 0;
    this.#characters = 0;
  }

  #count(characters: number): void {
    this.#characters += characters;
    if (this.#characters > MOST_CHARACTERS) throw this.#invalid('has too much text in one element');
  }

  #invalid(what: string, cause?: unknown) {
    return labelsInvalid(this.#file, what, { line: this.line }, cause);
  }
}

/** @throws StudioError `labels-invalid` for an encoding that is not read */
async function encodingOf(file: string): Promise<string> {
  const head = await readHead(file, HEAD_BYTES);
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const text = head.toString('latin1');
  const declared = /^[^<]{0,3}<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']/.exec(text)?.[1];
  const encoding = declared?.toLowerCase() ?? 'utf-8';
  if (!ENCODINGS.has(encoding))
    throw labelsInvalid(file, 'is in an encoding that is not read; save it as UTF-8', { line: 1 });
  return encoding.startsWith('utf-16') ? 'utf-8' : encoding;
}

function decoded(file: string, line: number, decode: () => string): string {
  try {
    return decode();
  } catch (error) {
    throw labelsInvalid(file, 'has bytes that are not in its encoding', { line }, error);
  }
}

/** The first child of a name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** The text of the first child of a name; empty where there is none. */
export function textOf(element: XmlElement, name: string): string {
  return childOf(element, name)?.text ?? '';
}
