import { expect, it } from 'vitest';
import { baseName } from './base-name.ts';

it('names a path by its last part', () => {
  expect(['/a/b/', 'C:\\a\\b.csv', '/', 'b'].map(baseName)).toEqual(['b', 'b.csv', '/', 'b']);
});
