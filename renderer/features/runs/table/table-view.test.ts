import { describe, expect, it } from 'vitest';
import { splitAddress } from '../../../state/address.ts';
import { readView, type TableView, tableInput, viewQuery } from './table-view.ts';

const fromChange = (change: Partial<TableView>) => {
  const entries = Object.entries(viewQuery(change)).filter(([, value]) => value !== undefined);
  return readView(new URLSearchParams(entries as [string, string][]));
};

describe('the view of the table in the address', () => {
  it('is read back as it was written', () => {
    const view: TableView = {
      search: 'a & b?',
      kind: 'finetune',
      tag: 'x-ray',
      favourite: true,
      sort: 'loss',
      descending: true,
      opened: ['/data/comparison, first', '/ü'],
      selected: ['20260101-000000-a-000001'],
    };
    expect(fromChange(view)).toEqual(view);
  });

  it('leaves out what is no part of a view', () => {
    const query = new URLSearchParams('sort=colour&kind=all&selected=%25,a,a&favourite=1');
    expect(readView(query)).toMatchObject({
      sort: 'started',
      descending: true,
      kind: undefined,
      selected: ['a'],
      favourite: false,
    });
  });

  it('asks the studio for nothing that is not given', () => {
    expect(tableInput(readView(new URLSearchParams()))).toEqual({
      sort: 'started',
      descending: true,
    });
  });
});

describe('an address', () => {
  it.each([
    ['#/runs/a?compare=b', '/runs/a', 'compare=b'],
    ['#/runs', '/runs', ''],
    ['', '/', ''],
    ['runs?a=b?c', '/runs', 'a=b?c'],
  ])('%s has a path and a query', (hash, path, query) => {
    expect(splitAddress(hash)).toEqual({ path, query });
  });
});
