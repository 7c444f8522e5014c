/**
 * The error type that crosses process and network boundaries unchanged.
 *
 * `code` is stable and machine-readable (see {@link ERROR_CODES}); `message` is one sentence for
 * users that names the thing; `advice` is the next step; `details` has the data that the register
 * defines. Their sizes are limited.
 */
import { type ErrorCode, type ErrorDetails, isDetailsOf } from './error-codes.ts';
import { shorten, shortenData } from './shorten.ts';

const MOST_CHARACTERS = 4000;
/** Most characters of details that leave the process. */
const MOST_DETAILS = 20_000;

interface ErrorTexts {
  readonly advice?: string | undefined;
  readonly cause?: unknown;
}
/** Details are required where the code has required fields. */
type ErrorOptions<Code extends ErrorCode> =
  Record<never, never> extends ErrorDetails<Code>
    ? [options?: ErrorTexts & { readonly details?: ErrorDetails<Code> }]
    : [options: ErrorTexts & { readonly details: ErrorDetails<Code> }];

export class StudioError<Code extends ErrorCode = ErrorCode> extends Error {
  /** Without this, `instanceof` would narrow to an error whose code and details are `any`. */
  declare static [Symbol.hasInstance]: (value: unknown) => value is StudioError;

  /** A code of a later version may not be in the register. */
  readonly code: Code;
  readonly advice: string | undefined;
  readonly details: ErrorDetails<Code>;

  constructor(code: Code, message: string, ...[options]: ErrorOptions<Code>) {
    const { advice, details = {}, cause } = options ?? {};
    super(shorten(message, MOST_CHARACTERS), cause === undefined ? undefined : { cause });
    this.name = 'StudioError';
    this.code = code;
    this.advice = advice === undefined ? undefined : shorten(advice, MOST_CHARACTERS);
    this.details = details as ErrorDetails<Code>;
  }

  toJSON(): ErrorRecord {
    const { code, message, advice, details } = this;
    return {
      type: 'error',
      code,
      message,
      ...(advice === undefined ? {} : { advice }),
      ...(Object.keys(details).length === 0
        ? {}
        : { details: shortenData(details, MOST_DETAILS) as Readonly<Record<string, unknown>> }),
    };
  }
}

/**
 * Whether a value is an error of one of these codes, with the details of the register. Errors of
 * another version may lack details.
 */
export function isStudioError<Code extends ErrorCode>(
  value: unknown,
  ...codes: readonly Code[]
): value is StudioError<Code> {
  if (!(value instanceof StudioError)) return false;
  const code = codes.find((each) => each === value.code);
  return code !== undefined && isDetailsOf(code, value.details);
}

/** An error that was sent or stored; its code may be unknown to this version. */
export function readErrorRecord({ code, message, ...options }: ErrorRecord): StudioError {
  return new StudioError(code, message, options as ErrorTexts);
}

export function cancelled(): StudioError {
  return new StudioError('cancelled', 'It was cancelled.');
}

/** The form of an error in JSON lines and on sockets. */
export interface ErrorRecord {
  readonly type: 'error';
  /** A code of a later version may not be in the register. */
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Any thrown value as a StudioError; unknown errors keep their message under `internal`. */
export function toStudioError(error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  // A parser's message quotes its input, which may be a private file.
  if (error instanceof SyntaxError)
    return new StudioError('internal', 'A text cannot be understood.', { cause: error });
  const refused = fileError(error) ?? missingFile(error);
  if (refused !== undefined) return refused;
  const message = error instanceof Error ? error.message : String(error);
  return new StudioError('internal', message, { cause: error });
}

type FileCode = 'access-denied' | 'disk-failed' | 'disk-full' | 'disk-read-only' | 'file-too-large';

interface FileRefusal {
  readonly code: FileCode;
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

/** Errors of file systems, by the system's code. */
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

/** System calls on files and folders; codes of sockets and processes mean other things. */
const FILE_CALLS = new Set([
  'access',
  'chmod',
  'close',
  'copyfile',
  'fdatasync',
  'fsync',
  'ftruncate',
  'futime',
  'link',
  'lstat',
  'mkdir',
  'mkdtemp',
  'open',
  'opendir',
  'read',
  'readlink',
  'rename',
  'rm',
  'rmdir',
  'scandir',
  'stat',
  'statfs',
  'symlink',
  'truncate',
  'unlink',
  'utime',
  'write',
]);

/** A missing file or folder, for errors without further information. */
function missingFile(error: unknown): StudioError<'file-missing'> | undefined {
  const { code, syscall, path } = (error ?? {}) as Record<string, unknown>;
  const isGone = code === 'ENOENT' || code === 'ENOTDIR';
  if (!isGone || !FILE_CALLS.has(String(syscall)) || typeof path !== 'string') return undefined;
  return new StudioError('file-missing', `${path} is not there.`, {
    advice: 'Check that it was not moved or deleted, and that the disk is connected.',
    cause: error,
  });
}

/**
 * An error of the file system as a StudioError: `disk-full`, `disk-read-only`, `access-denied`,
 * `file-too-large`, `disk-failed`; undefined for any other value.
 *
 * @param target path for the message, instead of the error's
 * @param known  further facts, such as the free space, as text and as data
 */
export function fileError(
  error: unknown,
  target?: string,
  known: { readonly words?: string; readonly details?: ErrorDetails<'disk-full'> } = {},
): StudioError<FileCode> | undefined {
  const { code, syscall, path } = (error ?? {}) as Record<string, unknown>;
  const refusal = FILE_REFUSALS[String(code)];
  if (refusal === undefined) return undefined;
  // Some libraries report full disks without the system call; other codes are ambiguous without it.
  const isFull = refusal.code === 'disk-full' && syscall === undefined;
  if (!isFull && !FILE_CALLS.has(String(syscall))) return undefined;
  const at = target ?? (typeof path === 'string' ? path : '');
  const { words = '', details = {} } = known;
  return new StudioError(refusal.code, `${refusal.says(at)}${words}.`, {
    advice: refusal.advice,
    details: { path: at || undefined, ...details },
    cause: error,
  });
}
