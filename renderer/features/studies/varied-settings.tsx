/** The settings that a study varies, each with its values or its range. */
import { ActionIcon, Button, Group, Select, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { SettingValues } from '../../../engine/contract/settings/setting.ts';
import { formFields, titleOf, valueText } from '../../ui/recipe-form/recipe-kind.ts';
import { changeStudyDraft, problemOf, useStudyDraft, type VariedSetting } from './draft.ts';

/** Settings that a study sets itself, and those that change no training. */
const OWN: ReadonlySet<string> = new Set(['seed', 'epochs', 'steps']);

export function VariedSettings({ recipe }: { readonly recipe: SettingValues }) {
  const varied = useStudyDraft((draft) => draft.varied);
  const fields = useMemo(
    () => formFields('pretrain').filter(({ key, incidental }) => !incidental && !OWN.has(key)),
    [],
  );
  const change = (at: number, next: VariedSetting | undefined) =>
    changeStudyDraft({
      varied: varied.flatMap((one, i) => (i !== at ? [one] : next === undefined ? [] : [next])),
    });
  const free = fields.filter(({ key }) => !varied.some((one) => one.key === key));
  return (
    <>
      {varied.map((one, i) => {
        const title = titleOf('pretrain', one.key);
        return (
          <Group key={one.key} align="flex-start" gap="sm" wrap="wrap">
            <Select
              label="Setting"
              flex="1 1 16rem"
              maw={360}
              searchable
              allowDeselect={false}
              data={fields
                .filter(({ key }) => key === one.key || free.some((field) => field.key === key))
                .map((field) => ({ value: field.key, label: `${field.title} (${field.key})` }))}
              value={one.key}
              onChange={(key) => {
                if (key !== null) change(i, { key, values: valueText(recipe[key]) });
              }}
            />
            <TextInput
              label={`Values of ${title}`}
              description={`The recipe has ${valueText(recipe[one.key])}.`}
              inputWrapperOrder={['label', 'input', 'error', 'description']}
              flex="2 1 18rem"
              maw={560}
              value={one.values}
              error={problemOf(one, recipe)}
              onChange={(event) => change(i, { ...one, values: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              mt={28}
              aria-label={`Remove ${title}`}
              onClick={() => change(i, undefined)}
            >
              <IconX size={18} aria-hidden />
            </ActionIcon>
          </Group>
        );
      })}
      <Group>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={16} aria-hidden />}
          disabled={free.length === 0}
          onClick={() => {
            const { key } = free.find((field) => field.key === 'mask_ratio') ?? free[0]!;
            changeStudyDraft({ varied: [...varied, { key, values: valueText(recipe[key]) }] });
          }}
        >
          Add a setting
        </Button>
      </Group>
    </>
  );
}
