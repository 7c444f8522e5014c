import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { backportsSource } from './backports.ts';

const source = (files: Record<string, string>): string | undefined =>
  backportsSource(
    Object.entries(files).map(([name, text]) => ({ name, text })),
    'bookworm',
  );

/** As Debian's own images have it. */
const PARAGRAPHS = `Types: deb
# http://snapshot.invalid/debian/20250520
URIs: http://mirror.invalid/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.invalid/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

describe('backportsSource', () => {
  it('follows a file of paragraphs', () => {
    expect(source({ 'debian.sources': PARAGRAPHS })).toBe(`Types: deb
Uris: http://mirror.invalid/debian
Suites: bookworm-backports
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`);
  });

  it('follows lines, with their options', () => {
    const text = `# deb http://old.invalid/debian bookworm main
deb-src http://mirror.invalid/debian bookworm main
deb [arch=amd64,arm64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg check-valid-until=no] https://mirror.invalid/debian/ bookworm main contrib # ours
deb https://mirror.invalid/debian bookworm-updates main
`;
    expect(source({ 'sources.list': text })).toBe(`Types: deb
Uris: https://mirror.invalid/debian/
Suites: bookworm-backports
Components: main
Architectures: amd64 arm64
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
Check-Valid-Until: no
`);
  });

  it('keeps a key that stands in the file', () => {
    const key =
      ' -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEY\n -----END PGP PUBLIC KEY BLOCK-----';
    const text = `Types: deb deb-src\nURIs: http://mirror.invalid/debian\nSuites: bookworm\nComponents: main\nSigned-By:\n${key}\n`;
    expect(source({ 'a.sources': text })).toContain(`Signed-By: \n${key}\n`);
  });

  it('takes no other source that has a suite by this name', () => {
    const other = 'deb https://other.invalid/debian/12/prod bookworm main\n';
    const another = 'deb https://another.invalid/linux/debian bookworm stable\n';
    expect(source({ 'a.list': other + another, 'debian.sources': PARAGRAPHS })).toContain(
      'mirror.invalid',
    );
    expect(source({ 'a.list': another })).toBeUndefined();
  });

  it('adds nothing where they are there, unless they are switched off', () => {
    const there = `${PARAGRAPHS}\nTypes: deb\nURIs: http://mirror.invalid/debian\nSuites: bookworm-backports\nComponents: main\n`;
    expect(source({ 'debian.sources': there })).toBe('');
    expect(source({ 'debian.sources': `${there}Enabled: no\n` })).toContain('bookworm-backports');
  });

  it('reads the machine’s own files', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'conmim-apt-'));
    try {
      mkdirSync(path.join(folder, 'sources.list.d'));
      writeFileSync(path.join(folder, 'sources.list.d', 'debian.sources'), PARAGRAPHS);
      writeFileSync(path.join(folder, 'release'), 'ID=debian\nVERSION_CODENAME=bookworm\n');
      const script = path.join(import.meta.dirname, 'run.mjs');
      const words = [script, 'build/backports.ts', folder, path.join(folder, 'release')];
      expect(execFileSync(process.execPath, words, { encoding: 'utf8' })).toContain(
        'Suites: bookworm-backports',
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('.ci/run', () => {
  it('names no host of packages', () => {
    const text = readFileSync(path.join(import.meta.dirname, '..', '.ci', 'run'), 'utf8');
    expect(text).not.toMatch(/https?:\/\/|\b[\w-]+\.(org|com|net)\b/);
  });
});
