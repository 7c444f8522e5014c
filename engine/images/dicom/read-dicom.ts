/**
 * DICOM files, with and without the preamble. Only the elements that pixels need are read; those of
 * patients, places, dates and instances are skipped.
 *
 * @source DICOM PS3.5 and PS3.10
 */
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { bufferSource } from '../byte-source.ts';
import { damagedBy, unsupported } from '../errors.ts';
import { regionOf } from '../region.ts';
import type { ByteSource, OpenImage, StoredFacts, ValueRange } from '../stored-image.ts';
import { numberType } from './bits.ts';
import { applyPalette, type Palette, paletteOf } from './colours.ts';
import { Cursor } from './cursor.ts';
import { type DataSet, DataSetReader } from './data-set.ts';
import { openFrames } from './frames.ts';
import { kindOf } from './kinds.ts';
import { type Layout, layoutOf } from './layout.ts';
import { applyModality, modalitiesOf, modalityValue, rangeAfter } from './modality.ts';
import { hasMagic, MAGIC, PREAMBLE_BYTES } from './recognise.ts';
import { guessSyntax, nameOfSyntax, type Syntax, syntaxOf } from './syntaxes.ts';
import { TAG } from './tags.ts';
import { textOf, wordOf, wordsOf } from './values.ts';
import { windowsOf } from './window.ts';

const inflate = promisify(inflateRaw);

const MOST_INFLATED_BYTES = 1_073_741_824;

export const openDicom: OpenImage = async (file, { pixelLimit }) => {
  const { source, set, syntax } = await readDataSet(file);
  const { pixels } = set;
  if (pixels === undefined) throw unsupported(`it is ${kindOf(set)}, which has no picture`);
  const layout = layoutOf(set, pixels, pixelLimit);
  const readFrame = await openFrames(source, set, pixels, layout, syntax);
  const palette = layout.photometric === 'PALETTE COLOR' ? openPalette(set, layout) : undefined;
  const { facts, stored, modalities } = factsOf(set, layout, palette);
  const { width, height, channels } = facts;
  return {
    ...facts,
    levels: [{ width, height }],
    async read(sample, region) {
      const numbers = await readFrame(sample);
      const modality = modalities[sample] ?? modalities[0]!;
      const values = palette
        ? applyPalette(numbers, palette)
        : applyModality(numbers, modality, stored && rangeAfter(stored, modality));
      return regionOf({ width, height, channels, values }, region);
    },
  };
};

async function readDataSet(
  file: ByteSource,
): Promise<{ source: ByteSource; set: DataSet; syntax: Syntax }> {
  const head = await file.read(0, Math.min(file.size, PREAMBLE_BYTES + MAGIC.length));
  const cursor = new Cursor(file, hasMagic(head) ? PREAMBLE_BYTES + MAGIC.length : 0);
  const syntax = await readSyntax(cursor);
  if (!syntax.deflated) {
    const set = await new DataSetReader(cursor).readMain(syntax.encoding);
    return { source: file, set, syntax };
  }
  const source = bufferSource(await inflated(file, cursor.position));
  const set = await new DataSetReader(new Cursor(source, 0)).readMain(syntax.encoding);
  return { source, set, syntax };
}

/** From the elements before the data set, or from its first one. The cursor is then at the set. */
async function readSyntax(cursor: Cursor): Promise<Syntax> {
  const start = await cursor.peek(8);
  if (start.readUInt16LE(0) !== 2) return guessSyntax(start);
  const meta = await new DataSetReader(cursor).readMain({ explicit: true, littleEndian: true }, 2);
  const identifier = textOf(meta, TAG.transferSyntax);
  if (identifier === undefined) return guessSyntax(await cursor.peek(8));
  const syntax = syntaxOf(identifier);
  if (syntax === undefined) throw unsupported(`its pixels are ${nameOfSyntax(identifier)}`);
  return syntax;
}

async function inflated(file: ByteSource, from: number): Promise<Uint8Array> {
  if (file.size - from > MOST_INFLATED_BYTES)
    throw unsupported('its deflated data set is too long');
  const bytes = await file.read(from, file.size - from);
  try {
    return await inflate(bytes, { maxOutputLength: MOST_INFLATED_BYTES });
  } catch (error) {
    throw damagedBy('its deflated data set cannot be inflated', error);
  }
}

function openPalette(set: DataSet, layout: Layout): Palette {
  if (set.elements.has(TAG.redSegments) && !set.elements.has(TAG.redTable))
    throw unsupported('its palette is stored in segments');
  return paletteOf(set, layout.isSigned);
}

function factsOf(set: DataSet, layout: Layout, palette: Palette | undefined) {
  const { width, height, samples, frames, bitsStored: bits } = layout;
  const type = numberType(layout);
  const size = { format: 'dicom', width, height, samples: frames, type, bits };
  const stored = rangeOf(layout);
  if (samples === 3 || palette !== undefined) {
    const facts: StoredFacts = {
      ...size,
      channels: 3,
      colours: 'rgb',
      ...(palette ? { typeRange: [0, 2 ** palette.bits - 1] } : stored && { typeRange: stored }),
    };
    return { facts, stored, modalities: [{ kind: 'as stored' }] as const };
  }
  const modalities = modalitiesOf(set, layout);
  const whole = stored && modalities.map((modality) => rangeAfter(stored, modality)).reduce(both);
  const windows = windowsOf(set, layout);
  const inOrder = ([low, high]: ValueRange): ValueRange =>
    layout.photometric === 'MONOCHROME1' ? [high, low] : [low, high];
  const padding = modalities.length === 1 ? paddingOf(set, layout) : undefined;
  const facts: StoredFacts = {
    ...size,
    channels: 1,
    colours: 'grey',
    ...(whole && { typeRange: inOrder(whole) }),
    ...(windows[0] && { metadataRanges: [inOrder(windows[0])] }),
    ...(windows.length > 1 && { otherRanges: windows.slice(1).map(inOrder) }),
    ...(padding !== undefined && { noData: modalityValue(padding, modalities[0]!) }),
  };
  return { facts, stored, modalities };
}

/** Range of the stored numbers; floating point numbers have none. */
function rangeOf({ numbers, bitsStored, isSigned }: Layout): ValueRange | undefined {
  if (numbers !== 'integer') return undefined;
  return isSigned
    ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1]
    : [0, 2 ** bitsStored - 1];
}

function both([a, b]: ValueRange, [c, d]: ValueRange): ValueRange {
  return [Math.min(a, c), Math.max(b, d)];
}

/** The stored value around the picture; a range of such values is not one. */
function paddingOf(set: DataSet, { isSigned }: Layout): number | undefined {
  if (wordOf(set, TAG.paddingLimit) !== undefined) return undefined;
  return wordsOf(set.elements.get(TAG.padding), isSigned)[0];
}
