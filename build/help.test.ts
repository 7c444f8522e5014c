/** The help of the application: its pages, pictures, links and the controls that it names. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { slugOf } from '../renderer/ui/slug.ts';
import { ROOT } from './root.ts';

const at = (...parts: string[]) => path.join(ROOT, ...parts);
const HELP = readdirSync(at('docs', 'help')).map((name) => `docs/help/${name}`);
const DOCS = readdirSync(at('docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const read = (name: string) => readFileSync(at(name), 'utf8');

/** Texts of the pages and of the menu, where JSX breaks lines anywhere. */
const shown = ['renderer', 'electron', 'engine/contract']
  .flatMap((folder) =>
    readdirSync(at(folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.test)\.tsx?$/.test(name))
      .map((name) => read(path.join(folder, name)).replaceAll(/\s+/g, ' ')),
  )
  .join('\n');

function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slugOf(heading!));
}

describe.each(HELP)('%s', (name) => {
  const page = read(name);

  it('says how in numbered steps, and what can go wrong', () => {
    expect(page).toMatch(/^# .+\n\n\S/);
    expect(page).toContain('\n## Steps\n\n1. ');
    expect(page).toContain('\n## What can go wrong\n');
  });

  it('is a topic of the Help page', () => {
    const topic = path.basename(name, '.md');
    expect(read('renderer/features/help/documents.ts')).toContain(`['${topic}', '`);
  });

  it('names controls that there are', () => {
    const named = [...page.matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)/g)].map(([, text]) => text!);
    expect(named.filter((text) => !shown.includes(text))).toEqual([]);
  });
});

describe.each([...HELP, ...DOCS, 'README.md'])('%s', (name) => {
  const page = read(name);

  it('links to headings that are there', () => {
    const links = [...page.matchAll(/\]\(([^)#\s]*)#([^)\s]+)\)/g)].filter(
      ([, file]) => !/^[a-z]+:/.test(file!),
    );
    const lost = links.filter(([, file, anchor]) => {
      const target = file === '' ? page : read(path.join(path.dirname(name), file!));
      return !anchorsOf(target).includes(anchor!);
    });
    expect(lost.map(([link]) => link)).toEqual([]);
  });

  it('describes its pictures', () => {
    const pictures = [...page.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)];
    expect(pictures.filter(([, text]) => text!.length < 10)).toEqual([]);
  });
});

describe('docs/pictures/app', () => {
  const folder = 'docs/pictures/app';
  const pictures = existsSync(at(folder)) ? readdirSync(at(folder)) : [];
  const pages = [...HELP, ...DOCS, 'README.md'].map(read).join('\n');

  it('has every picture in light and in dark colours', () => {
    const without = pictures.filter((file) => {
      const other = file.includes('-light') ? ['-light', '-dark'] : ['-dark', '-light'];
      return !pictures.includes(file.replace(other[0]!, other[1]!));
    });
    expect(without).toEqual([]);
  });

  it('has no picture that no page shows', () => {
    const unused = pictures.filter((file) => !pages.includes(file.replace('-dark', '-light')));
    expect(unused).toEqual([]);
  });

  it('is of modest size', () => {
    const bytes = pictures.map((file) => readFileSync(at(folder, file)).length);
    expect(Math.max(...bytes)).toBeLessThan(200_000);
  });
});

describe('the question mark beside a title', () => {
  const table = read('renderer/ui/help-link.tsx');
  const links = [...table.matchAll(/\['(\/[^']+)', '([\w-]+)'\]/g)];

  it('leads to a document from every page', () => {
    const paths = [...read('renderer/pages.tsx').matchAll(/path: '(\w+)'/g)].map(([, to]) => to!);
    const linked = links.map(([, address]) => address);
    expect(paths.filter((to) => to !== 'help' && !linked.includes(`/${to}`))).toEqual([]);
    const lost = links.filter(
      ([, , name]) =>
        !existsSync(at('docs', 'help', `${name}.md`)) && !existsSync(at('docs', `${name}.md`)),
    );
    expect(lost).toEqual([]);
  });
});
