/** Small files with the state of the window between starts; all of them are optional. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';

/** @returns undefined when the file is missing or damaged */
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
    // Without the file, the next start uses the defaults.
  }
}
