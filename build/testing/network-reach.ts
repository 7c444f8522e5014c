// Find files of a package that could open a connection, without running them: by names of system
// functions and services in native files, and of modules and functions in scripts.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { filesUnder, targetOf } from '../check-package.ts';

/**
 * Files that could open connections, by what, and why they do not by themselves. Another file or
 * function must be examined before it ships: whether it contacts anything by itself, and how to
 * disable that.
 */
export const KNOWN_REACH: readonly {
  readonly files: RegExp;
  readonly by: readonly string[];
  readonly why: string;
}[] = [
  {
    files:
      /\/(lerc\/LercDecode\.es|codec-openjpeg\/dist\/openjpegwasm_decode|libheif-js\/libheif-wasm\/libheif)\.js$/,
    by: ['fetch'],
    why: 'Emscripten loads WebAssembly by fetch in browsers; in Node it is read from the file.',
  },
  {
    files: /(^|\/)libonnxruntime\.(so\.1|1(\.[\d.]+)?\.dylib)$/,
    by: ['OneCollector', 'events.data.', 'connect', 'getaddrinfo', 'NSURLSession'],
    why: 'Its telemetry is switched off by engine/platform/quiet-environment.ts.',
  },
  {
    files: /(^|\/)libvips-cpp\.[\w.]+$/,
    by: ['getaddrinfo'],
    why: 'It brings GLib with its sockets; libvips is given bytes and paths and opens no addresses.',
  },
  {
    files: /^node\/(bin\/)?node(\.exe)?$/,
    by: [
      'SSL_connect',
      'WSAStartup',
      'WSAConnect',
      'WS2_32',
      'ws2_32',
      'DNSAPI',
      'dnsapi',
      'connect',
      'getaddrinfo',
      'gethostbyname',
      'sendto',
      'WINHTTP',
      'winhttp',
    ],
    why: 'Node contacts what the scripts below tell it to.',
  },
  {
    files: /out\/engine\/server\//,
    by: ['net', 'http', 'https'],
    why: 'The server waits for connections and opens none.',
  },
  {
    files: /out\/engine\/collectives\/watch\/watch-worker\.js$/,
    by: ['net'],
    why: 'Ranks that a launcher of MPI has started give signs of life to the first one.',
  },
  {
    files: /out\/engine\/devices\/cuda\/nuget\.js$/,
    by: ['fetch'],
    why: '`conmim setup cuda` fetches files when it is asked to.',
  },
  {
    files: /out\/engine\/features\/image-batches\.js$/,
    by: ['fetch'],
    why: 'A function of its own by this name.',
  },
  {
    files: /out\/renderer\/assets\/[\w.-]+\.js$/,
    by: ['fetch', 'WebSocket'],
    why: 'The page speaks to where it comes from; its policy forbids everything else.',
  },
  {
    files: /node_modules\/ws\/lib\//,
    by: ['net', 'tls', 'http', 'https', 'WebSocket'],
    why: 'The server’s side of its socket.',
  },
  {
    files: /node_modules\/systeminformation\/lib\/(dockerSocket|util)\.js$/,
    by: ['net', 'http', 'https'],
    why: 'Of its functions only that which describes graphics cards is called.',
  },
  {
    files: /node_modules\/(node-fetch|global-agent)\//,
    by: ['net', 'tls', 'http', 'https', 'fetch'],
    why: 'Dependencies that load models from addresses and fetch files at install; neither is done here.',
  },
  {
    files: /node_modules\/@tensorflow\/tfjs-[\w-]+\/(dist|wasm-out)\//,
    by: ['fetch', 'importScripts'],
    why: 'TensorFlow.js can load networks from addresses and is given none; its own files are read from disk.',
  },
  {
    files: /node_modules\/zstddec\/dist\/zstddec(-stream)?\.mjs$/,
    by: ['fetch'],
    why: 'It compiles its WebAssembly from a `data:` address, which opens no connection.',
  },
  {
    files: /node_modules\/hyparquet\//,
    by: ['fetch'],
    why: 'It can read tables from addresses and is given bytes.',
  },
];

/** Unknown entries of a package's reach, one line each. @param reach from `reachOf` */
export function unknownReach(reach: ReadonlyMap<string, readonly string[]>): string[] {
  return [...reach].flatMap(([name, by]) => {
    const known = KNOWN_REACH.filter(({ files }) => files.test(name)).flatMap((entry) => entry.by);
    const unknown = by.filter((word) => !known.includes(word));
    return unknown.length === 0 ? [] : [`${name} could open connections by ${unknown.join(', ')}`];
  });
}

/**
 * Names of functions in native files end with a zero byte; on macOS they begin with an underscore.
 */
const FUNCTIONS = [
  'getaddrinfo',
  'gethostbyname',
  'gethostbyname_r',
  'res_query',
  'res_nquery',
  'connect',
  'sendto',
  'curl_easy_perform',
  'curl_easy_init',
  'SSL_connect',
  'io_uring_queue_init',
  'WSAConnect',
  'WSAStartup',
  'InternetOpenA',
  'InternetOpenW',
  'WinHttpOpen',
  'HttpOpenRequestA',
  'CFStreamCreatePairWithSocketToHost',
  'nw_connection_create',
];
const NATIVE = new RegExp(
  `(?<![A-Za-z0-9_$])_?(${FUNCTIONS.join('|')})(?=\\0|@)|(NSURLSession|NSURLConnection)|\\b(WS2_32|ws2_32|WINHTTP|winhttp|WININET|wininet|DNSAPI|dnsapi)(?=\\.(?:dll|DLL)\\0)|(OneCollector|events\\.data\\.|applicationinsights|google-analytics|sentry\\.io)`,
  'g',
);

/** Distinct names in a native file that concern connections. */
export function nativeReach(bytes: Buffer): string[] {
  const text = bytes.toString('latin1');
  const found = [...text.matchAll(NATIVE)].map((match) => match.slice(1).find(Boolean)!);
  return [...new Set(found)].sort();
}

const MODULES = ['net', 'tls', 'http', 'https', 'http2', 'dgram', 'dns', 'dns/promises', 'undici'];
const IMPORTED = new RegExp(
  `(?:from|import|require\\w*)\\s*\\(?\\s*['"\`](?:node:)?(${MODULES.join('|')})['"\`]`,
  'g',
);
const CALLED =
  /\b(fetch|XMLHttpRequest|WebSocket|EventSource|RTCPeerConnection|WebTransport|sendBeacon|importScripts)\s*\(/g;

/** The same for a script. */
export function scriptReach(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
  const found = [...code.matchAll(IMPORTED), ...code.matchAll(CALLED)].map(([, name]) => name!);
  return [...new Set(found)].sort();
}

/** Files of a folder that could open connections, each with the names found. */
export async function reachOf(folder: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const name of (await filesUnder(folder)).keys()) {
    const file = path.join(folder, name);
    const isScript = /\.[cm]?js$/.test(name);
    if (!isScript && (await targetOf(file)) === undefined && !name.endsWith('.wasm')) continue;
    const bytes = await readFile(file);
    const reach = isScript ? scriptReach(bytes.toString('utf8')) : nativeReach(bytes);
    if (reach.length > 0) found.set(name, reach);
  }
  return found;
}
