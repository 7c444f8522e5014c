import { describe, expect, it } from 'vitest';
import { faultsOf, mayShip } from './licences.ts';

describe('licences', () => {
  it.each([
    ['x', 'MIT', true],
    ['x', '(MIT OR GPL-3.0-only)', true],
    ['x', 'MIT AND GPL-3.0-only', false],
    ['x', 'GPL-3.0-only', false],
    ['x', 'LGPL-3.0-or-later', false],
    ['x', 'LGPL-3.0', false],
    ['libheif-js', 'LGPL-3.0', true],
    ['@img/sharp-libvips-linux-x64', 'LGPL-3.0-or-later', true],
    ['@img/sharp-win32-x64', 'Apache-2.0 AND LGPL-3.0-or-later', true],
    ['x', 'SEE LICENSE IN README', false],
  ])('%s under %s: %s', (name, expression, answer) => {
    expect(mayShip(name, expression)).toBe(answer);
  });

  it('names each part that may not ship, and why', () => {
    expect(
      faultsOf([
        { name: 'good', version: '1', licence: 'MIT', text: 'words' },
        { name: 'unknown', version: '2', licence: undefined, text: 'words' },
        { name: 'copyleft', version: '3', licence: 'AGPL-3.0-only', text: 'words' },
        { name: 'silent', version: '4', licence: 'MIT', text: ' ' },
      ]),
    ).toEqual([
      'unknown 2: its licence is unknown',
      'copyleft 3: AGPL-3.0-only is not among the licences allowed',
      'silent 4: the text of MIT is missing',
    ]);
  });
});
