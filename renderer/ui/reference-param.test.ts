import { expect, it } from 'vitest';
import { readReference, referenceAddress } from './reference-param.ts';

it.each(['20261123-061834-cifar-final-ab3c10', '/data/my work/models/beit', 'C:\\models\\beit'])(
  'finds %s again in an address',
  (reference) => {
    const [, page, param] = referenceAddress('models', reference).split('/');
    expect(page).toBe('models');
    // The router decodes parameters this way.
    expect(readReference(decodeURI(param!))).toBe(reference);
  },
);

it('takes a percent sign in a name for itself', () => {
  const [, , param] = referenceAddress('models', '/data/100% mine').split('/');
  expect(readReference(decodeURI(param!))).toBe('/data/100% mine');
});
