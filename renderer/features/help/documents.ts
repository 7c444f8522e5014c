/** The help documents: a page for each task, and the reference, both from docs/. */

const TEXTS = import.meta.glob<string>(
  '../../../docs/{help/*,application,data,dense-labels,recipes,downstream,predict,studies,devices,server,cli,errors,glossary}.md',
  { query: '?raw', import: 'default' },
);

const PICTURES = import.meta.glob<string>('../../../docs/pictures/app/*.webp', {
  query: '?url',
  import: 'default',
  eager: true,
});

export interface HelpDocument {
  /** Name in the route, and of the file. */
  readonly name: string;
  readonly title: string;
  read(): Promise<string>;
}

export interface HelpGroup {
  readonly heading: string;
  readonly documents: readonly HelpDocument[];
}

export const GROUPS: readonly HelpGroup[] = [
  group('Tasks', 'help/', [
    ['add-images', 'Add a data set'],
    ['pre-train', 'Pre-train'],
    ['watch-a-run', 'Watch a run'],
    ['choose-settings', 'Find good settings'],
    ['fine-tune', 'Fine-tune'],
    ['find-objects', 'Find objects'],
    ['evaluate', 'Evaluate and compare'],
    ['predict-new-images', 'Predict on new images'],
    ['export-networks', 'Export'],
    ['import-networks', 'Import weights'],
    ['command-line', 'Work on the command line'],
    ['choose-a-device', 'Choose a device'],
    ['recover', 'Recover from failures'],
  ]),
  group('Reference', '', [
    ['application', 'The application'],
    ['data', 'Images'],
    ['dense-labels', 'Masks and boxes'],
    ['recipes', 'Recipes'],
    ['downstream', 'From a network to a classifier'],
    ['predict', 'Tables of predictions'],
    ['studies', 'Studies and reports'],
    ['devices', 'Devices'],
    ['server', 'In a browser'],
    ['cli', 'Commands'],
    ['errors', 'Errors and warnings'],
    ['glossary', 'Glossary'],
  ]),
];

export const DOCUMENTS = GROUPS.flatMap(({ documents }) => documents);

function group(
  heading: string,
  folder: string,
  titles: readonly (readonly [name: string, title: string])[],
): HelpGroup {
  const documents = titles.map(([name, title]) => ({
    name,
    title,
    read: async () => withoutComments(await TEXTS[`../../../docs/${folder}${name}.md`]!()),
  }));
  return { heading, documents };
}

/** The address of a place in a document: below a heading, at the first passage with these words. */
export function helpAddress(
  name: string,
  place: { readonly at?: string | undefined; readonly find?: string | undefined } = {},
): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(place)) if (value) query.set(key, value);
  return `/help/${name}${query.size === 0 ? '' : `?${query}`}`;
}

/**
 * The address of a link between the documents.
 *
 * @param name the document with the link
 * @param text the linked words, which are a term where the link leads to the glossary
 * @returns undefined for other links
 */
export function helpPlace(name: string, href: string, text: string): string | undefined {
  const [, path = '', at] = /^([^#]*)(?:#(.+))?$/.exec(href) ?? [];
  const target = path === '' ? name : /^(?:\.\.?\/|help\/)*([\w-]+)\.md$/.exec(path)?.[1];
  if (target === undefined || !DOCUMENTS.some((document) => document.name === target))
    return undefined;
  return helpAddress(target, { at, find: target === 'glossary' ? text : undefined });
}

/** The address of a picture in the colours of the page. */
export function pictureAddress(source: string, dark: boolean): string | undefined {
  const file = source.split('/').at(-1)!;
  const shown = dark ? file.replace(/-light\.webp$/, '-dark.webp') : file;
  return PICTURES[`../../../docs/pictures/app/${shown}`];
}

function withoutComments(text: string): string {
  return text.replaceAll(/<!--[\s\S]*?-->\n?/g, '');
}
