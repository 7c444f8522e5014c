/**
 * The one error type that crosses process and network boundaries unchanged.
 *
 * `code` is stable and machine-readable; `message` is one sentence for people that names the thing;
 * `advice` is the next step; `details` carries data. All of them stay small, whatever was wrong.
 */
import { shorten, shortenData } from './shorten.ts';

/** Characters of a sentence. */
const MOST_CHARACTERS = 4000;
/** Characters of details, where they leave the process. */
const MOST_DETAILS = 20_000;

export class StudioError extends Error {
  readonly code: string;
  readonly advice: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { advice?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(
      shorten(message, MOST_CHARACTERS),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'StudioError';
    this.code = code;
    const { advice } = options;
    this.advice = advice === undefined ? undefined : shorten(advice, MOST_CHARACTERS);
    this.details = options.details ?? {};
  }

  toJSON(): ErrorRecord {
    return {
      type: 'error',
      code: this.code,
      message: this.message,
      ...(this.advice === undefined ? {} : { advice: this.advice }),
      ...(Object.keys(this.details).length === 0
        ? {}
        : {
            details: shortenData(this.details, MOST_DETAILS) as Readonly<Record<string, unknown>>,
          }),
    };
  }
}

/** The error as it is written to JSON lines and sent over sockets. */
export interface ErrorRecord {
  readonly type: 'error';
  readonly code: string;
  readonly message: string;
  readonly advice?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Any thrown value as a StudioError; unknown ones keep their text under the code `internal`. */
export function toStudioError(error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  // A parser's own words quote what it was given, which may be a private file.
  if (error instanceof SyntaxError)
    return new StudioError('internal', 'A text cannot be understood.', { cause: error });
  const refused = fileError(error);
  if (refused !== undefined) return refused;
  const message = error instanceof Error ? error.message : String(error);
  return new StudioError('internal', message, { cause: error });
}

interface FileRefusal {
  readonly code: string;
  readonly says: (target: string) => string;
  readonly advice: string;
}

const FULL: FileRefusal = {
  code: 'disk-full',
  says: (target) => `There is no space left on the disk${target && ` for ${target}`}`,
  advice: 'Free some space, then resume or try again; nothing that was saved before is lost.',
};
const DENIED: FileRefusal = {
  code: 'access-denied',
  says: (target) => `Access was denied${target && ` to ${target}`}`,
  advice: 'Look at its owner and permissions, or use another folder.',
};

/** What file systems answer where they refuse, by the system's code. */
const FILE_REFUSALS: Readonly<Record<string, FileRefusal>> = {
  ENOSPC: FULL,
  EDQUOT: {
    ...FULL,
    says: (target) => `This user's disk quota is used up${target && `: no space for ${target}`}`,
  },
  EROFS: {
    code: 'disk-read-only',
    says: (target) =>
      target === '' ? 'The disk is read-only' : `${target} lies on a read-only disk`,
    advice: 'Make the disk writable, or use another folder.',
  },
  EACCES: DENIED,
  EPERM: DENIED,
  EFBIG: {
    code: 'file-too-large',
    says: (target) => `The disk takes no file as large as ${target || 'this one'}`,
    advice: 'Use a disk with another file system, or raise the limit of this user.',
  },
  EIO: {
    code: 'disk-failed',
    says: (target) => `The disk failed${target && ` at ${target}`}`,
    advice: 'Look at the disk: the system could not read or write it.',
  },
};

/** System calls on files and folders; sockets, processes and watchers use the same codes otherwise. */
const FILE_CALLS = new Set([
  ...['access', 'chmod', 'close', 'copyfile', 'fdatasync', 'fsync', 'ftruncate', 'futime', 'link'],
  ...['lstat', 'mkdir', 'mkdtemp', 'open', 'opendir', 'read', 'readlink', 'rename', 'rm', 'rmdir'],
  ...['scandir', 'stat', 'statfs', 'symlink', 'truncate', 'unlink', 'utime', 'write'],
]);

/**
 * A refusal by the file system as a StudioError: `disk-full`, `disk-read-only`, `access-denied`,
 * `file-too-large`, `disk-failed`; undefined for any other value.
 *
 * @param target what was to be read or written, where the caller knows better than the error
 * @param known  what the caller knows of it, such as the space that is free, in words and data
 */
export function fileError(
  error: unknown,
  target?: string,
  known: { readonly words?: string; readonly details?: Record<string, unknown> } = {},
): StudioError | undefined {
  const { code, syscall, path } = (error ?? {}) as Record<string, unknown>;
  const refusal = FILE_REFUSALS[String(code)];
  if (refusal === undefined) return undefined;
  // Full disks are told by several libraries without the call; the other codes mean many things.
  const isFull = refusal.code === 'disk-full' && syscall === undefined;
  if (!isFull && !FILE_CALLS.has(String(syscall))) return undefined;
  const at = target ?? (typeof path === 'string' ? path : '');
  const { words = '', details = {} } = known;
  return new StudioError(refusal.code, `${refusal.says(at)}${words}.`, {
    advice: refusal.advice,
    details: { ...(at === '' ? {} : { path: at }), ...details },
    cause: error,
  });
}
