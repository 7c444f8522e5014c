/** How the masks or boxes of the chosen sets are read. */
import {
  type DenseFolders,
  MASK_FORMATS,
  OBJECT_FORMATS,
  VALIDATION_FOLDERS,
} from '../../../engine/contract/dense-labels.ts';
import { findsObjects } from '../../../engine/contract/tasks.ts';
import { DenseFields } from '../../ui/dense-fields.tsx';
import { PathField } from '../../ui/path-field.tsx';
import { changeFinetuneDraft, useFinetuneDraft } from './draft.ts';

/** @param props.validation whether a validation set is chosen beside, which may have folders of its own */
export function MaskFields(props: {
  readonly task: string | undefined;
  readonly validation?: boolean;
}) {
  const { task, validation = false } = props;
  const dense = useFinetuneDraft((draft) => draft.dense);
  // A set that is chosen brings its own values, also of texts that are being typed.
  const sets = useFinetuneDraft(({ train, val }) => JSON.stringify([train, val]));
  const given = useFinetuneDraft(({ valFolders }) => Object.keys(valFolders).length);
  return (
    <DenseFields
      key={sets}
      value={dense}
      onChange={(value) => changeFinetuneDraft({ dense: value })}
      formats={findsObjects(task) ? OBJECT_FORMATS : MASK_FORMATS}
      {...(validation ? { more: { fields: <ValidationFields task={task} />, given } } : {})}
    />
  );
}

function ValidationFields({ task }: { readonly task: string | undefined }) {
  const folders = useFinetuneDraft((draft) => draft.valFolders);
  const field = (key: keyof DenseFolders, { title, help }: typeof VALIDATION_FOLDERS.valMasks) => (
    <PathField
      label={title}
      description={help.replace('--val', 'the validation set')}
      value={folders[key] ?? ''}
      onChange={(chosen) => {
        const { [key]: _, ...rest } = folders;
        const typed = chosen.trim();
        changeFinetuneDraft({ valFolders: typed === '' ? rest : { ...rest, [key]: typed } });
      }}
    />
  );
  return (
    <>
      {findsObjects(task) ? null : field('masks', VALIDATION_FOLDERS.valMasks)}
      {field('images', VALIDATION_FOLDERS.valImages)}
    </>
  );
}
