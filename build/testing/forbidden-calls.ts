// Find system calls that break the promise that nothing leaves the machine, and writes outside
// allowed folders. Each fault is one line that names the process and the call.
import path from 'node:path';
import { quotedIn, type SystemCall } from './system-calls.ts';

/** Services of the machine that look up names in the network. */
const NAME_SERVICES = /^(\/var)?\/run\/(nscd\/|systemd\/resolve\/|avahi-daemon\/)/;
/** DNS, DNS over TLS and multicast DNS; also on loopback, where a resolver may forward requests. */
const NAME_PORTS = new Set([53, 853, 5353]);
const LOCAL_FAMILIES = new Set(['AF_UNIX', 'AF_NETLINK', 'AF_INET', 'AF_INET6', 'AF_UNSPEC']);
/**
 * Files that are read to look up a name. Node reads resolv.conf whenever it opens a server, so that
 * is not listed.
 */
const NAME_FILES = new Set(['/etc/hosts']);

/** All calls that contact, or may contact, other machines. */
export function networkFaults(calls: readonly SystemCall[]): string[] {
  return unique(calls.flatMap((call) => networkFault(call).map((what) => `${who(call)}: ${what}`)));
}

function networkFault({ name, text, result }: SystemCall): string[] {
  if (name === 'socket') {
    const family = /^(?:AF|PF)_\w+/.exec(text)?.[0] ?? text.split(',')[0];
    if (!LOCAL_FAMILIES.has(family!)) return [`socket of ${family}`];
    return /SOCK_RAW/.test(text) && family !== 'AF_NETLINK' ? [`raw socket of ${family}`] : [];
  }
  if (name === 'io_uring_setup' && /^\d+$/.test(result))
    return ['io_uring, through which calls cannot be seen'];
  if (name.startsWith('open')) {
    const file = quotedIn(text)[0];
    return NAME_FILES.has(file!) ? [`look-up of a name (${file})`] : [];
  }
  if (!['connect', 'bind', 'sendto', 'sendmsg', 'sendmmsg'].includes(name)) return [];
  const service = /sun_path="([^"]*)"/.exec(text)?.[1];
  // Requests for users and groups use the same socket, so only an existing service counts.
  if (service !== undefined)
    return NAME_SERVICES.test(service) && result === '0' && name === 'connect'
      ? [`connect to ${service}`]
      : [];
  return addressesIn(text)
    .filter(({ host, port }) => !isLoopback(host) || (NAME_PORTS.has(port) && name !== 'bind'))
    .map(({ host, port }) => `${name} ${host} port ${port}`);
}

/** Internet addresses in a call's arguments. */
export function addressesIn(text: string): { host: string; port: number }[] {
  const v4 = /sin_port=htons\((\d+)\), sin_addr=(?:inet_addr\("([^"]+)"\)|htonl\((\w+)\))/g;
  const v6 = /sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([^"]+)"/g;
  const named: Readonly<Record<string, string>> = {
    INADDR_ANY: '0.0.0.0',
    INADDR_LOOPBACK: '127.0.0.1',
  };
  return [...text.matchAll(v4), ...text.matchAll(v6)].map(([, port, host, constant]) => ({
    host: host ?? named[constant!] ?? constant!,
    port: Number(port),
  }));
}

function isLoopback(host: string): boolean {
  return /^(127\.|::1$|::ffff:127\.)/.test(host);
}

/** Flags of an `open` that may write. */
const WRITES = /\bO_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)\b/;
/** Errors of writes that were refused. */
const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS']);
/** Devices and process information are not files. Shared memory is. */
const NOT_FILES = /^\/dev\/(?!shm\/)|^\/proc\/(self|\d+)\//;

/** Files outside the allowed folders that were created, changed or removed. */
export function writeFaults(calls: readonly SystemCall[], allowed: readonly string[]): string[] {
  const isAllowed = (file: string, name: string) =>
    NOT_FILES.test(file) ||
    allowed.some((folder) => file === folder || file.startsWith(folder + path.sep)) ||
    // Parents of an allowed folder may be created.
    (name.startsWith('mkdir') && allowed.some((folder) => folder.startsWith(file + path.sep)));
  return unique(
    calls.flatMap((call) => {
      if (!/^\d+$/.test(call.result) && !REFUSED.has(call.result)) return [];
      return written(call)
        .filter((file) => !isAllowed(file, call.name))
        .map((file) => `${who(call)}: ${call.name} ${file}`);
    }),
  );
}

/** Absolute paths of the files that a call writes. */
function written({ name, text, cwd }: SystemCall): string[] {
  if (/^open(at2?)?$/.test(name)) return WRITES.test(text) ? pathsIn(text, cwd).slice(0, 1) : [];
  if (name === 'bind') {
    const file = /sun_path="([^"]*)"/.exec(text)?.[1];
    return file === undefined ? [] : [path.resolve(cwd, file)];
  }
  if (/^symlink/.test(name)) return pathsIn(text, cwd).slice(-1);
  if (/^link/.test(name)) return pathsIn(text, cwd).slice(-1);
  const changes = /^(creat|mkdir|mknod|rename|truncate|unlink|rmdir|chmod|fchmodat)/;
  return changes.test(name) ? pathsIn(text, cwd) : [];
}

/** Each quoted path relative to the folder before it (`AT_FDCWD</a>`, `5</b>`), or to `cwd`. */
function pathsIn(text: string, cwd: string): string[] {
  const found: string[] = [];
  const PATHS = /(?:(?:AT_FDCWD|\d+)(?:<([^>]*)>)?, )?("(?:[^"\\]|\\.)*")/g;
  for (const [, base, quoted] of text.matchAll(PATHS))
    found.push(path.resolve(base ?? cwd, quotedIn(quoted!)[0]!));
  return found;
}

function who({ program, pid }: SystemCall): string {
  return `${program} [${pid}]`;
}

/** The lines without duplicates. */
function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
