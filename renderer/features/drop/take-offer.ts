/** Perform an offer for dropped items and show the result. */
import { useLocation } from 'wouter';
import { isStudioError } from '../../../engine/contract/errors.ts';
import type { Dataset } from '../../../engine/contract/studio/index.ts';
import { call, desktop } from '../../client/studio.ts';
import { askImport } from '../../state/asked-import.ts';
import type { DropOffer } from './drop-plan.ts';

/** @throws StudioError, Error of the desktop host */
export function useTakeOffer(): (offer: DropOffer) => Promise<void> {
  const [, navigate] = useLocation();
  return async (offer) => {
    switch (offer.kind) {
      case 'folders':
        return navigate(`/datasets/${await addedDataset('images', offer.folders)}`);
      case 'pictures':
        return navigate(
          `/datasets/${offer.known?.id ?? (await addedDataset('images', offer.folders))}`,
        );
      case 'table':
        return navigate(`/datasets/${await addedDataset('labelled', [offer.path])}`);
      case 'weights':
        askImport(offer.path);
        return navigate('/models');
      case 'run':
        return navigate(`/runs/${offer.run}`);
      case 'workspace':
        return desktop?.changeWorkspace(offer.path);
    }
  };
}

/** Add a data set, or return the existing one. */
async function addedDataset(kind: Dataset['kind'], folders: readonly string[]): Promise<string> {
  try {
    return (await call('datasets.add', { kind, folders: [...folders] })).id;
  } catch (error) {
    if (isStudioError(error, 'dataset-known')) return error.details.id;
    throw error;
  }
}
