/** The files of the bundled page. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { errorCode } from '../disk/disk.ts';
import { packagedFile } from '../platform/packaged-file.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Whether the name has a content hash, so the content never changes. */
  readonly immutable: boolean;
}

/** @throws StudioError `page-missing` when the page was not bundled */
export function pageFolder(): string {
  try {
    return path.dirname(packagedFile(path.join('out', 'renderer', 'index.html')));
  } catch (cause) {
    throw new StudioError('page-missing', 'The page of the application was not built.', {
      advice: 'Build it with: npm run build',
      cause,
    });
  }
}

/**
 * @param address encoded path of a URL; `/` is the page itself
 * @returns undefined for anything but files of the page
 */
export async function readPageFile(folder: string, address: string): Promise<PageFile | undefined> {
  const relative = safeRelative(address);
  if (relative === undefined) return undefined;
  const type = TYPES[path.extname(relative).toLowerCase()];
  if (type === undefined) return undefined;
  try {
    const bytes = await readFile(path.join(folder, relative));
    return { type, bytes, immutable: relative.startsWith('assets/') };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorCode(error))) return undefined;
    throw error;
  }
}

/** Names have letters, digits, dots, dashes and underscores only, so the path stays inside. */
function safeRelative(address: string): string | undefined {
  if (address === '/') return 'index.html';
  let decoded: string;
  try {
    decoded = decodeURIComponent(address);
  } catch {
    return undefined;
  }
  const parts = decoded.split('/').slice(1);
  const fine = decoded.startsWith('/') && parts.every((part) => /^[\w-][\w.-]*$/.test(part));
  return fine ? parts.join('/') : undefined;
}
