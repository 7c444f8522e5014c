/** What the window remembers from one start to the next: small files without which it works as well. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';

/** @returns undefined where there is none, or one that is damaged */
export function readState<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

export function writeState(file: string, state: object): void {
  try {
    writeFileSync(file, JSON.stringify(state));
  } catch {
    // The next start then does as the first one did.
  }
}
