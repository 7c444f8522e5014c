/** Requests that a browser, or an attacker, sends to a server. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { RunningServer } from '../server.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface Request {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** The certificate to trust, PEM. */
  readonly ca?: Buffer;
}

/** Send a request; the path is not normalised, so that it can be one of an attacker. */
export function ask(
  { url }: RunningServer,
  path: string,
  options: Request = {},
): Promise<HttpAnswer> {
  const { protocol, hostname, port } = new URL(url);
  const { method = 'GET', headers = {}, ca } = options;
  const send = protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = send({ hostname, port, path, method, headers, ca }, (response) => {
      const pieces: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => {
        const bytes = Buffer.concat(pieces);
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, bytes, text: bytes.toString('utf8') });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** @returns the cookie in the form in which browsers send it */
export async function logIn(server: RunningServer, token: string, ca?: Buffer): Promise<string> {
  const path = `/login?token=${encodeURIComponent(token)}`;
  const { headers } = await ask(server, path, ca === undefined ? {} : { ca });
  const [cookie] = headers['set-cookie'] ?? [];
  if (cookie === undefined) throw new Error('The log-in gave no cookie.');
  return cookie.split(';')[0]!;
}

/** Open a WebSocket; without other `headers`, as a page of the server does. */
export function openSocket(
  { url }: RunningServer,
  headers: Record<string, string>,
  path = '/api',
): Promise<WebSocket> {
  const opened = new WebSocket(url.replace(/^http/, 'ws') + path, { headers });
  return new Promise((resolve, reject) => {
    opened.once('open', () => resolve(opened));
    opened.once('error', reject);
  });
}

/** Send a message and wait for the next one; rejects with the close code when the socket closes. */
export function exchange(
  socket: WebSocket,
  message: string | Buffer,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const closed = (code: number) => reject(new Error(`closed ${code}`));
    socket.once('close', closed);
    socket.once('message', (data) => {
      socket.off('close', closed);
      resolve(JSON.parse(String(data)));
    });
    socket.send(message);
  });
}

/**
 * A proxy to the server with limited bandwidth.
 *
 * @param bytesPerSecond bandwidth towards the browser
 */
export async function slowLine(
  { url }: RunningServer,
  bytesPerSecond: number,
): Promise<RunningServer> {
  const ends = new Set<Socket>();
  const line = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    near.pipe(far);
    far.on('data', (piece) => {
      near.write(piece);
      far.pause();
      setTimeout(() => far.resume(), (piece.length / bytesPerSecond) * 1000);
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(one);
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(line.address() as AddressInfo).port}`,
    async close() {
      for (const end of ends) end.destroy();
      await new Promise((resolve) => line.close(resolve));
    },
  };
}
