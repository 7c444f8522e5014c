/** The documents that help: those of the project that are written for its users. */

const TEXTS = import.meta.glob<string>(
  '../../../docs/{application,data,recipes,downstream,devices,server,cli}.md',
  {
    query: '?raw',
    import: 'default',
  },
);

export interface HelpDocument {
  /** In the page's address, and of the file. */
  readonly name: string;
  readonly title: string;
  read(): Promise<string>;
}

const TITLES = [
  ['application', 'The application'],
  ['data', 'Images'],
  ['recipes', 'Recipes'],
  ['downstream', 'From a network to a classifier'],
  ['devices', 'Graphics cards'],
  ['server', 'In a browser'],
  ['cli', 'The command line'],
] as const;

export const DOCUMENTS: readonly HelpDocument[] = TITLES.map(([name, title]) => ({
  name,
  title,
  read: async () => withoutPictures(await TEXTS[`../../../docs/${name}.md`]!()),
}));

/**
 * Where a link within the documents leads in this page.
 *
 * @returns undefined for what is not one of them
 */
export function helpPlace(href: string): string | undefined {
  const name = /^(?:\.\/)?([\w-]+)\.md(?:#.*)?$/.exec(href)?.[1];
  return DOCUMENTS.some((document) => document.name === name) ? `/help/${name}` : undefined;
}

/** Pictures of the application, which is all around them here. */
function withoutPictures(text: string): string {
  return text.replaceAll(/^!\[.*\n/gm, '');
}
