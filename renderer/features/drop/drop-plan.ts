/** Determine the offers for dropped items, by kind, and the reasons why items cannot be used. */
import type { Dataset, DroppedThing } from '../../../engine/contract/studio/index.ts';
import { isWithin } from '../../ui/base-name.ts';

/** An action for dropped items. */
export type DropOffer =
  /** Add all folders as one data set. */
  | { readonly kind: 'folders'; readonly folders: readonly string[] }
  /** Add the folders of dropped images. */
  | {
      readonly kind: 'pictures';
      readonly folders: readonly string[];
      readonly pictures: readonly string[];
      /** The existing data set of these folders. */
      readonly known?: { readonly id: string; readonly name: string };
    }
  | { readonly kind: 'table'; readonly path: string }
  | { readonly kind: 'weights'; readonly path: string }
  | { readonly kind: 'workspace'; readonly path: string; readonly run?: string }
  | { readonly kind: 'run'; readonly path: string; readonly run: string };

export interface DropPlan {
  readonly offers: readonly DropOffer[];
  /** One sentence for each item that cannot be used. */
  readonly unusable: readonly string[];
}

/** @param datasets existing data sets */
export function planDrop(things: readonly DroppedThing[], datasets: readonly Dataset[]): DropPlan {
  const of = (kind: DroppedThing['kind']) => things.filter((thing) => thing.kind === kind);
  const folders = of('folder').map(({ path }) => path);
  const pictures = of('picture').map(({ path }) => path);
  // Images in a dropped folder belong to it.
  const around = [...new Set(of('picture').map(({ parent }) => parent))].filter(
    (parent) => !folders.some((folder) => isWithin(parent, folder)),
  );
  const known = datasets.find(
    ({ kind, folders: its }) => kind === 'images' && isSameList(its, around),
  );
  const offers: DropOffer[] = [
    ...(folders.length === 0 ? [] : [{ kind: 'folders' as const, folders }]),
    ...(around.length === 0
      ? []
      : [
          {
            kind: 'pictures' as const,
            folders: around,
            pictures,
            ...(known === undefined ? {} : { known: { id: known.id, name: known.name } }),
          },
        ]),
    ...of('table').map(({ path }) => ({ kind: 'table' as const, path })),
    ...of('weights').map(({ path }) => ({ kind: 'weights' as const, path })),
    ...of('run').flatMap(offerRun),
    ...of('workspace').map(({ path }) => ({ kind: 'workspace' as const, path })),
  ];
  return joinPlans(
    { offers: [], unusable: [] },
    { offers, unusable: things.flatMap(reasonAgainst) },
  );
}

/** Merge the open offers of an earlier drop with those of a later one, without duplicates. */
export function joinPlans(earlier: DropPlan | undefined, later: DropPlan): DropPlan {
  if (earlier === undefined) return later;
  const offers = new Map(
    [...earlier.offers, ...later.offers].map((each) => [offerKey(each), each]),
  );
  return {
    offers: [...offers.values()],
    unusable: [...new Set([...earlier.unusable, ...later.unusable])],
  };
}

/** @returns undefined when no offer is left */
export function withoutOffer(plan: DropPlan, taken: DropOffer): DropPlan | undefined {
  const offers = plan.offers.filter((offer) => offerKey(offer) !== offerKey(taken));
  return offers.length === 0 ? undefined : { ...plan, offers };
}

export function offerKey(offer: DropOffer): string {
  return JSON.stringify(offer);
}

/** The offer to accept without asking, if there is only one meaning. */
export function certainOffer({ offers, unusable }: DropPlan): DropOffer | undefined {
  const [only] = offers;
  if (only === undefined || offers.length > 1 || unusable.length > 0) return undefined;
  return only.kind === 'pictures' || only.kind === 'workspace' ? undefined : only;
}

function offerRun({ path, run = '', workspace }: DroppedThing): DropOffer[] {
  if (workspace === undefined) return [];
  return workspace.open
    ? [{ kind: 'run', path, run }]
    : [{ kind: 'workspace', path: workspace.folder, run }];
}

function reasonAgainst({ kind, run, workspace, reason }: DroppedThing): readonly string[] {
  if (kind === 'unusable') return [reason ?? 'This cannot be used.'];
  if (kind !== 'run' || workspace !== undefined) return [];
  return [
    `“${run}” is a run outside of any workspace. To use its network, choose “A file or folder of weights…” on the page Fine-tune and name the folder there.`,
  ];
}

function isSameList(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && others.every((one) => some.includes(one));
}
