/** The help documents: the user documentation of the project. */

const TEXTS = import.meta.glob<string>(
  '../../../docs/{application,data,recipes,downstream,predict,devices,server,cli,glossary}.md',
  {
    query: '?raw',
    import: 'default',
  },
);

export interface HelpDocument {
  /** Name in the route and of the file. */
  readonly name: string;
  readonly title: string;
  read(): Promise<string>;
}

const TITLES = [
  ['application', 'The application'],
  ['data', 'Images'],
  ['recipes', 'Recipes'],
  ['downstream', 'From a network to a classifier'],
  ['predict', 'Predictions on new images'],
  ['devices', 'Devices'],
  ['server', 'In a browser'],
  ['cli', 'The command line'],
  ['glossary', 'Glossary'],
] as const;

export const DOCUMENTS: readonly HelpDocument[] = TITLES.map(([name, title]) => ({
  name,
  title,
  read: async () => shownPart(await TEXTS[`../../../docs/${name}.md`]!()),
}));

/**
 * The route of a link between the documents.
 *
 * @returns undefined for other links
 */
export function helpPlace(href: string): string | undefined {
  const name = /^(?:\.\/)?([\w-]+)\.md(?:#.*)?$/.exec(href)?.[1];
  return DOCUMENTS.some((document) => document.name === name) ? `/help/${name}` : undefined;
}

/** Remove screenshots, which are not bundled, and comments. */
function shownPart(text: string): string {
  return text.replaceAll(/^!\[.*\n|<!--[\s\S]*?-->\n?/gm, '');
}
