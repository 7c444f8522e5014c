/**
 * A package of a NuGet feed: its address, size and checksum, and its download.
 *
 * @source https://learn.microsoft.com/nuget/api/overview (service index, package base address,
 *   registrations, catalogue)
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { cancelled, StudioError } from '../../contract/errors.ts';
import { asDiskError } from '../../disk/disk.ts';

export const NUGET_INDEX = 'https://api.nuget.org/v3/index.json';

export interface FeedPackage {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  readonly bytes: number;
  /** Base64, as stated by NuGet; undefined without a statement. */
  readonly sha512?: string;
}

export interface FetchOptions {
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * @param index address of the feed's service index
 * @throws StudioError `package-unreachable`, `package-unknown`
 */
export async function findPackage(
  name: string,
  version: string,
  { index = NUGET_INDEX, signal }: { index?: string | undefined; signal?: AbortSignal | undefined },
): Promise<FeedPackage> {
  const services = await askJson(index, signal);
  const serviceOf = (type: string) => {
    const resources = (services?.['resources'] ?? []) as readonly Record<string, unknown>[];
    const address = resources.find((one) => one['@type'] === type)?.['@id'];
    return typeof address === 'string' ? address.replace(/\/?$/, '/') : undefined;
  };
  const base = serviceOf('PackageBaseAddress/3.0.0');
  if (base === undefined) throw unreachable(index, 'it offers no packages');
  const [id, at] = [name.toLowerCase(), version.toLowerCase()];
  const url = `${base}${id}/${at}/${id}.${at}.nupkg`;
  const head = await request(url, { method: 'HEAD', signal });
  if (head.status === 404) throw unknownPackage(name, version, index);
  if (!head.ok) throw unreachable(url, `it answers ${head.status}`);
  const stated = await statedFacts(serviceOf('RegistrationsBaseUrl'), id, at, signal);
  const bytes = Number(head.headers.get('content-length') ?? stated.bytes ?? 0);
  if (stated.bytes !== undefined && stated.bytes !== bytes)
    throw unreachable(url, `it offers ${bytes} bytes where the catalogue states ${stated.bytes}`);
  if (bytes === 0) throw unreachable(url, 'it does not say how large the package is');
  const { sha512 } = stated;
  return { name, version, url, bytes, ...(sha512 === undefined ? {} : { sha512 }) };
}

/**
 * Download a package to a file. A partial file of an earlier attempt is continued where the server
 * supports that.
 *
 * @throws StudioError `package-unreachable`, `package-cut-off`, `package-damaged`, `disk-full`; a
 *   partial file remains unless it is damaged
 */
export async function fetchPackage(
  found: FeedPackage,
  file: string,
  { onProgress, signal }: FetchOptions = {},
): Promise<void> {
  let done = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (done > found.bytes) done = 0;
  if (done < found.bytes) {
    const headers: Record<string, string> = done > 0 ? { range: `bytes=${done}-` } : {};
    const answer = await request(found.url, { headers, signal });
    // Without support of ranges, or with an unfit partial file, the server sends everything.
    if (answer.status !== 206) done = 0;
    if (!answer.ok || answer.body === null)
      throw unreachable(found.url, `it answers ${answer.status}`);
    await append(file, done, answer.body, found, onProgress);
  }
  await verify(found, file);
}

async function append(
  file: string,
  from: number,
  body: AsyncIterable<Uint8Array>,
  { url, bytes }: FeedPackage,
  onProgress: FetchOptions['onProgress'],
): Promise<void> {
  const handle = await open(file, from > 0 ? 'r+' : 'w');
  let done = from;
  try {
    for await (const piece of cutOff(body, url)) {
      await handle.write(piece, 0, piece.length, done);
      done += piece.length;
      onProgress?.({ done, total: bytes });
      if (done > bytes) break;
    }
    await handle.sync();
  } catch (error) {
    throw asDiskError(error, file);
  } finally {
    await handle.close();
  }
  if (done < bytes) throw cutOffAt(url, done, bytes);
}

/** The pieces of an answer. An early end is an error of the network, not of the disk. */
async function* cutOff(body: AsyncIterable<Uint8Array>, url: string) {
  try {
    yield* body;
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'AbortError') throw cancelled();
    throw cutOffAt(url, undefined, undefined, cause);
  }
}

/** @throws StudioError `package-damaged`, after removing the file */
async function verify({ bytes, sha512, url }: FeedPackage, file: string): Promise<void> {
  const { size } = await stat(file);
  const found = sha512 === undefined ? undefined : await sha512Of(file);
  if (size === bytes && found === sha512) return;
  await rm(file, { force: true });
  throw new StudioError(
    'package-damaged',
    `What came from ${url} is not the package that NuGet states.`,
    {
      advice:
        'Try again. If it happens again, something between this machine and NuGet changes files.',
      details: { bytes: size, statedBytes: bytes, sha512: found, statedSha512: sha512 },
    },
  );
}

/** Base64. */
export async function sha512Of(file: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  return hash.digest('base64');
}

/** Size and checksum from the catalogue, which not every feed has. */
async function statedFacts(
  registrations: string | undefined,
  id: string,
  version: string,
  signal: AbortSignal | undefined,
): Promise<{ bytes?: number; sha512?: string }> {
  if (registrations === undefined) return {};
  const leaf = await askJson(`${registrations}${id}/${version}.json`, signal);
  const entry = leaf?.['catalogEntry'];
  const stated = typeof entry === 'string' ? await askJson(entry, signal) : undefined;
  const { packageSize: bytes, packageHash: hash, packageHashAlgorithm: kind } = stated ?? {};
  return {
    ...(typeof bytes === 'number' ? { bytes } : {}),
    ...(typeof hash === 'string' && kind === 'SHA512' ? { sha512: hash } : {}),
  };
}

/** @returns undefined if the address does not exist */
async function askJson(
  url: string,
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown> | undefined> {
  const answer = await request(url, { signal });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw unreachable(url, `it answers ${answer.status}`);
  try {
    return (await answer.json()) as Record<string, unknown>;
  } catch (cause) {
    throw unreachable(url, 'its answer is no JSON', cause);
  }
}

interface FeedRequest {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly signal: AbortSignal | undefined;
}

async function request(url: string, { signal, ...options }: FeedRequest): Promise<Response> {
  try {
    return await fetch(url, { ...options, ...(signal === undefined ? {} : { signal }) });
  } catch (cause) {
    if (signal?.aborted) throw cancelled();
    const why =
      cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : cause;
    throw unreachable(url, String(why), cause);
  }
}

const ELSEWHERE =
  'Try again later, or fetch the package on another machine and give it with --from FILE.';

function unreachable(url: string, why: string, cause?: unknown): StudioError {
  return new StudioError('package-unreachable', `${url} cannot be reached: ${why}.`, {
    advice: ELSEWHERE,
    details: { url },
    cause,
  });
}

function unknownPackage(name: string, version: string, index: string): StudioError {
  return new StudioError('package-unknown', `${new URL(index).host} has no ${name} ${version}.`, {
    advice: 'This version of the program and NuGet do not fit; use webgpu.',
    details: { name, version, index },
  });
}

function cutOffAt(url: string, done?: number, bytes?: number, cause?: unknown): StudioError {
  const where = done === undefined ? '' : ` after ${done} of ${bytes} bytes`;
  return new StudioError('package-cut-off', `The connection to ${url} was cut off${where}.`, {
    advice: 'Give the same command again: it resumes where it was cut off.',
    cause,
  });
}
