// Print the source of this Debian's backports, derived from the machine's own sources, as a file
// for /etc/apt/sources.list.d/*.sources. Nothing is printed if they are among the sources already.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Options of the one-line format whose field has a different name, apart from capitals. */
const FIELDS: Readonly<Record<string, string>> = {
  arch: 'Architectures',
  lang: 'Languages',
  target: 'Targets',
  pdiffs: 'PDiffs',
  'inrelease-path': 'InRelease-Path',
};

/** Fields of a source by name. */
type Source = Map<string, string>;

/**
 * @param files    texts of source files
 * @param codename codename of the system, such as `bookworm`
 * @returns the text of a `.sources` file; empty if the backports are among the sources already;
 *   undefined if no source is the system's own
 */
export function backportsSource(
  files: readonly { readonly name: string; readonly text: string }[],
  codename: string,
): string | undefined {
  const sources = files.flatMap(({ name, text }) =>
    name.endsWith('.sources') ? stanzas(text) : lines(text),
  );
  const wanted = `${codename}-backports`;
  if (sources.some((source) => words(source, 'Suites').includes(wanted))) return '';
  // Other sources may have a suite of this name; the system's own also has its updates, or its key.
  const own = sources.filter(
    (source) =>
      words(source, 'Suites').includes(codename) && words(source, 'Components').includes('main'),
  );
  const placesWithUpdates = new Set(
    sources
      .filter((source) => words(source, 'Suites').includes(`${codename}-updates`))
      .flatMap(addresses),
  );
  const best =
    own.find((source) => addresses(source).some((address) => placesWithUpdates.has(address))) ??
    own.find((source) => /debian-archive/.test(source.get('Signed-By') ?? '')) ??
    own[0];
  if (best === undefined) return undefined;
  const fields = new Map(best);
  fields.set('Types', 'deb').set('Suites', wanted).set('Components', 'main');
  return [...fields].map(([name, value]) => `${name}: ${value}\n`).join('');
}

/** Sources in the format with a paragraph each. A value keeps its further lines. */
function stanzas(text: string): Source[] {
  const found: Source[] = [];
  for (const paragraph of text.replaceAll(/^#.*\n?/gm, '').split(/\n[ \t]*\n/)) {
    const source: Source = new Map();
    let last: string | undefined;
    for (const line of paragraph.split('\n')) {
      const field = /^([A-Za-z-]+):[ \t]*(.*)$/.exec(line);
      if (field !== null) {
        last = capitals(field[1]!.toLowerCase());
        source.set(last, field[2]!.trim());
      } else if (last !== undefined && /^[ \t]+\S/.test(line))
        source.set(last, `${source.get(last)}\n${line}`);
    }
    const isOff = /^(no|false|off|0|without|disable)$/i.test(source.get('Enabled') ?? '');
    if (words(source, 'Types').includes('deb') && !isOff) found.push(source);
  }
  return found;
}

/** Sources in the format with a line each: `deb [option=value …] address suite component …`. */
function lines(text: string): Source[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    if (match === null) return [];
    const [, options = '', address, suite, components] = match;
    const source: Source = new Map([
      ['Types', 'deb'],
      ['Uris', address!],
      ['Suites', suite!],
      ['Components', components!.trim()],
    ]);
    for (const [, name, value] of options.matchAll(/([\w-]+)\+?=(\S+)/g))
      source.set(FIELDS[name!] ?? capitals(name!), value!.replaceAll(',', ' '));
    return [source];
  });
}

/** The usual capitals of a name, which apt ignores. */
function capitals(name: string): string {
  return name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

function words(source: Source, field: string): string[] {
  return (source.get(field) ?? '').split(/\s+/).filter(Boolean);
}

function addresses(source: Source): string[] {
  return words(source, 'Uris').map((address) => address.replace(/\/+$/, ''));
}

export function main([folder = '/etc/apt', release = '/etc/os-release']: string[]): void {
  const codename = /^VERSION_CODENAME="?(\w+)"?$/m.exec(readFileSync(release, 'utf8'))?.[1] ?? '';
  const places = [
    path.join(folder, 'sources.list'),
    ...readdirSync(path.join(folder, 'sources.list.d'))
      .filter((name) => /\.(list|sources)$/.test(name))
      .map((name) => path.join(folder, 'sources.list.d', name)),
  ].filter(existsSync);
  const files = places.map((name) => ({ name, text: readFileSync(name, 'utf8') }));
  const source = backportsSource(files, codename);
  if (source === undefined) {
    process.stderr.write(`No source under ${folder} has ${codename} itself.\n`);
    process.exitCode = 1;
  } else process.stdout.write(source);
}
