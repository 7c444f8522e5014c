/**
 * Tables of classes and their colours, as sets and programs keep them:
 * - CSV with a header: `name,r,g,b` (CamVid's class_dict.csv), or `name,colour` with `#rrggbb`
 * - JSON: `{"road": [128, 64, 128]}`, `{"road": "#804080"}`, or a list of objects with name and colour
 * - text: `128 64 128 Road` (CamVid's label_colors.txt), `road:128,64,128::` (CVAT's labelmap.txt),
 *   or a name on each line, whose class is the number of the line from 0
 */
import path from 'node:path';
import { fieldsOf } from '../../../formats/table.ts';
import { linesOf } from '../../../formats/text-lines.ts';
import { className } from '../../annotations/class-names.ts';
import type { DenseClass, Rgb } from '../dense-types.ts';
import { labelsInvalid } from '../formats/labels-error.ts';
import { asNumbers, asRecord, asText, hexColour, numberIn, own } from '../formats/read-value.ts';
import { readSmallJson, readSmallText } from '../formats/small-file.ts';

/** Names under which such tables are found in a set. */
export const COLOUR_TABLE_NAMES =
  /^(class_dict(_seg)?\.csv|label_colou?rs\.txt|labelmap\.txt|(label_|class_)?colou?rs?\.(csv|json)|classes\.(csv|json|txt))$/i;

const MOST_CLASSES = 65_535;

/** @throws StudioError `labels-invalid` naming the line or record */
export async function readColourTable(file: string): Promise<readonly DenseClass[]> {
  const extension = path.extname(file).toLowerCase();
  const classes =
    extension === '.json' ? await fromJson(file) : await fromText(file, extension === '.csv');
  if (classes.length === 0) throw labelsInvalid(file, 'names no class');
  if (classes.length > MOST_CLASSES)
    throw labelsInvalid(file, `names more than ${MOST_CLASSES} classes`);
  return classes;
}

async function fromJson(file: string): Promise<DenseClass[]> {
  const content = await readSmallJson(file);
  const record = asRecord(content);
  const entries: [unknown, unknown, unknown][] = Array.isArray(content)
    ? content.map((entry, i) => {
        const one = asRecord(entry) ?? {};
        const colour = own(one, 'color') ?? own(one, 'colour') ?? own(one, 'rgb');
        return [own(one, 'name') ?? entry, colour, own(one, 'id') ?? i];
      })
    : Object.entries(record ?? {}).map(([name, colour], i) => [name, colour, i]);
  return entries.map(([name, colour, id], i) => {
    const text = className(asText(name) ?? '');
    const rgb = colour === undefined ? undefined : colourOf(colour);
    const isBroken = colour !== undefined && rgb === undefined;
    if (text === '' || isBroken || typeof id !== 'number' || !Number.isInteger(id) || id < 0)
      throw labelsInvalid(file, 'has no name with a colour', { record: `entry ${i + 1}` });
    return rgb === undefined ? { name: text, id } : { name: text, id, colour: rgb };
  });
}

function colourOf(value: unknown): Rgb | undefined {
  if (typeof value === 'string') return hexColour(value) ?? triple(value.split(/[,\s]+/));
  const numbers = asNumbers(value)?.slice(0, 3);
  return numbers && triple(numbers.map(String));
}

function triple(parts: readonly string[]): Rgb | undefined {
  const numbers = parts.map(numberIn);
  const isByte = (value: number | undefined) =>
    value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255;
  return numbers.length === 3 && numbers.every(isByte) ? (numbers as unknown as Rgb) : undefined;
}

async function fromText(file: string, isTable: boolean): Promise<DenseClass[]> {
  const lines = linesOf(await readSmallText(file));
  const header = isTable ? headerOf(lines[0] ?? '') : undefined;
  const classes: DenseClass[] = [];
  for (const [i, given] of lines.entries()) {
    const line = given.trim();
    if (line === '' || line.startsWith('#') || (i === 0 && header !== undefined)) continue;
    const found = header ? fromRow(line, header) : fromLine(line);
    if (found === undefined)
      throw labelsInvalid(file, 'is no class with a colour', { line: i + 1 });
    classes.push({
      name: found.name,
      id: classes.length,
      ...(found.colour && { colour: found.colour }),
    });
  }
  return classes;
}

interface NamedColour {
  readonly name: string;
  readonly colour: Rgb | undefined;
}

/** Positions of the columns; undefined where the first line is no header. */
function headerOf(line: string): readonly number[] | undefined {
  const titles = (fieldsOf(line, ',') ?? []).map((title) => title.toLowerCase());
  const at = (...names: readonly string[]) => titles.findIndex((title) => names.includes(title));
  const name = at('name', 'class', 'label', 'class_name');
  const parts = [at('r', 'red'), at('g', 'green'), at('b', 'blue')];
  const one = at('color', 'colour', 'rgb', 'hex');
  if (name < 0) return undefined;
  if (parts.every((part) => part >= 0)) return [name, ...parts];
  return one < 0 ? undefined : [name, one];
}

function fromRow(line: string, [name, ...parts]: readonly number[]): NamedColour | undefined {
  const fields = fieldsOf(line, ',') ?? [];
  const texts = parts.map((at) => fields[at] ?? '');
  const colour = texts.length === 1 ? colourOf(texts[0]!) : triple(texts);
  const text = className(fields[name!] ?? '');
  return text === '' || colour === undefined ? undefined : { name: text, colour };
}

function fromLine(line: string): NamedColour | undefined {
  const [, first, name] = /^(\d+\s+\d+\s+\d+)\s+(.+)$/.exec(line) ?? [];
  if (first !== undefined) {
    const colour = triple(first.split(/\s+/));
    return colour && { name: className(name!), colour };
  }
  const [, label, listed] = /^([^:]+):(\d+,\d+,\d+):/.exec(line) ?? [];
  if (label !== undefined) {
    const colour = triple(listed!.split(','));
    return colour && { name: className(label), colour };
  }
  const fields = line.split(',');
  const last = triple(fields.slice(-3));
  const before = className(fields.slice(0, -3).join(','));
  if (last !== undefined && before !== '') return { name: before, colour: last };
  return { name: className(line), colour: undefined };
}
