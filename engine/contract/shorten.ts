/** Shortening of values of unknown length for messages and records, so that errors stay small. */

/** Most characters of a value in a sentence. */
export const SHOWN_CHARACTERS = 200;

const SHOWN_ITEMS = 100;
const SHOWN_LEVELS = 6;
/** Most characters of a text within data. */
const TEXT_CHARACTERS = 2000;

/** The text, or its beginning and end around "…" if it is longer than `most` characters. */
export function shorten(text: string, most = SHOWN_CHARACTERS): string {
  if (text.length <= most) return text;
  const start = Math.ceil((most - 1) / 2);
  const head = text.slice(0, start).replace(/[\uD800-\uDBFF]$/, '');
  const tail = text.slice(text.length - (most - 1 - start)).replace(/^[\uDC00-\uDFFF]/, '');
  return `${head}…${tail}`;
}

/** `a, b and 3 more`: the first `most` names. */
export function someNames(names: readonly string[], most: number): string {
  const more = names.length > most ? ` and ${names.length - most} more` : '';
  return `${names.slice(0, most).join(', ')}${more}`;
}

/** A name in one line: names of files and classes may hold line breaks and control characters. */
export function inOneLine(name: string): string {
  return JSON.stringify(name).slice(1, -1);
}

/** A value as JSON, with at most `most` characters. */
export function shortJson(value: unknown, most = SHOWN_CHARACTERS): string {
  return shorten(JSON.stringify(shortenData(value, most)) ?? String(value), most);
}

/**
 * A copy of data with long texts shortened, and lists, objects and depth limited.
 * @param budget most characters of all texts and names together
 */
export function shortenData(value: unknown, budget: number): unknown {
  let left = budget;
  const walk = (part: unknown, level: number): unknown => {
    left -= 4;
    if (typeof part === 'string') {
      const text = shorten(part, Math.max(1, Math.min(TEXT_CHARACTERS, left)));
      left -= text.length;
      return text;
    }
    if (typeof part === 'bigint') return shorten(String(part));
    if (typeof part !== 'object' || part === null) return part;
    if (level >= SHOWN_LEVELS) return '…';
    if (typeof (part as { toJSON?: unknown }).toJSON === 'function')
      return walk((part as { toJSON(): unknown }).toJSON(), level + 1);
    if (Array.isArray(part)) {
      const items: unknown[] = [];
      for (const item of part.slice(0, SHOWN_ITEMS)) {
        if (left <= 0) break;
        items.push(walk(item, level + 1));
      }
      return items;
    }
    const entries: [string, unknown][] = [];
    for (const [key, inner] of Object.entries(part).slice(0, SHOWN_ITEMS)) {
      if (left <= 0) break;
      const name = shorten(key);
      left -= name.length;
      entries.push([name, walk(inner, level + 1)]);
    }
    return Object.fromEntries(entries);
  };
  return walk(value, 0);
}
