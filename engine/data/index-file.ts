/** What a scan remembers of files, so that the next one only reads what changed. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What was found in a file; `reason` when it cannot be used. */
export interface FileFacts {
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly hash: string;
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly reason?: string;
}

const VERSION = 1;

/** Facts by absolute path. A missing, damaged or older file is an empty memory, never an error. */
export async function readIndexFile(file: string): Promise<Map<string, FileFacts>> {
  try {
    const [first, ...lines] = (await readFile(file, 'utf8')).split('\n');
    if ((JSON.parse(first!) as { version?: number }).version !== VERSION) return new Map();
    return new Map(
      lines
        .filter((line) => line !== '')
        .map((line) => {
          const { path: at, ...facts } = JSON.parse(line) as FileFacts & { path: string };
          return [at, facts];
        }),
    );
  } catch {
    return new Map();
  }
}

export async function writeIndexFile(
  file: string,
  facts: ReadonlyMap<string, FileFacts>,
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const lines = [JSON.stringify({ version: VERSION })];
  for (const [at, known] of facts) lines.push(JSON.stringify({ path: at, ...known }));
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${lines.join('\n')}\n`);
  await rename(temporary, file);
}
