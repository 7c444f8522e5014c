import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pageWords } from './page-words.ts';

it.each([
  [
    'Name the classes as in the training set (of masks with --classes FILE), or leave these out.',
    'Name the classes as in the training set (of masks with “Class table” under “How labels are read”), or leave these out.',
  ],
  [
    'give --ignore 255 if 255 is to be ignored',
    'give “Ignored values” 255 under “How labels are read” if 255 is to be ignored',
  ],
  [
    'Name one with --format, such as --format masks.',
    'Name one with “Format” under “How labels are read”, such as the format “Masks”.',
  ],
  [
    'Give others with --val, or a larger validation split with --val-fraction.',
    'Give others with “Validation set”, or a larger validation split with “Validation split”.',
  ],
  [
    'Classes that look like several labels an image, which --task multilabel learns: 2',
    'Classes that look like several labels an image, which the task “Multi-label classification” learns: 2',
  ],
  [
    'Add images, or use --set batch_size=32 or less.',
    'Add images, or use “Batch size” 32 or less.',
  ],
  ['(else: --mean and --std)', '(else: “Channel mean” and “Channel standard deviation”)'],
  ['Use --format onnx or safetensors.', 'Use the format “onnx” or safetensors.'],
])('names fields instead of options: %s', (given, expected) => {
  expect(pageWords(given)).toBe(expected);
});

it.each([
  'Free some space.',
  'Export it again with conmim export --format onnx, or give the weights it was made from.',
])('keeps other texts and whole commands: %s', (text) => {
  expect(pageWords(text)).toBe(text);
});

/** Folders of the engine whose errors and notes reach pages. */
const SOURCES = ['data', 'downstream', 'evaluation', 'models', 'predictions', 'tasks', 'train'];
/** Options for which pages have no field, since they choose the value themselves. */
const ONLY_COMMANDS = ['out', 'resume', 'watch'];
/** Options of tar, which archives are made with. */
const OF_TAR = ['dereference', 'hard-dereference', 'sparse'];

it('knows the fields of all options that texts of the engine name', () => {
  const engine = fileURLToPath(new URL('../../engine/', import.meta.url));
  const texts = SOURCES.flatMap((folder) =>
    readdirSync(path.join(engine, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.test)\.ts$/.test(name))
      .flatMap((name) => literalsOf(readFileSync(path.join(engine, folder, name), 'utf8'))),
  );
  expect(texts.length).toBeGreaterThan(20);
  const left = texts
    .map(pageWords)
    .flatMap((text) => text.match(/(?<!conmim [^.;]*)--[a-z][\w-]*/g) ?? []);
  const others = [...ONLY_COMMANDS, ...OF_TAR];
  expect(left.filter((option) => !others.includes(option.slice(2)))).toEqual([]);
});

/** Texts of several words with an option, without comments. */
function literalsOf(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, '');
  return [...code.matchAll(/'([^'\n]*)'|`([^`]*)`/g)]
    .map(([, plain, template]) => (plain ?? template!).replaceAll(/\$\{[^}]*\}/g, '1'))
    .filter((text) => / --[a-z]|^--[a-z]/.test(text) && text.split(' ').length > 2);
}
