/** The window accepts drops on every page and shows an overlay during a drag. */
import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { MOST_DROPPED } from '../../../engine/contract/studio/index.ts';
import { desktop } from '../../client/studio.ts';
import { useLive } from '../../state/live.ts';
import { fieldUnder } from '../../ui/drop-field.ts';
import { notifyError } from '../../ui/error-notice.tsx';
import classes from './drop.module.css';
import { DropDialog } from './drop-dialog.tsx';
import {
  certainOffer,
  type DropOffer,
  type DropPlan,
  joinPlans,
  planDrop,
  withoutOffer,
} from './drop-plan.ts';
import { useTakeOffer } from './take-offer.ts';

const TAKES =
  'Drop folders of images, a list of labels (CSV), weights of a network, a run or a workspace anywhere.';
const NO_PATHS =
  'A browser does not tell this page the paths of dropped files. Choose the folder with “Add images…” on the page Data sets.';

/** Target of the drag: none, the window, or a field for a path. */
type Over = undefined | { readonly field: string | undefined };

export function DropTarget() {
  const [over, setOver] = useState<Over>(undefined);
  const [plan, setPlan] = useState<DropPlan | undefined>(undefined);
  const take = useTakeOffer();
  const takeFiles = async (files: readonly File[]) => {
    const found = await planOf(files);
    const certain = certainOffer(found);
    // Open offers of an earlier drop are kept.
    if (certain === undefined) setPlan((earlier) => joinPlans(earlier, found));
    else await take(certain);
  };
  const takeAsked = async (offer: DropOffer) => {
    await take(offer);
    setPlan((asked) => asked && withoutOffer(asked, offer));
  };
  const latest = useRef(takeFiles);
  latest.current = takeFiles;
  useEffect(() => listen(setOver, (files) => void latest.current(files).catch(notifyError)), []);
  return (
    <>
      {over === undefined ? null : (
        <div className={classes['overlay']!}>
          <Text className={classes['words']!} role="status">
            {desktop === undefined
              ? NO_PATHS
              : over.field === undefined
                ? TAKES
                : `Drop it for the field “${over.field}”.`}
          </Text>
        </div>
      )}
      <DropDialog plan={plan} onTake={takeAsked} onClose={() => setPlan(undefined)} />
    </>
  );
}

/** @returns a function that removes the listeners */
function listen(show: (over: Over) => void, take: (files: readonly File[]) => void): () => void {
  let shown: Over;
  // Drags of images and links of the page itself are ignored.
  let own = false;
  const setOver = (over: Over) => {
    if (over?.field === shown?.field && (over === undefined) === (shown === undefined)) return;
    shown = over;
    show(over);
  };
  const isForeign = ({ dataTransfer }: DragEvent) =>
    !own && (dataTransfer?.types.includes('Files') ?? false);
  const listeners: Partial<Record<keyof WindowEventMap, (event: DragEvent) => void>> = {
    // This event does not fire during a drag, so a drag that was cancelled unseen has ended.
    mousemove: () => setOver(undefined),
    dragstart: () => {
      own = true;
    },
    dragend: () => {
      own = false;
    },
    dragover: (event) => {
      if (!isForeign(event)) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = desktop ? 'copy' : 'none';
      setOver({ field: fieldUnder(event.target) });
    },
    dragleave: (event) => {
      // Without a related target, the drag has left the window or was cancelled.
      if (event.relatedTarget === null) setOver(undefined);
    },
    drop: (event) => {
      setOver(undefined);
      if (!isForeign(event) || event.defaultPrevented) return;
      event.preventDefault();
      take([...(event.dataTransfer?.files ?? [])]);
    },
  };
  const all = Object.entries(listeners) as [string, EventListener][];
  for (const [name, listener] of all) window.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of all) window.removeEventListener(name, listener);
  };
}

async function planOf(files: readonly File[]): Promise<DropPlan> {
  if (desktop === undefined) {
    notifications.show({ color: 'yellow', title: 'Nothing was added', message: NO_PATHS });
    return { offers: [], unusable: [] };
  }
  if (files.length > MOST_DROPPED)
    return {
      offers: [],
      unusable: [
        `${files.length.toLocaleString('en')} items were dropped at once. Drop their folder instead.`,
      ],
    };
  const { pathOf, describePaths } = desktop;
  const found = files.map((file) => ({ name: file.name, path: pathOf(file) }));
  const paths = found.flatMap(({ path }) => (path === '' ? [] : path));
  const nowhere = found
    .filter(({ path }) => path === '')
    .map(({ name }) => `“${name}” is not in a folder of this machine. Save it first.`);
  const things = paths.length === 0 ? [] : await describePaths(paths);
  const { offers, unusable } = planDrop(things, useLive.getState().datasets);
  return { offers, unusable: [...unusable, ...nowhere] };
}
