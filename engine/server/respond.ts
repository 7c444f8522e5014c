/** Responses of the server; all of them have the same security headers. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ErrorCode } from '../contract/error-codes.ts';
import { toStudioError } from '../contract/errors.ts';
import { SECURITY_HEADERS } from '../contract/studio/security.ts';

/** Send the head of a response; the caller sends the body. */
export function sendHead(
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
  sendHead(response, status, {
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

/** Send a small page with a message. `title` and `text` must not contain parts of the request. */
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
