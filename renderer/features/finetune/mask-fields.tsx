/** How the masks or boxes of the chosen sets are read. */
import { MASK_FORMATS, OBJECT_FORMATS } from '../../../engine/contract/dense-labels.ts';
import { findsObjects } from '../../../engine/contract/tasks.ts';
import { DenseFields } from '../../ui/dense-fields.tsx';
import { changeFinetuneDraft, useFinetuneDraft } from './draft.ts';

export function MaskFields({ task }: { readonly task: string | undefined }) {
  const dense = useFinetuneDraft((draft) => draft.dense);
  // A set that is chosen brings its own values, also of texts that are being typed.
  const sets = useFinetuneDraft(({ train, val }) => JSON.stringify([train, val]));
  return (
    <DenseFields
      key={sets}
      value={dense}
      onChange={(value) => changeFinetuneDraft({ dense: value })}
      formats={findsObjects(task) ? OBJECT_FORMATS : MASK_FORMATS}
    />
  );
}
