/** Downloads of results through the browser: a file as it is, a folder as a tar archive. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import { StudioError } from '../contract/errors.ts';
import { errorCode } from '../disk/disk.ts';
import { checkPath } from './confine.ts';
import { sendHead } from './respond.ts';

/**
 * Send a file or folder of the workspace. Other roots can be listed but not downloaded.
 *
 * @throws StudioError `path-invalid`, `path-outside-roots`, `file-missing`
 */
export async function sendDownload(
  response: ServerResponse,
  target: string,
  workspace: string,
): Promise<void> {
  const limits = { roots: [workspace], workspace };
  await checkPath(target, limits);
  const real = await realpath(target).catch(missing(target));
  // The resolved path, which is the one that is read, is checked as well: a link may have changed.
  await checkPath(real, limits);
  const found = await stat(real).catch(missing(target));
  if (!found.isFile() && !found.isDirectory()) throw notAFile(target);
  const name = path.basename(target);
  if (found.isFile()) {
    sendHead(response, 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': found.size,
      'Content-Disposition': attachment(name),
    });
    if (response.req.method === 'HEAD' || found.size === 0) response.end();
    // Only the announced length is sent, even if the file is a log that grows meanwhile.
    else await streamTo(response, createReadStream(real, { end: found.size - 1 }));
    return;
  }
  sendHead(response, 200, {
    'Content-Type': 'application/x-tar',
    'Content-Disposition': attachment(`${name}.tar`),
  });
  if (response.req.method === 'HEAD') response.end();
  else {
    const archive = create({ cwd: path.dirname(real), portable: true }, [
      `./${path.basename(real)}`,
    ]);
    await streamTo(response, archive as unknown as Readable);
  }
}

/** The browser may cancel at any time; a read error closes the connection. */
async function streamTo(response: ServerResponse, source: Readable): Promise<void> {
  await pipeline(source, response).catch(() => response.destroy());
}

/** The name in ASCII for every browser, and in full for those that support RFC 8187. */
function attachment(name: string): string {
  const plain = name.replaceAll(/[^\w. -]/g, '_');
  const full = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}

function missing(target: string): (error: unknown) => never {
  return (error) => {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG'].includes(errorCode(error)))
      throw notAFile(target);
    throw error;
  };
}

function notAFile(target: string): StudioError {
  return new StudioError('file-missing', `There is no file ${target} that can be read.`, {
    advice: 'It may have been moved or deleted; look at the folder again.',
  });
}
