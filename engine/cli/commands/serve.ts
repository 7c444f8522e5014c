import { readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { usageError } from '../../contract/usage-error.ts';
import type { Arguments, Command } from '../command.ts';
import type { Host } from '../host.ts';
import type { Output } from '../output.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

const PORT = 7860;
const MOST_PORT = 65_535;
/** Of a token that others on a network might guess at, and other users of this machine. */
const LEAST_CHARACTERS = 24;
const LEAST_LOCAL_CHARACTERS = 8;

type Text = string | undefined;

export const command: Command = {
  name: 'serve',
  positionals: [],
  options: {
    workspace: RUN_OPTIONS.workspace,
    root: {
      multiple: true,
      value: 'DIR',
      help: 'A folder that the browser may name. May be repeated (default the home folder and the workspace).',
    },
    host: { value: 'ADDRESS', help: 'Where to listen (default 127.0.0.1).' },
    port: { value: 'N', help: `The port (default ${PORT}; 0 takes a free one).` },
    token: { value: 'TEXT', help: 'What to log in with (default a new one).' },
    'token-file': { value: 'FILE', help: 'A file that holds the token.' },
    'tls-cert': { value: 'FILE', help: 'Certificate for https, PEM.' },
    'tls-key': { value: 'FILE', help: 'Its private key, PEM.' },
    'server-name': {
      multiple: true,
      value: 'NAME',
      help: 'A name by which browsers know this machine. May be repeated.',
    },
  },
  examples: [
    'conmim serve',
    'conmim serve --root /data/images --workspace /data/conmim',
    'conmim serve --host 0.0.0.0 --token-file secret.txt --tls-cert cert.pem --tls-key key.pem --server-name gpu-box',
  ],
  async run({ args, out, host }) {
    const { startServer } = await import('../../server/server.ts');
    const { isLoopback } = await import('../../server/address.ts');
    const { newToken } = await import('../../server/sessions.ts');
    const { openStudio } = await import('../../studio/studio.ts');
    const address = args.text('host') ?? '127.0.0.1';
    const port = readPort(args);
    const given = readToken(args, host, out, isLoopback(address));
    const tls = readTls(args, host);
    if (!isLoopback(address)) warnOfNetwork(out, address, given, tls !== undefined);
    const workspace = workspaceOf(args, host);
    const roots = readRoots(args, host, workspace);
    const token = given ?? newToken();
    const studio = await openStudio({ workspace, roots, host: 'server' });
    try {
      const server = await startServer({
        studio,
        limits: { roots, workspace },
        host: address,
        port,
        token,
        names: args.texts('server-name'),
        ...(tls === undefined ? {} : { tls }),
      });
      const ended = untilSignal();
      const url = `${server.url}/login?token=${encodeURIComponent(token)}`;
      out.record({ type: 'serve', url, workspace, roots });
      out.result(`Open this link in a browser:\n\n  ${url}\n`);
      out.note(`Workspace ${workspace}\nThe page may name: ${roots.join(', ')}\nCtrl-C ends it.`);
      await ended;
      await server.close();
      out.note('Ended. Running training continues.');
    } finally {
      await studio.close();
    }
  },
};

/** The terminal or the system asks for the end. A second time ends it at once. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    const end = () => {
      for (const signal of signals) process.off(signal, end);
      resolve();
    };
    for (const signal of signals) process.on(signal, end);
  });
}

function readPort(args: Arguments): number {
  const port = args.integer('port', 0) ?? PORT;
  if (port > MOST_PORT) throw usageError(`--port is ${port}; ports go up to ${MOST_PORT}.`);
  return port;
}

/** Every root must be there: a slip of the pen would else be noticed only in the browser. */
function readRoots(args: Arguments, host: Host, workspace: string): string[] {
  const asked = args.texts('root').map((root) => path.resolve(host.cwd, root));
  for (const root of asked) {
    if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
      throw new StudioError('folder-missing', `There is no folder ${root}.`, {
        advice: 'Check what was given as --root.',
      });
  }
  return [...new Set([...(asked.length > 0 ? asked : [os.homedir()]), workspace])];
}

function readToken(
  args: Arguments,
  host: Host,
  out: Output,
  loopback: boolean,
): string | undefined {
  const file = args.text('token-file');
  const text = args.text('token');
  if (file !== undefined && text !== undefined)
    throw usageError('--token and --token-file exclude each other.');
  if (file === undefined && text === undefined) return undefined;
  const token = text ?? readText(file!, host, 'token').toString('utf8').trim();
  const least = loopback ? LEAST_LOCAL_CHARACTERS : LEAST_CHARACTERS;
  if (token.length < least)
    throw usageError(`The token has ${token.length} characters; it needs at least ${least}.`);
  if (file !== undefined && isReadByOthers(path.resolve(host.cwd, file)))
    out.note(`Warning: other users of this machine can read ${file}; fix it with: chmod 600`);
  return token;
}

function isReadByOthers(file: string): boolean {
  return process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
}

/** @throws StudioError `usage` without a token */
function warnOfNetwork(out: Output, address: string, token: Text, secure: boolean): void {
  if (token === undefined)
    throw usageError(
      `--host ${address} opens the application to the network; give a --token or --token-file of at least ${LEAST_CHARACTERS} characters.`,
    );
  out.note(
    `Warning: whoever reaches ${address} and has the token can use this machine: see images in the roots, start jobs, write and delete results.`,
  );
  if (!secure)
    out.note(
      'Warning: without --tls-cert and --tls-key, the token and all images can be read on the way. An SSH tunnel to 127.0.0.1 needs neither.',
    );
}

function readTls(args: Arguments, host: Host): { cert: Buffer; key: Buffer } | undefined {
  const cert = args.text('tls-cert');
  const key = args.text('tls-key');
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw usageError('--tls-cert and --tls-key belong together.');
  return { cert: readText(cert, host, 'certificate'), key: readText(key, host, 'key') };
}

function readText(file: string, host: Host, what: string): Buffer {
  try {
    return readFileSync(path.resolve(host.cwd, file));
  } catch (cause) {
    throw new StudioError('file-unreadable', `The ${what} ${file} cannot be read.`, {
      advice: 'Check its name and permissions.',
      cause,
    });
  }
}
