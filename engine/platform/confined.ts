/**
 * Whether this process works for somebody who is confined to folders: a page in a browser.
 *
 * Such a person may name any file in the folders, but must not read it through our messages, so nothing
 * of a file's content is repeated to them but labels and paths that lead to a file. The mark is an
 * environment variable, so that every process that works for a page has it, whatever it calls.
 */
export const CONFINED_VARIABLE = 'CONMIM_CONFINED';

export function isConfined(env: NodeJS.ProcessEnv = process.env): boolean {
  return env[CONFINED_VARIABLE] === '1';
}

/** What is added to the environment of a process that works for such a person. */
export function confinedEnvironment(confined: boolean): Record<string, string> {
  return confined ? { [CONFINED_VARIABLE]: '1' } : {};
}
