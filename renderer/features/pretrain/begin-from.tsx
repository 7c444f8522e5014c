/** The choice between a new network and one whose pre-training continues. */
import { NativeSelect, Stack } from '@mantine/core';
import { useStudio } from '../../client/use-studio.ts';
import { agoText, countText } from '../../ui/format.ts';
import { PathField } from '../../ui/path-field.tsx';
import { changePretrainDraft } from './draft.ts';

const NEW = 'new:';
const PACKAGE = 'package:';

export function BeginFrom({ from }: { readonly from: string | undefined }) {
  const { data } = useStudio('models.list', {});
  const runs = (data ?? []).filter(({ source, kind }) => source === 'run' && kind === 'pretrained');
  const listed = from !== undefined && runs.some(({ reference }) => reference === from);
  const value = from === undefined ? NEW : listed ? from : PACKAGE;
  return (
    <Stack gap="xs" maw={720}>
      <NativeSelect
        label="Begin with"
        description={
          from === undefined ? undefined : 'With its own recipe and weights; change settings below.'
        }
        data={[
          { value: NEW, label: 'A new network' },
          ...runs.map(({ reference, name, step, createdAt }) => ({
            value: reference,
            label: `Continue from ${name}, step ${countText(step ?? 0)}, ${agoText(createdAt)}`,
          })),
          { value: PACKAGE, label: 'Continue from a continuation package…' },
        ]}
        value={value}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          changePretrainDraft({
            from: chosen === NEW ? undefined : chosen === PACKAGE ? '' : chosen,
            settings: {},
          });
        }}
      />
      {value === PACKAGE ? (
        <PathField
          label="Folder of the package"
          description="A continuation package, as “Export…” of a pre-training writes it."
          value={from ?? ''}
          onChange={(path) => changePretrainDraft({ from: path })}
        />
      ) : null}
    </Stack>
  );
}
