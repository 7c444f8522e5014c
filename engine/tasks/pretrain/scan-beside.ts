/** The full scan beside a training that began with a quick one, and what a run tells of it. */
import { countOf, countText } from '../../contract/number-text.ts';
import type {
  BackgroundScan,
  FoundInFull,
  ScanEnd,
  ScanOrder,
} from '../../data/scan/background-scan.ts';
import type { Notice } from '../../runs/events.ts';
import type { Finding, SideWork } from '../side-work.ts';

export interface BesideRequest extends ScanOrder {
  /** Fingerprint of contents that an earlier full scan of the run found. */
  readonly contents?: string;
}

export class ScanBeside implements SideWork {
  readonly #request: BesideRequest;
  readonly #scan: Pick<BackgroundScan, 'ended' | 'close'>;
  #untold: Finding | undefined;

  constructor(request: BesideRequest, scan: Pick<BackgroundScan, 'ended' | 'close'>) {
    this.#request = request;
    this.#scan = scan;
    void scan.ended.then((end) => {
      this.#untold = findingOf(end, this.#request);
    });
  }

  finding(): Finding | undefined {
    const finding = this.#untold;
    this.#untold = undefined;
    return finding;
  }

  async close(): Promise<Finding | undefined> {
    await this.#scan.close();
    return this.finding();
  }
}

function findingOf(end: ScanEnd, { folders, contents }: BesideRequest): Finding {
  switch (end.type) {
    case 'complete':
      return {
        notices: [...changeNotices(end.found, folders, contents), ...foundNotices(end.found)],
        contents: end.found.fingerprint,
      };
    case 'stopped': {
      const { done, total } = end.progress;
      return {
        notices: [
          {
            code: 'scan-unfinished',
            message: `Training ended when the full scan of the images had examined ${countText(done)} of ${countOf(total, 'file')}; what it found is remembered.`,
            advice: 'Scan the folders to know of damaged files and copies among the others.',
          },
        ],
      };
    }
    case 'failed':
      return {
        notices: [
          {
            code: 'scan-failed',
            message: `The full scan of the images ended early: ${end.message}`,
            advice: 'Scan the folders to know of damaged files and copies.',
          },
        ],
      };
  }
}

function changeNotices(
  { fingerprint }: FoundInFull,
  folders: readonly string[],
  contents: string | undefined,
): Notice[] {
  if (contents === undefined || contents === fingerprint) return [];
  const message = `Images in ${folders.join(', ')} have other contents than when the run scanned them before; names and sizes are the same.`;
  return [{ code: 'dataset-changed', message }];
}

const NAMED = 3;

function foundNotices(found: FoundInFull): Notice[] {
  const { images, unreadable, unreadableFiles, copies, copiedFiles, doubts } = found;
  const notices: Notice[] = [];
  if (unreadable > 0)
    notices.push({
      code: 'images-unreadable',
      message: `Files that cannot be read: ${countText(unreadable)} of ${countText(images + unreadable)} (${firstOf(
        unreadableFiles.map(({ path, reason }) => `${path}: ${reason}`),
        unreadable,
      )}). Training shows other images in their place.`,
    });
  if (copies > 0)
    notices.push({
      code: 'images-copied',
      message: `Images with the content of others, which are seen more often: ${countText(copies)} of ${countText(images)} (${firstOf(
        copiedFiles.map((group) => group.slice(0, 2).join(' = ')),
        copies,
      )}).`,
    });
  for (const message of doubts) notices.push({ code: 'images-doubtful', message });
  return notices;
}

function firstOf(texts: readonly string[], all: number): string {
  return `${texts.slice(0, NAMED).join('; ')}${all > NAMED ? '; …' : ''}`;
}
