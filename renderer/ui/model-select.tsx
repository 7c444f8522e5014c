/** A select field for a network of the workspace, or a file or folder of weights. */
import { Select, Stack } from '@mantine/core';
import { primaryText } from '../../engine/contract/scores.ts';
import type { ModelSummary } from '../../engine/contract/studio/index.ts';
import { useStudio } from '../client/use-studio.ts';
import { agoText } from './format.ts';
import { kindText } from './model-kind.ts';
import { PathField } from './path-field.tsx';

const FILE = 'file:';

export const WEIGHTS = {
  title: 'Weights of a network',
  extensions: ['safetensors', 'pth', 'pt', 'bin'],
} as const;

/** Files that can be run as they are serve where a classifier is applied. */
const CLASSIFIERS = {
  title: 'A fine-tuned network',
  extensions: [...WEIGHTS.extensions, 'onnx'],
} as const;

export function modelText(model: ModelSummary): string {
  const { name, kind, step, scores, source, createdAt } = model;
  const score = kind === 'classifier' && scores !== undefined ? `, ${primaryText(scores)}` : '';
  const what = `${kindText(model)}${score}`;
  const where = source === 'import' ? 'imported' : `step ${step?.toLocaleString('en')}`;
  return `${name} – ${what}, ${where}, ${agoText(createdAt)}`;
}

export function ModelSelect(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (reference: string) => void;
  readonly kind?: ModelSummary['kind'];
  /** Which networks of the kind are offered; all by default. */
  readonly only?: (model: ModelSummary) => boolean;
  /** Further options before the networks. */
  readonly extra?: readonly { readonly value: string; readonly label: string }[];
}) {
  const { label, value, onChange, kind, only = () => true, extra = [] } = props;
  const { data } = useStudio('models.list', {});
  const models = (data ?? []).filter(
    (model) => (kind === undefined || model.kind === kind) && only(model),
  );
  const listed =
    extra.some((choice) => choice.value === value) ||
    models.some(({ reference }) => reference === value);
  const asFile = value !== '' && !listed && data !== undefined;
  return (
    <Stack gap="xs">
      <Select
        label={label}
        placeholder={models.length === 0 ? 'Nothing was trained yet' : 'Choose'}
        data={[
          ...extra,
          ...models.map((model) => ({ value: model.reference, label: modelText(model) })),
          { value: FILE, label: 'A file or folder of weights…' },
        ]}
        value={asFile ? FILE : value === '' ? null : value}
        onChange={(chosen) => onChange(chosen === FILE ? ' ' : (chosen ?? ''))}
        allowDeselect={false}
        searchable
        limit={200}
        nothingFoundMessage="No network of that name"
      />
      {asFile ? (
        <PathField
          label="File or folder of weights"
          value={value.trim()}
          onChange={(path) => onChange(path === '' ? ' ' : path)}
          file={kind === 'classifier' ? CLASSIFIERS : WEIGHTS}
        />
      ) : null}
    </Stack>
  );
}
