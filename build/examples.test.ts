/** Every example of README, docs and help is run with small settings, or says why it cannot be. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './root.ts';
import { prepareFolder } from './testing/examples/prepare.ts';
import { conmimWords, type ExampleBlock, readBlocks } from './testing/examples/read-examples.ts';
import { runConmim } from './testing/examples/run-conmim.ts';
import { shrink } from './testing/examples/shrink.ts';

const DOCS = readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /^(help[\\/])?[\w-]+\.md$/.test(name))
  .map((name) => path.join('docs', name))
  .sort();
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');
const PAGES = ['README.md', ...DOCS].filter((name) => readBlocks(read(name)).length > 0);

/** Commands that change nothing: the same line on several pages is run once. */
const READING = new Set(['devices', 'selftest', 'bench', 'scan', 'recipes --show']);
const isReading = (words: readonly string[]) =>
  READING.has(words[0]!) || READING.has(words.slice(0, 2).join(' '));
const known = new Set<string>();

let home: string;
let prepared: string;
let step: number;

async function run(folder: string, words: readonly string[]): Promise<void> {
  const { code, output } = await runConmim(folder, words);
  expect(code, `conmim ${words.join(' ')}\n${output}`).toBe(0);
}

beforeAll(async () => {
  home = mkdtempSync(path.join(os.tmpdir(), 'conmim-examples-'));
  process.env['CONMIM_CACHE'] = path.join(home, 'cache');
  // Commands that test all devices take minutes on a driver in software, which has tests of its own.
  process.env['VK_ICD_FILENAMES'] = path.join(home, 'no-driver.json');
  prepared = path.join(home, 'prepared');
  step = await prepareFolder(prepared, run);
});
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 10 }));

/** A copy of the prepared folder, so that no block depends on another; without the runs that the block makes. */
function folderOf(name: string, lines: readonly string[]): string {
  const folder = path.join(home, name);
  cpSync(prepared, folder, { recursive: true, verbatimSymlinks: true });
  const made = lines.flatMap((line) => /--name (\S+)/.exec(line)?.[1] ?? []);
  for (const run of readdirSync(path.join(folder, 'runs', 'runs')))
    if (made.some((own) => run.includes(`-${own}-`)))
      rmSync(path.join(folder, 'runs', 'runs', run), { recursive: true });
  return folder;
}

describe.each(PAGES)('%s', (name) => {
  const page = read(name);
  const titled = (blocks: ExampleBlock[]) =>
    blocks.map((block) => [block.line, block.lines[0]!, block] as const);
  const blocks = titled(readBlocks(page));
  const runs = blocks.filter(([, , { notRun }]) => notRun === undefined);

  it.each(runs)('line %i: %s', async (line, _, block) => {
    const folder = folderOf(`${path.basename(name, '.md')}-${line}`, block.lines);
    for (const text of block.lines) {
      const words = conmimWords(text);
      if (words === undefined) throw new Error(`"${text}" is no command of conmim.`);
      if (isReading(words) && known.has(words.join(' '))) continue;
      known.add(words.join(' '));
      await run(folder, shrink(words, step, folder));
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  for (const [line, first, { notRun }] of blocks)
    if (notRun !== undefined) it.skip(`line ${line}: ${first} (${notRun})`, () => {});
});

describe('Python in the help', () => {
  const page = read('docs/help/export-networks.md');
  const python = process.env['CONMIM_PYTHON'] ?? 'python3';
  const has = (library: string) =>
    spawnSync(python, ['-c', `import ${library}, PIL`], { stdio: 'ignore' }).status === 0;
  for (const { line, lines } of readBlocks(page, 'python')) {
    const source = lines.join('\n');
    const [, library] = /(?:import|from) (timm|transformers|onnxruntime)\b/.exec(source)!;
    it.skipIf(!has(library!))(`line ${line}: opens the export with ${library}`, async () => {
      const folder = folderOf(`python-${line}`, []);
      for (const { lines: commands } of readBlocks(page))
        for (const command of commands)
          await run(folder, shrink(conmimWords(command)!, step, folder));
      const { status, stderr } = spawnSync(python, ['-c', source], { cwd: folder });
      expect(status, String(stderr)).toBe(0);
    });
  }
});
