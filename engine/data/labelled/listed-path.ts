/**
 * Files as lists name them: relative or absolute, perhaps written on another system. What is written is
 * tried first; only where nothing lies there, what else it can mean is, and several answers are none.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Letters of ASCII alone, without what other systems and browsers write instead of it. */
const PLAIN = /^(?!file:)[^\\%\u0080-\uffff]*$/i;

export class PathFinder {
  readonly #root: string;
  /** folder → composed name → names that are there */
  readonly #folders = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();

  /** @param root where relative paths start */
  constructor(root: string) {
    this.#root = root;
  }

  /** Whether a path can mean one file only. */
  isPlain(listed: string): boolean {
    return PLAIN.test(listed);
  }

  plain(listed: string): string {
    return path.resolve(this.#root, listed);
  }

  /**
   * The file that a path means: as written, with backslashes as folders, out of a `file:` address or
   * with its percent signs read, and each of these with its letters composed in another way.
   *
   * @returns an absolute path, of no file where there is none; several paths where it fits several
   */
  async find(listed: string): Promise<string | readonly string[]> {
    const readings = readingsOf(listed).map((reading) => this.plain(reading));
    for (const reading of readings) if (await exists(reading)) return reading;
    for (const reading of readings) {
      const found = await this.#otherForms(reading);
      if (found.length > 0) return found.length === 1 ? found[0]! : found;
    }
    return readings[0]!;
  }

  /** Files whose paths differ in nothing but the form of their letters. */
  async #otherForms(wanted: string): Promise<string[]> {
    const { root } = path.parse(wanted);
    let places = [root];
    for (const part of wanted.slice(root.length).split(path.sep)) {
      const next: string[] = [];
      for (const place of places) {
        const names = (await this.#namesIn(place)).get(part.normalize('NFC')) ?? [];
        const exact = names.filter((name) => name === part);
        for (const name of exact.length > 0 ? exact : names) next.push(path.join(place, name));
      }
      places = next;
    }
    return places;
  }

  #namesIn(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
    let known = this.#folders.get(folder);
    if (known === undefined) {
      known = composedNames(folder);
      this.#folders.set(folder, known);
    }
    return known;
  }
}

async function composedNames(folder: string): Promise<Map<string, string[]>> {
  const names = new Map<string, string[]>();
  for (const name of await readdir(folder).catch(() => [])) {
    const composed = name.normalize('NFC');
    const same = names.get(composed);
    if (same === undefined) names.set(composed, [name]);
    else same.push(name);
  }
  return names;
}

function readingsOf(listed: string): string[] {
  if (/^file:/i.test(listed)) return [fromAddress(listed) ?? listed];
  const slashes = listed.replaceAll('\\', '/');
  return [...new Set([listed, slashes, decoded(listed), decoded(slashes)])];
}

function fromAddress(listed: string): string | undefined {
  try {
    return fileURLToPath(listed);
  } catch {
    return undefined;
  }
}

function decoded(listed: string): string {
  try {
    return decodeURIComponent(listed);
  } catch {
    return listed;
  }
}

async function exists(at: string): Promise<boolean> {
  return stat(at).then(
    () => true,
    () => false,
  );
}
