// Write out/LICENCES.txt: every part that ships, its licence and the licence's text. || npm run
// licences [-- TARGET] || The parts are the packages of the lock file for the target, the packages
// that Vite bundled into the page, and the programs around them. A part with an unknown or not
// allowed licence, or without its text, stops the packaging and is named.
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { lockedPackages } from './check-package.ts';
import { NODE_VERSION } from './node-runtime.ts';
import { ONEDNN_VERSION, onednnFiles } from './onednn.ts';
import { forProduction } from './renderer.ts';
import { ROOT } from './root.ts';

const texts = path.join(ROOT, 'build', 'licences');

/** Permissive licences that only require attribution, by SPDX identifier. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
  'Zlib',
]);

/**
 * Allowed for the parts named here only. libvips and its libraries have the LGPL: they ship as
 * separate, unpacked shared libraries, which users can replace. So do libheif and libde265, which
 * ship as a separate file of WebAssembly.
 */
const EXCEPTIONS = [
  { licence: 'LGPL-3.0-or-later', part: /^@img\/sharp-/ },
  { licence: 'LGPL-3.0', part: /^libheif-js$/ },
  { licence: 'Apache-2.0 WITH LLVM-exception', part: /^LLVM OpenMP$/ },
  { licence: 'NCSA', part: /^DirectX Shader Compiler$/ },
  { licence: 'Microsoft-Distributable-Code', part: /^Visual C\+\+ runtime$/ },
];

/** A shipped part with its licence. */
export interface Part {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string | undefined;
  readonly text: string | undefined;
}

/** The used fields of a package.json. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
}

/**
 * Whether a part with this licence may ship.
 *
 * @param expression as in a package.json: `MIT`, `(MIT OR CC0-1.0)`, `Apache-2.0 AND
 *   LGPL-3.0-or-later`
 */
export function mayShip(name: string, expression: string): boolean {
  const allowed = (licence: string) =>
    ALLOWED.has(licence) ||
    EXCEPTIONS.some((one) => one.licence === licence && one.part.test(name));
  // AND binds more tightly than OR; nested parentheses are not supported.
  const flat = expression.replace(/^\((.*)\)$/, '$1');
  return flat
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => allowed(licence)));
}

/** Faults of parts, one line each. */
export function faultsOf(parts: readonly Part[]): string[] {
  return parts.flatMap(({ name, version, licence, text }) => {
    const part = `${name} ${version}`;
    if (!licence) return [`${part}: its licence is unknown`];
    if (!mayShip(name, licence)) return [`${part}: ${licence} is not among the licences allowed`];
    return text?.trim() ? [] : [`${part}: the text of ${licence} is missing`];
  });
}

/** A package of node_modules as a part. */
async function installedPart(name: string, version: string): Promise<Part> {
  const folder = path.join(ROOT, 'node_modules', name);
  const manifest = path.join(folder, 'package.json');
  if (!existsSync(manifest)) return { name, version, licence: undefined, text: undefined };
  const about: Manifest = JSON.parse(await readFile(manifest, 'utf8'));
  return { name, version, licence: about.license, text: await textOf(folder, about) };
}

/** The licence files of a package; else the text that its makers publish elsewhere. */
async function textOf(folder: string, about: Manifest): Promise<string | undefined> {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file));
  const parts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  if (about.name.startsWith('onnxruntime-')) parts.push(await readText('onnxruntime.txt'));
  if (about.name === '@cornerstonejs/codec-openjpeg') parts.push(await readText('openjpeg.txt'));
  if (about.name === 'jxl-oxide-wasm') parts.push(await readText('jxl-oxide.txt'));
  if (about.name === 'onnxruntime-node') parts.push(await readText('onnxruntime-notices.txt'));
  if (about.license?.includes('LGPL-3.0')) {
    // The README of libvips lists the licences of its libraries.
    const readme = await readFile(path.join(folder, 'README.md'), 'utf8');
    const from = readme.indexOf('## Licensing');
    if (from >= 0) parts.push(readme.slice(from));
    parts.push(await readText('texts/LGPL-3.0.txt'), await readText('texts/GPL-3.0.txt'));
  }
  if (parts.length === 0) return standardText(about);
  return parts.join('\n\n');
}

/** Standard texts, for packages that only name their licence. */
async function standardText({ license, author }: Manifest): Promise<string | undefined> {
  const file = path.join(texts, 'texts', `${license}.txt`);
  if (!existsSync(file)) return undefined;
  const holder = typeof author === 'string' ? author : author?.name;
  return `Copyright (c) ${holder ?? 'its authors'}\n\n${await readFile(file, 'utf8')}`;
}

/** The packages in the page, from Vite's list. */
async function bundledParts(): Promise<Part[]> {
  const outDir = await mkdtemp(path.join(os.tmpdir(), 'conmim-licences-'));
  try {
    await forProduction(async () => {
      const { build } = await import('vite');
      await build({
        configFile: path.join(ROOT, 'renderer', 'vite.config.ts'),
        logLevel: 'error',
        build: { outDir, emptyOutDir: true, license: { fileName: 'licences.json' } },
      });
    });
    const list: { name: string; version: string; identifier: string; text: string }[] = JSON.parse(
      await readFile(path.join(outDir, 'licences.json'), 'utf8'),
    );
    return Promise.all(
      list.map(async ({ name, version, identifier, text }) =>
        text ? { name, version, licence: identifier, text } : installedPart(name, version),
      ),
    );
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}

/** The programs around the packages. */
async function programParts(target: string): Promise<Part[]> {
  const electron = await installedPart('electron', '');
  const { version }: Manifest = JSON.parse(
    await readFile(path.join(ROOT, 'node_modules', 'electron', 'package.json'), 'utf8'),
  );
  const chromium =
    'Electron contains Chromium and what Chromium is made of. Their licences are in the file LICENSES.chromium.html of the installation.';
  const parts = [
    { ...electron, name: 'Electron', version, text: `${electron.text}\n${chromium}\n` },
    { name: 'Node.js', version: NODE_VERSION, licence: 'MIT', text: await readText('node.txt') },
    ...(await onednnParts(target)),
  ];
  if (!target.startsWith('win32')) return parts;
  return [
    ...parts,
    {
      name: 'DirectX Shader Compiler',
      version: '1.8.2502',
      licence: 'NCSA',
      text: await readText('directx-shader-compiler.txt'),
    },
    {
      name: 'Visual C++ runtime',
      version: '14',
      licence: 'Microsoft-Distributable-Code',
      text: await readText('visual-c.txt'),
    },
  ];
}

/** oneDNN's library, where it ships. */
async function onednnParts(target: string): Promise<Part[]> {
  const files = onednnFiles(target);
  if (files.length === 0) return [];
  const onednn = {
    name: 'oneDNN',
    version: ONEDNN_VERSION,
    licence: 'Apache-2.0',
    text: await readText('onednn.txt'),
  };
  const openMp = {
    name: 'LLVM OpenMP',
    version: '',
    licence: 'Apache-2.0 WITH LLVM-exception',
    text: await readText('llvm-openmp.txt'),
  };
  return files.some((name) => name.startsWith('libomp')) ? [onednn, openMp] : [onednn];
}

/**
 * All parts that ship for a target, by name; packages that engine and page share are listed once.
 */
export async function shippedParts(target: string): Promise<Part[]> {
  const packages = lockedPackages(target);
  const installed = [...packages].map(([name, version]) => installedPart(name, version));
  const parts = [
    ...(await programParts(target)),
    ...(await Promise.all(installed)),
    ...(await bundledParts()),
  ];
  const unique = new Map(parts.map((part) => [`${part.name} ${part.version}`, part]));
  return [...unique.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/**
 * @param parts from `shippedParts`
 * @returns path of the file
 * @throws Error that names every part which may not ship
 */
export async function writeLicences(
  parts: readonly Part[],
  file = path.join(ROOT, 'out', 'LICENCES.txt'),
): Promise<string> {
  const faults = faultsOf(parts);
  if (faults.length > 0) throw new Error(`These parts cannot ship:\n${faults.join('\n')}`);
  const own = await readFile(path.join(ROOT, 'LICENSE'), 'utf8');
  const list = parts.map(({ name, version, licence }) => `  ${name} ${version}: ${licence}`);
  const rule = '='.repeat(80);
  const page = [
    'ConMIM Studio is under the Apache License 2.0, which follows this list. It contains:',
    list.join('\n'),
    ...[{ name: 'ConMIM Studio', version: '', licence: 'Apache-2.0', text: own }, ...parts].map(
      (part) =>
        `${rule}\n${`${part.name} ${part.version}`.trim()}: ${part.licence}\n${rule}\n\n${part.text?.trim()}`,
    ),
  ].join('\n\n');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${page.replaceAll('\r\n', '\n')}\n`);
  return file;
}

function readText(name: string): Promise<string> {
  return readFile(path.join(texts, name), 'utf8');
}

export async function main([
  target = `${process.platform}-${process.arch}`,
]: string[]): Promise<void> {
  try {
    process.stdout.write(`${await writeLicences(await shippedParts(target))}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
