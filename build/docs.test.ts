import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../engine/cli/command.ts';
import { commandTable } from '../engine/cli/command-table.ts';
import { findCommand } from '../engine/cli/find-command.ts';
import { USAGE_CODES } from '../engine/cli/report-error.ts';
import { readOverrides } from '../engine/cli/training.ts';
import { readFields } from '../engine/contract/jobs/fields.ts';
import { type JobKind, jobs } from '../engine/contract/jobs/register.ts';
import { parseMode } from '../engine/contract/mode.ts';
import { DEFAULT_TASK, LABELLED_TASKS } from '../engine/contract/tasks.ts';
import { loadRecipe, loadRecipeOf } from '../engine/recipes/load.ts';
import { errorTables } from './error-docs.ts';
import { generatedPart } from './generated-page.ts';
import { recipeTables } from './recipe-docs.ts';
import { termTables } from './term-docs.ts';
import { conmimWords, readBlocks } from './testing/examples/read-examples.ts';

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

describe('docs/recipes.md', () => {
  it('shows the settings as they are (else run: node build/run.mjs build/recipe-docs.ts)', () => {
    expect(generatedPart(read('docs/recipes.md'))).toBe(recipeTables().trim());
  });
});

describe('docs/errors.md', () => {
  const page = read('docs/errors.md');

  it('lists the codes as they are (else run: node build/run.mjs build/error-docs.ts)', () => {
    expect(generatedPart(page)).toBe(errorTables().trim());
  });

  it('names the codes of wrong usage', () => {
    const [, listed = ''] = /exit code of a command is 2 for (.*), which/.exec(page) ?? [];
    const codes = [...listed.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
    expect(codes).toEqual([...USAGE_CODES]);
  });
});

describe('docs/glossary.md', () => {
  it('lists the terms as they are (else run: node build/run.mjs build/term-docs.ts)', () => {
    expect(generatedPart(read('docs/glossary.md'))).toBe(termTables());
  });
});

/** The words of every `conmim …` line in the code blocks of a page. */
function commandLines(page: string): string[][] {
  return readBlocks(page)
    .flatMap(({ lines }) => lines.map(conmimWords))
    .filter((words) => words !== undefined);
}

const HELP = readdirSync(new URL('../docs/help', import.meta.url)).map(
  (name) => `docs/help/${name}`,
);

const PAGES = [
  'README.md',
  ...HELP,
  'docs/cli.md',
  'docs/devices.md',
  'docs/recipes.md',
  'docs/downstream.md',
  'docs/insight.md',
  'docs/predict.md',
  'docs/studies.md',
  'docs/server.md',
];

describe.each(PAGES)('the commands in %s', (name) => {
  const lines = commandLines(read(name));

  // Presets that the page saves.
  const own = lines.flatMap(([word, verb, preset]) =>
    word === 'recipes' && verb === 'save' ? [preset] : [],
  );

  it('are there', () => expect(lines.length).toBeGreaterThan(0));

  it.each(lines.map((words) => [words.join(' '), words] as const))(
    'can be given: %s',
    async (_, words) => {
      const { command, rest } = await findCommand(commandTable, words);
      const [word] = words;
      const args = readArguments(command, rest);
      if (word === 'finetune') {
        const fields = readFields(jobs.finetune.fields, args);
        const { task = DEFAULT_TASK, mode, recipe = 'small', settings } = fields;
        parseMode(mode);
        loadRecipeOf(LABELLED_TASKS[task].recipe, recipe, readOverrides(settings, args));
      } else if (word === 'pretrain') {
        const { from, recipe, settings } = readFields(jobs.pretrain.fields, args);
        if (recipe === undefined) expect(from).toBeDefined();
        else if (!recipe.endsWith('.json') && !own.includes(recipe))
          loadRecipe(recipe, readOverrides(settings, args));
      } else if (word! in jobs) readFields(jobs[word as JobKind].fields, args);
    },
  );
});

const LINKED = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...readdirSync(new URL('../docs', import.meta.url))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  ...HELP,
];

describe.each(LINKED)('%s', (name) => {
  const page = read(name);
  const at = (link: string) => new URL(link, new URL(`../${name}`, import.meta.url));

  it('links to files that are there', () => {
    const links = [...page.matchAll(/\]\(([^)#\s]+)/g)].map(([, link]) => link!);
    const inside = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(inside.filter((link) => !existsSync(at(link)))).toEqual([]);
  });

  it('names functions that are where it says', () => {
    const named = [...page.matchAll(/`(\w+)` \(\[`[^`]+`\]\(([^)#]+\.ts)\)/g)];
    for (const [, word, link] of named)
      expect(readFileSync(at(link!), 'utf8'), `${word} in ${link}`).toContain(word);
  });
});

describe('docs/decisions', () => {
  const folder = new URL('../docs/decisions/', import.meta.url);

  it.each(readdirSync(folder))('has number, title, date and status: %s', (name) => {
    const number = name.slice(0, 4);
    const form = new RegExp(
      `^# ${number}: [A-Z].*\\n\\nDate: \\d{4}-\\d\\d-\\d\\d\\. Status: [a-z].*\\.\\n`,
    );
    expect(readFileSync(new URL(name, folder), 'utf8')).toMatch(form);
  });
});

describe('CONTRIBUTING.md', () => {
  it('names files and folders that are there', () => {
    const named = [...read('CONTRIBUTING.md').matchAll(/`((?:engine|renderer|build)\/[\w./-]+)`/g)];
    const paths = named.map(([, file]) => file!).filter((file) => !file.includes('<'));
    expect(paths.length).toBeGreaterThan(15);
    expect(paths.filter((file) => !existsSync(new URL(`../${file}`, import.meta.url)))).toEqual([]);
  });
});

describe('SECURITY.md', () => {
  it('is named where people begin', () => {
    expect(read('README.md')).toContain('(SECURITY.md)');
    expect(read('docs/architecture.md')).toContain('(../SECURITY.md)');
  });
});

describe('docs/cli.md', () => {
  it('names every command and every option', async () => {
    const page = read('docs/cli.md');
    for (const name of commandTable.names) {
      expect(page.includes(`\`${name}`), name).toBe(true);
      for (const option of Object.keys((await commandTable.load(name))!.options)) {
        expect(page.includes(`--${option}`), `${name} --${option}`).toBe(true);
      }
    }
  });
});
