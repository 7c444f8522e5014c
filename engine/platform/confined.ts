/**
 * Whether this process works for a client that is confined to folders: a page in a browser.
 *
 * Such a client may name any file in its folders but must not read the file through messages, so messages
 * repeat no content of a file except labels and paths that lead to a file. The flag is an environment
 * variable, so that child processes inherit it.
 */
export const CONFINED_VARIABLE = 'CONMIM_CONFINED';

export function isConfined(env: NodeJS.ProcessEnv = process.env): boolean {
  return env[CONFINED_VARIABLE] === '1';
}

/** Variables to add to the environment of a process that works for such a client. */
export function confinedEnvironment(confined: boolean): Record<string, string> {
  return confined ? { [CONFINED_VARIABLE]: '1' } : {};
}
