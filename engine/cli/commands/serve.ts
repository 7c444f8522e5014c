import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import { type Arguments, type Command, usageError } from '../command.ts';
import type { Host } from '../host.ts';
import { RUN_OPTIONS, workspaceOf } from '../training.ts';

const PORT = 7860;
/** Of a token that others on a network might guess at. */
const LEAST_TOKEN_CHARACTERS = 24;

export const command: Command = {
  name: 'serve',
  summary: 'The application in a browser, for this machine or one without a screen.',
  positionals: [],
  options: {
    workspace: RUN_OPTIONS.workspace,
    root: {
      type: 'string',
      multiple: true,
      value: 'DIR',
      help: 'A folder that the browser may name. May be repeated (default the home folder and the workspace).',
    },
    host: { type: 'string', value: 'ADDRESS', help: 'Where to listen (default 127.0.0.1).' },
    port: { type: 'string', value: 'N', help: `The port (default ${PORT}; 0 takes a free one).` },
    token: { type: 'string', value: 'TEXT', help: 'What to log in with (default a new one).' },
    'token-file': { type: 'string', value: 'FILE', help: 'A file that holds the token.' },
    'tls-cert': { type: 'string', value: 'FILE', help: 'Certificate for https, PEM.' },
    'tls-key': { type: 'string', value: 'FILE', help: 'Its private key, PEM.' },
    'server-name': {
      type: 'string',
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
    const { isLoopback, startServer } = await import('../../server/server.ts');
    const { newToken } = await import('../../server/sessions.ts');
    const { openStudio } = await import('../../studio/studio.ts');
    const address = args.text('host') ?? '127.0.0.1';
    const given = readToken(args, host);
    const tls = readTls(args, host);
    if (!isLoopback(address)) {
      if (given === undefined || given.length < LEAST_TOKEN_CHARACTERS)
        throw usageError(
          `--host ${address} opens the application to the network; give a --token or --token-file of at least ${LEAST_TOKEN_CHARACTERS} characters.`,
        );
      out.note(`Warning: everyone who reaches ${address} and has the token can read the roots.`);
      if (tls === undefined)
        out.note('Warning: without --tls-cert and --tls-key the token can be read on the way.');
    }
    const workspace = workspaceOf(args, host);
    const asked = args.texts('root').map((root) => path.resolve(host.cwd, root));
    const roots = [...(asked.length > 0 ? asked : [os.homedir()]), workspace];
    const token = given ?? newToken();
    const studio = await openStudio({ workspace, roots, host: 'server' });
    try {
      const server = await startServer({
        ...{ studio, roots, host: address, token, names: args.texts('server-name') },
        port: args.integer('port', 0) ?? PORT,
        ...(tls === undefined ? {} : { tls }),
      });
      const url = `${server.url}/login?token=${encodeURIComponent(token)}`;
      out.record({ type: 'serve', url, workspace, roots });
      out.result(`Open this link in a browser:\n\n  ${url}\n`);
      out.note(`Workspace ${workspace}\nThe page may name: ${roots.join(', ')}\nCtrl-C ends it.`);
      await untilAsked();
      await server.close();
      out.note('Ended. Training that is under way goes on by itself.');
    } finally {
      await studio.close();
    }
  },
};

/** The terminal or the system asks for the end. */
function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function readToken(args: Arguments, host: Host): string | undefined {
  const file = args.text('token-file');
  const token = args.text('token');
  if (file !== undefined && token !== undefined)
    throw usageError('--token and --token-file exclude each other.');
  return file === undefined ? token : readText(file, host, 'token').toString('utf8').trim();
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
