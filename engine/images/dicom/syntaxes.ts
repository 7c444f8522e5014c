/** How data sets and their pixels are written. @source DICOM PS3.6, annex A */
import type { Encoding } from './data-set.ts';

export type Compression =
  | 'none'
  | 'rle'
  | 'jpeg'
  | 'jpeg-lossless'
  | 'jpeg-ls'
  | 'jpeg-2000'
  | 'jpeg-xl-lossless'
  | 'jpeg-xl-from-jpeg'
  | 'jpeg-xl';

export interface Syntax {
  readonly encoding: Encoding;
  readonly deflated?: true;
  readonly compression: Compression;
}

const EXPLICIT: Encoding = { explicit: true, littleEndian: true };

const compressed = (compression: Compression): Syntax => ({ encoding: EXPLICIT, compression });

const TRANSFER = '1.2.840.10008.1.2';

const SYNTAXES: Readonly<Record<string, Syntax>> = {
  [TRANSFER]: { encoding: { explicit: false, littleEndian: true }, compression: 'none' },
  [`${TRANSFER}.1`]: compressed('none'),
  [`${TRANSFER}.1.99`]: { encoding: EXPLICIT, deflated: true, compression: 'none' },
  [`${TRANSFER}.2`]: { encoding: { explicit: true, littleEndian: false }, compression: 'none' },
  [`${TRANSFER}.4.50`]: compressed('jpeg'),
  [`${TRANSFER}.4.51`]: compressed('jpeg'),
  [`${TRANSFER}.4.57`]: compressed('jpeg-lossless'),
  [`${TRANSFER}.4.70`]: compressed('jpeg-lossless'),
  [`${TRANSFER}.4.80`]: compressed('jpeg-ls'),
  [`${TRANSFER}.4.81`]: compressed('jpeg-ls'),
  [`${TRANSFER}.4.90`]: compressed('jpeg-2000'),
  [`${TRANSFER}.4.91`]: compressed('jpeg-2000'),
  [`${TRANSFER}.4.110`]: compressed('jpeg-xl-lossless'),
  [`${TRANSFER}.4.111`]: compressed('jpeg-xl-from-jpeg'),
  [`${TRANSFER}.4.112`]: compressed('jpeg-xl'),
  [`${TRANSFER}.4.201`]: compressed('jpeg-2000'),
  [`${TRANSFER}.4.202`]: compressed('jpeg-2000'),
  [`${TRANSFER}.4.203`]: compressed('jpeg-2000'),
  [`${TRANSFER}.5`]: compressed('rle'),
};

/** Named where they are refused, by the beginning of their identifiers. */
const OTHERS: readonly (readonly [prefix: string, what: string])[] = [
  [`${TRANSFER}.1.98`, 'uncompressed in fragments'],
  [`${TRANSFER}.4.92`, 'JPEG 2000 with several components'],
  [`${TRANSFER}.4.93`, 'JPEG 2000 with several components'],
  [`${TRANSFER}.4.94`, 'JPIP, which refers to pixels on a server'],
  [`${TRANSFER}.4.95`, 'JPIP, which refers to pixels on a server'],
  [`${TRANSFER}.4.100`, 'MPEG-2 video'],
  [`${TRANSFER}.4.101`, 'MPEG-2 video'],
  [`${TRANSFER}.4.102`, 'MPEG-4 video'],
  [`${TRANSFER}.4.103`, 'MPEG-4 video'],
  [`${TRANSFER}.4.104`, 'MPEG-4 video'],
  [`${TRANSFER}.4.105`, 'MPEG-4 video'],
  [`${TRANSFER}.4.106`, 'MPEG-4 video'],
  [`${TRANSFER}.4.107`, 'HEVC video'],
  [`${TRANSFER}.4.108`, 'HEVC video'],
  [`${TRANSFER}.4.20`, 'JPIP, which refers to pixels on a server'],
  [`${TRANSFER}.4.5`, 'JPEG of a retired kind'],
  [`${TRANSFER}.4.6`, 'JPEG of a retired kind'],
  [`${TRANSFER}.8.1`, 'deflated frame by frame'],
  [`${TRANSFER}.7`, 'SMPTE ST 2110 video'],
];

export function syntaxOf(identifier: string): Syntax | undefined {
  return SYNTAXES[identifier];
}

/** Completes "its pixels are …"; identifiers that are not of DICOM's list are not repeated. */
export function nameOfSyntax(identifier: string): string {
  const [, what] = OTHERS.find(([prefix]) => identifier.startsWith(prefix)) ?? [];
  return what ?? 'written in a way that DICOM does not list';
}

/** The guess for a data set without a statement. @param start its first eight bytes */
export function guessSyntax(start: Uint8Array): Syntax {
  const littleEndian = start[0] !== 0;
  const explicit = [4, 5].every((at) => start[at]! >= 0x41 && start[at]! <= 0x5a);
  return { encoding: { explicit, littleEndian }, compression: 'none' };
}
