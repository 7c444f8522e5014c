/** A report as a file. */
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomically } from '../disk/atomic-file.ts';
import { makeFolder, onDisk } from '../disk/disk.ts';
import { refuseTaken } from '../disk/result-file.ts';
import { GENERATOR } from '../insight/report/document.ts';

/** Bytes in which an earlier report names itself. */
const HEAD_BYTES = 2000;

/** @throws StudioError `target-taken` where the file is no report, and what the disk says */
export async function saveReport(file: string, html: string): Promise<void> {
  await refuseTaken(file, isReport);
  await onDisk(file, () => makeFolder(path.dirname(file)));
  await writeFileAtomically(file, (beside) => writeFile(beside, html));
}

async function isReport(file: string): Promise<boolean> {
  const opened = await open(file);
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead).includes(GENERATOR);
  } finally {
    await opened.close();
  }
}
