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
  const message = error instanceof Error ? error.message : String(error);
  return new StudioError('internal', message, { cause: error });
}
