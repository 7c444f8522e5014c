/** Small JSON files that are read, validated and replaced as a whole. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { nodeDisk, onDisk, replaceFile } from './disk.ts';

export async function readJsonFile<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** @throws StudioError `disk-full`, `disk-read-only`, `access-denied` naming the file */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  await onDisk(file, () => nodeDisk.makeFolder(path.dirname(file)));
  await replaceFile(nodeDisk, file, `${JSON.stringify(value, null, 2)}\n`);
}
