/** Reasons for rejecting a checkpoint, thrown by the reader; torch-file.ts adds the file's name. */

/** The file is damaged, inconsistent or beyond the limits. */
export class Malformed extends Error {
  /** @param reason completes "it is not usable: " */
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'Malformed';
  }
}

export class Refused extends Error {
  /** Such as `os.system`. */
  readonly global: string;

  constructor(global: string) {
    const shown = printable(global);
    super(shown);
    this.name = 'Refused';
    this.global = shown;
  }
}

const SHOWN_CHARACTERS = 100;

/** A text from the file, shortened and without control characters for printing. */
export function printable(text: string): string {
  const short = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return short.replaceAll(
    /[\p{C}\u2028\u2029"\\]/gu,
    (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`,
  );
}

/** A non-negative integer that counts something. */
export function asCount(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Malformed(`${what} is not a whole number from 0`);
}

/** That much memory cannot be allocated at once. */
export class NoMemory extends Error {
  readonly bytes: number;

  constructor(bytes: number, cause: unknown) {
    super(`no memory for ${bytes} bytes`, { cause });
    this.name = 'NoMemory';
    this.bytes = bytes;
  }
}

/** Allocate zeroed memory. @throws NoMemory */
export function allocateBytes(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new NoMemory(bytes, cause);
  }
}
