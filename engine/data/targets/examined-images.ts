/** The images that labels name, examined once each. */
import type { ProblemLog } from '../annotations/dense-problems.ts';
import { examineFiles, type ScanOptions } from '../scan/examine.ts';
import type { FileFacts } from '../scan/file-facts.ts';
import { PathIds } from '../sources/path-ids.ts';
import type { FoundFile } from '../sources/walk.ts';
import type { ExaminedFiles } from './dense-images.ts';

export interface ExaminedImages extends ExaminedFiles {
  /** position of a file that can be used */
  find(path: string): number | undefined;
  /** undefined for a file that cannot be used */
  factsOf(path: string): FileFacts | undefined;
}

/** Files that cannot be used are reported. @throws AbortError when `signal` fires */
export async function examineImages(
  given: Iterable<FoundFile>,
  options: ScanOptions,
  log: ProblemLog,
): Promise<ExaminedImages> {
  const ids = new PathIds();
  for (const { path, named } of given) ids.idOf(path, named);
  const { files } = ids;
  files.trim();
  // Masks and objects are those of whole images.
  const facts = await examineFiles(files, { ...options, tiles: 'off' });
  for (let file = 0; file < files.length; file++) {
    const reason = facts.textsAt(file)?.reason;
    if (reason !== undefined) log.reportUnreadable({ path: files.pathOf(file), reason });
  }
  const find = (path: string) => {
    const file = ids.find(path);
    const texts = file === undefined ? undefined : facts.textsAt(file);
    return texts === undefined || texts.reason !== undefined ? undefined : file;
  };
  return {
    files,
    facts,
    find,
    factsOf(path) {
      const file = find(path);
      return file === undefined ? undefined : facts.at(file);
    },
  };
}
