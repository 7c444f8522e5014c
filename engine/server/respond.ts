/** Answers of the server: every one carries the same protection. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ErrorCode } from '../contract/error-codes.ts';
import { toStudioError } from '../contract/errors.ts';
import { SECURITY_HEADERS } from '../contract/studio/security.ts';

/** The head of an answer whose body the caller sends. */
export function begin(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'Cache-Control': 'no-store', ...headers });
}

export function send(
  response: ServerResponse,
  status: number,
  body: { readonly type: string; readonly bytes: Uint8Array | string },
  headers: OutgoingHttpHeaders = {},
): void {
  begin(response, status, {
    'Content-Type': body.type,
    'Content-Length': Buffer.byteLength(body.bytes),
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body.bytes);
}

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  'call-invalid': 400,
  'path-invalid': 400,
  'image-not-in-dataset': 403,
  'path-outside-roots': 403,
  'file-missing': 404,
  internal: 500,
};

export function sendError(response: ServerResponse, thrown: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const error = toStudioError(thrown);
  const bytes = JSON.stringify(error.toJSON());
  send(response, STATUS[error.code] ?? 422, { type: 'application/json', bytes });
}

/** A page in words, for people who are not in. The words are ours, never the request's. */
export function sendMessage(
  response: ServerResponse,
  status: number,
  title: string,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const bytes = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width"><title>${title}</title><body style="font-family:system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;line-height:1.5"><main><h1>${title}</h1><p>${text}</p></main></body></html>`;
  send(response, status, { type: 'text/html; charset=utf-8', bytes }, headers);
}
