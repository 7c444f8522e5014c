/** What the studio has made, taken away through the browser: a file as it is, a folder as a tar archive. */
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
import { begin } from './respond.ts';

/**
 * Only of the workspace: whoever can list a root need not be able to copy all that is in it.
 *
 * @throws StudioError `path-invalid`, `path-outside-roots`, `file-missing`
 */
export async function sendDownload(
  response: ServerResponse,
  target: string,
  workspace: string,
): Promise<void> {
  const limits = { roots: [workspace], workspace };
  checkPath(target, limits);
  const real = await realpath(target).catch(missing(target));
  // Once more, and this is what is read: a link may have changed meanwhile.
  checkPath(real, limits);
  const found = await stat(real).catch(missing(target));
  if (!found.isFile() && !found.isDirectory()) throw notAFile(target);
  const name = path.basename(target);
  if (found.isFile()) {
    begin(response, 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': found.size,
      'Content-Disposition': attachment(name),
    });
    if (response.req.method === 'HEAD' || found.size === 0) response.end();
    // Exactly what was announced, also of a log that grows meanwhile.
    else await flow(createReadStream(real, { end: found.size - 1 }), response);
    return;
  }
  begin(response, 200, {
    'Content-Type': 'application/x-tar',
    'Content-Disposition': attachment(`${name}.tar`),
  });
  if (response.req.method === 'HEAD') response.end();
  else {
    const archive = create({ cwd: path.dirname(real), portable: true }, [
      `./${path.basename(real)}`,
    ]);
    await flow(archive as unknown as Readable, response);
  }
}

/** The browser may stop it at any time; a disk that fails midway breaks the connection off. */
async function flow(source: Readable, response: ServerResponse): Promise<void> {
  await pipeline(source, response).catch(() => response.destroy());
}

/** The name for every browser, and in full for those that read RFC 8187. */
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
