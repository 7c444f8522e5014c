/** How the masks of the chosen sets are read. */
import { MASK_FORMATS } from '../../../engine/contract/dense-labels.ts';
import { DenseFields } from '../../ui/dense-fields.tsx';
import { changeFinetuneDraft, useFinetuneDraft } from './draft.ts';

export function MaskFields() {
  const dense = useFinetuneDraft((draft) => draft.dense);
  // A set that is chosen brings its own values, also of texts that are being typed.
  const sets = useFinetuneDraft(({ train, val }) => JSON.stringify([train, val]));
  return (
    <DenseFields
      key={sets}
      value={dense}
      onChange={(value) => changeFinetuneDraft({ dense: value })}
      formats={MASK_FORMATS}
    />
  );
}
