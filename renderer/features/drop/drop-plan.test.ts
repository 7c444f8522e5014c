import { describe, expect, it } from 'vitest';
import type { Dataset, DroppedThing } from '../../../engine/contract/studio/index.ts';
import { certainOffer, joinPlans, planDrop, withoutOffer } from './drop-plan.ts';

function thing(kind: DroppedThing['kind'], path: string, more: Partial<DroppedThing> = {}) {
  return { kind, path, parent: path.slice(0, path.lastIndexOf('/')) || '/', ...more };
}
const plan = (...things: DroppedThing[]) => planDrop(things, []);

describe('what was dropped', () => {
  it('of folders alone is one data set, without a question', () => {
    const offer = { kind: 'folders', folders: ['/a', '/b'] };
    const planned = plan(thing('folder', '/a'), thing('folder', '/b'));
    expect(planned).toEqual({ offers: [offer], unusable: [] });
    expect(certainOffer(planned)).toEqual(offer);
  });

  it('of pictures means their folders, each once, and is asked', () => {
    const planned = plan(
      ...['/a/1.png', '/a/2.png', '/b/3.png'].map((path) => thing('picture', path)),
    );
    const pictures = ['/a/1.png', '/a/2.png', '/b/3.png'];
    expect(planned.offers).toEqual([{ kind: 'pictures', folders: ['/a', '/b'], pictures }]);
    expect(certainOffer(planned)).toBeUndefined();
  });

  it('of pictures within a dropped folder adds nothing to it', () => {
    const planned = plan(thing('folder', '/a'), thing('picture', '/a/deep/1.png'));
    expect(planned.offers).toEqual([{ kind: 'folders', folders: ['/a'] }]);
    expect(plan(thing('folder', '/a'), thing('picture', '/ab/1.png')).offers).toHaveLength(2);
  });

  it('of pictures whose folder is a data set leads there', () => {
    const dataset = {
      id: 'x',
      name: 'mine',
      kind: 'images',
      folders: ['/a'],
    } as unknown as Dataset;
    const [offer] = planDrop([thing('picture', '/a/1.png')], [dataset]).offers;
    expect(offer).toMatchObject({ known: { id: 'x', name: 'mine' } });
  });

  it.each(['table', 'weights'] as const)('of one %s is taken at once, of two is asked', (kind) => {
    expect(certainOffer(plan(thing(kind, '/x')))).toEqual({ kind, path: '/x' });
    const two = plan(thing(kind, '/x'), thing(kind, '/y'));
    expect(two.offers).toHaveLength(2);
    expect(certainOffer(two)).toBeUndefined();
  });

  it('of a run leads to it, or to its workspace, or to words', () => {
    const run = (open: boolean) =>
      thing('run', '/ws/runs/r', { run: 'r', workspace: { folder: '/ws', open } });
    expect(certainOffer(plan(run(true)))).toEqual({ kind: 'run', path: '/ws/runs/r', run: 'r' });
    expect(plan(run(false)).offers).toEqual([{ kind: 'workspace', path: '/ws', run: 'r' }]);
    expect(certainOffer(plan(run(false)))).toBeUndefined();
    const alone = plan(thing('run', '/r', { run: 'r' }));
    expect(alone.offers).toEqual([]);
    expect(alone.unusable).toEqual([expect.stringContaining('outside of any workspace')]);
  });

  it('of a mix is asked, and names what cannot be used', () => {
    const planned = plan(thing('folder', '/a'), thing('unusable', '/z', { reason: 'No.' }));
    expect(planned.unusable).toEqual(['No.']);
    expect(planned.offers).toHaveLength(1);
    expect(certainOffer(planned)).toBeUndefined();
  });
});

describe('what is asked of a drop', () => {
  const first = plan(thing('picture', '/a/1.png'), thing('unusable', '/z', { reason: 'No.' }));
  const second = plan(thing('picture', '/b/2.png'), thing('unusable', '/y', { reason: 'No.' }));

  it('stays when something else is dropped, and nothing is asked twice', () => {
    const both = joinPlans(joinPlans(first, second), second);
    expect(both).toEqual({ offers: [...first.offers, ...second.offers], unusable: ['No.'] });
  });

  it('is over for what has been taken, and at an end with the last of it', () => {
    const both = joinPlans(first, second);
    const left = withoutOffer(both, first.offers[0]!)!;
    expect(left.offers).toEqual(second.offers);
    expect(withoutOffer(left, second.offers[0]!)).toBeUndefined();
  });

  it('names two runs of another workspace as two, and one workspace once', () => {
    const run = (name: string) =>
      thing('run', `/ws/runs/${name}`, { run: name, workspace: { folder: '/ws', open: false } });
    expect(plan(run('a'), run('b')).offers).toHaveLength(2);
    expect(plan(thing('workspace', '/ws'), thing('workspace', '/ws')).offers).toHaveLength(1);
  });
});
