/**
 * Files by paths as lists write them: relative or absolute, possibly from another system. The
 * written path is tried first; other readings are tried only if no file exists there, and several
 * matches count as none.
 */

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { getOrMake, groupBy } from '../../../contract/maps.ts';
import { exists } from '../../../disk/disk.ts';

/** ASCII letters without characters that other systems and browsers encode. */
const PLAIN = /^(?!file:)[^\\%\u0080-\uffff]*$/i;

export class PathFinder {
  readonly #root: string;
  /** folder → composed name → existing names */
  readonly #folders = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();

  /** @param root base of relative paths */
  constructor(root: string) {
    this.#root = root;
  }

  /** Whether a path has a single reading. */
  isPlain(listed: string): boolean {
    return PLAIN.test(listed);
  }

  plain(listed: string): string {
    return path.resolve(this.#root, listed);
  }

  /**
   * The file of a path: as written, with backslashes as separators, from a `file:` address or
   * percent-decoded, and each of these in other Unicode forms.
   *
   * @returns an absolute path, which does not exist if there is no file; several paths if several
   *   files match
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

  /** Files whose paths differ in Unicode form only. */
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
    return getOrMake(this.#folders, folder, () => composedNames(folder));
  }
}

async function composedNames(folder: string): Promise<Map<string, string[]>> {
  return groupBy(await readdir(folder).catch(() => []), (name) => name.normalize('NFC'));
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
