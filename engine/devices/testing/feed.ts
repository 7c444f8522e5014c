/** A local NuGet feed with a real package, for tests. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, deflateRawSync } from 'node:zlib';
import { CUDA_PACKAGE } from '../cuda/cuda-files.ts';

const NATIVE = 'runtimes/linux-x64/native/';

/** A .nupkg, which is a zip archive. */
export function makePackage(
  version: string,
  files: Readonly<Record<string, Uint8Array>>,
  id = CUDA_PACKAGE,
): Buffer {
  const nuspec = `<package><metadata><id>${id}</id><version>${version}</version></metadata></package>`;
  const inside = Object.entries(files).map(([name, data]) => [NATIVE + name, data] as const);
  return zipOf([[`${CUDA_PACKAGE}.nuspec`, Buffer.from(nuspec)], ...inside]);
}

/** A zip archive of files by name. */
export function makeZip(files: Readonly<Record<string, Uint8Array>>): Buffer {
  return zipOf(Object.entries(files));
}

/** @source PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16 */
function zipOf(files: readonly (readonly [name: string, data: Uint8Array])[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, data] of files) {
    const packed = deflateRawSync(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    const made = Buffer.from([20, 0]);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02'), made, common, place, Buffer.from(name)]),
    );
    bodies.push(local);
    at += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...bodies, list, Buffer.from('PK\x05\x06'), end]);
}

export interface Feed {
  readonly index: string;
  /** Requested paths, each with its range. */
  readonly asked: string[];
  /** Answers a request for the package; by default with the package or the requested range. */
  answer?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Statements of the catalogue instead of the true ones; none when null. */
  stated?: { readonly bytes?: number; readonly sha512?: string } | null;
  close(): Promise<void>;
}

export async function openFeed(version: string, content: Buffer): Promise<Feed> {
  const server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const id = CUDA_PACKAGE.toLowerCase();
  const feed: Feed = {
    index: `${base}/v3/index.json`,
    asked: [],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const documents = (): Record<string, unknown> => ({
    '/v3/index.json': {
      resources: [
        { '@type': 'PackageBaseAddress/3.0.0', '@id': `${base}/flat/` },
        { '@type': 'RegistrationsBaseUrl', '@id': `${base}/registrations` },
      ],
    },
    ...(feed.stated === null
      ? {}
      : {
          [`/registrations/${id}/${version}.json`]: { catalogEntry: `${base}/catalogue/1.json` },
          '/catalogue/1.json': {
            packageSize: feed.stated?.bytes ?? content.length,
            packageHashAlgorithm: 'SHA512',
            packageHash:
              feed.stated?.sha512 ?? createHash('sha512').update(content).digest('base64'),
          },
        }),
  });
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { url = '', headers, method } = request;
    const isPackage = url === `/flat/${id}/${version}/${id}.${version}.nupkg`;
    if (method === 'GET') feed.asked.push(`${url.split('/').at(-1)} ${headers.range ?? ''}`.trim());
    const document = documents()[url];
    if (isPackage && method === 'GET' && feed.answer !== undefined) feed.answer(request, response);
    else if (document !== undefined) {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
    } else if (isPackage) {
      const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
      response.statusCode = start > 0 ? 206 : 200;
      response.setHeader('content-length', content.length - start).end(content.subarray(start));
    } else response.writeHead(404).end();
  };
  return feed;
}
