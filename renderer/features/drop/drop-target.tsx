/** The whole window takes what is dropped on it, on every page, and shows so while something is dragged. */
import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { MOST_DROPPED } from '../../../engine/contract/studio/index.ts';
import { desktop } from '../../client/studio.ts';
import { useLive } from '../../state/live.ts';
import { fieldUnder } from '../../ui/drop-field.ts';
import { tellError } from '../../ui/error-notice.tsx';
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
  'A browser does not tell this page where dropped files lie. Choose the folder with “Add images…” on the page Data sets.';

/** What is under the mouse: nothing that is dragged, the window, or a field that takes a path. */
type Over = undefined | { readonly field: string | undefined };

export function DropTarget() {
  const [over, setOver] = useState<Over>(undefined);
  const [plan, setPlan] = useState<DropPlan | undefined>(undefined);
  const take = useTakeOffer();
  const takeFiles = async (files: readonly File[]) => {
    const found = await planOf(files);
    const certain = certainOffer(found);
    // The questions of an earlier drop stay.
    if (certain === undefined) setPlan((earlier) => joinPlans(earlier, found));
    else await take(certain);
  };
  const takeAsked = async (offer: DropOffer) => {
    await take(offer);
    setPlan((asked) => asked && withoutOffer(asked, offer));
  };
  const latest = useRef(takeFiles);
  latest.current = takeFiles;
  useEffect(() => listen(setOver, (files) => void latest.current(files).catch(tellError)), []);
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

/** @returns ends it */
function listen(show: (over: Over) => void, take: (files: readonly File[]) => void): () => void {
  let shown: Over;
  // Pictures and links of the page itself can be dragged too, and mean nothing here.
  let own = false;
  const setOver = (over: Over) => {
    if (over?.field === shown?.field && (over === undefined) === (shown === undefined)) return;
    shown = over;
    show(over);
  };
  const isForeign = ({ dataTransfer }: DragEvent) =>
    !own && (dataTransfer?.types.includes('Files') ?? false);
  const listeners: Partial<Record<keyof WindowEventMap, (event: DragEvent) => void>> = {
    // None comes during a drag, so one that was given up unseen is over.
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
      // Into nothing: out of the window, or given up.
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
        `${files.length.toLocaleString('en')} things were dropped at once. Drop the folder that they lie in.`,
      ],
    };
  const { pathOf, describePaths } = desktop;
  const found = files.map((file) => ({ name: file.name, path: pathOf(file) }));
  const paths = found.flatMap(({ path }) => (path === '' ? [] : path));
  const nowhere = found
    .filter(({ path }) => path === '')
    .map(({ name }) => `“${name}” lies in no folder of this machine. Save it in one first.`);
  const things = paths.length === 0 ? [] : await describePaths(paths);
  const { offers, unusable } = planDrop(things, useLive.getState().datasets);
  return { offers, unusable: [...unusable, ...nowhere] };
}
