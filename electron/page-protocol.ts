/** The protocol `app://studio/` for the files of the page and the images of data sets, with security headers. */

import { protocol, type Session } from 'electron';
import { toStudioError } from '../engine/contract/errors.ts';
import { IMAGE_SIDE, type StudioHost } from '../engine/contract/studio/host.ts';
import { readPictureView } from '../engine/contract/studio/picture-view.ts';
import { SECURITY_HEADERS } from '../engine/contract/studio/security.ts';
import { readPageFile } from '../engine/studio/page-files.ts';
import { ORIGIN, REPORT_PATH, SCHEME } from './channels.ts';
import { printedReport } from './printed-reports.ts';

/** Call this before the application is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** @param folder folder of the bundled page */
export function servePage(session: Session, folder: string, studio: () => StudioHost): void {
  session.protocol.handle(SCHEME, (request) => answer(request, folder, studio()));
}

async function answer(request: Request, folder: string, studio: StudioHost): Promise<Response> {
  // URLs of this scheme are normalised before they arrive, so the raw text is checked as well.
  const raw = request.url;
  if (!raw.startsWith(`${ORIGIN}/`)) return plain(404, 'Nothing here.');
  if (request.method !== 'GET') return plain(405, 'Only GET requests are supported.');
  const url = new URL(raw);
  if (url.pathname === '/image') return picture(url, studio);
  if (url.pathname === REPORT_PATH) return report(url);
  const file = await readPageFile(folder, raw.slice(ORIGIN.length).split(/[?#]/, 1)[0]!);
  if (file === undefined) return plain(404, 'Nothing here.');
  return respond(200, file.type, file.bytes);
}

async function picture(url: URL, studio: StudioHost): Promise<Response> {
  const side = Number(url.searchParams.get('side'));
  const path = url.searchParams.get('path') ?? '';
  const { least, most } = IMAGE_SIDE;
  if (!Number.isInteger(side) || side < least || side > most || path === '')
    return plain(422, `A picture needs a path and a side of ${least} to ${most}.`);
  try {
    const view = readPictureView(url.searchParams.get('view') ?? '');
    const { type, bytes } = await studio.readImage(path, side, view);
    return respond(200, type, bytes);
  } catch (error) {
    return plain(422, toStudioError(error).message);
  }
}

function report(url: URL): Response {
  const html = printedReport(url.searchParams.get('id') ?? '');
  if (html === undefined) return plain(404, 'Nothing here.');
  return respond(200, 'text/html; charset=utf-8', html);
}

function plain(status: number, text: string): Response {
  return respond(status, 'text/plain; charset=utf-8', text);
}

function respond(status: number, type: string, body: Uint8Array | string): Response {
  const bytes = typeof body === 'string' ? body : new Uint8Array(body);
  return new Response(bytes, {
    status,
    headers: { ...SECURITY_HEADERS, 'Content-Type': type, 'Cache-Control': 'no-store' },
  });
}
