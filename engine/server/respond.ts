/** Answers of the server: every one carries the same protection. */
import type { ServerResponse } from 'node:http';
import { type StudioError, toStudioError } from '../contract/errors.ts';
import { SECURITY_HEADERS } from '../contract/studio/security.ts';

export function send(
  response: ServerResponse,
  status: number,
  body: { readonly type: string; readonly bytes: Uint8Array | string },
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'Cache-Control': 'no-store',
    'Content-Type': body.type,
    'Content-Length': Buffer.byteLength(body.bytes),
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body.bytes);
}

const STATUS: Readonly<Record<string, number>> = {
  'image-not-in-dataset': 403,
  'path-outside-roots': 403,
  'image-missing': 404,
  'not-found': 404,
};

export function sendError(response: ServerResponse, thrown: unknown): void {
  const error: StudioError = toStudioError(thrown);
  const status = STATUS[error.code] ?? (error.code === 'internal' ? 500 : 422);
  send(response, status, { type: 'application/json', bytes: JSON.stringify(error.toJSON()) });
}

/** A page in words, for people who are not in. */
export function sendMessage(
  response: ServerResponse,
  status: number,
  title: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width"><title>${title}</title><body style="font-family:system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;line-height:1.5"><h1>${title}</h1><p>${text}</p></body></html>`;
  send(response, status, { type: 'text/html; charset=utf-8', bytes }, headers);
}
