/** Builds an index of the patches of a data set, and shows how far that is. */
import { defined } from '../../../../engine/contract/defined.ts';
import { refreshQueries } from '../../../client/use-studio.ts';
import { FromImages } from '../from-images.tsx';

const WORDS = 64;

export function BuildIndex(props: { readonly id: string; readonly folder: string | undefined }) {
  const { id, folder } = props;
  return (
    <FromImages
      kind="lookup"
      run={id}
      folder={folder}
      words={{
        button: 'Build the index',
        doing: 'Building',
        made: 'the index',
        failed: 'The index could not be built',
      }}
      requestFor={({ data, exclude }) => ({
        ...{ kind: 'lookup', run: id, build: data, words: WORDS, device: 'auto' },
        ...defined({ exclude }),
      })}
      onMade={refreshLookups}
    />
  );
}

function refreshLookups(): void {
  void refreshQueries({
    predicate: ({ queryKey }) => String(queryKey[0]).startsWith('insight.lookup'),
  });
}
