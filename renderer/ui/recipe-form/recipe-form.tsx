/**
 * All settings of a recipe, those that matter most first. What may be typed is what the engine takes:
 * the same schema checks both, at every key press.
 */
import { Accordion, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { countText } from '../format.ts';
import {
  basicKeys,
  checkRecipe,
  type Field,
  fieldsOf,
  type RecipeKind,
  valueText,
} from './recipe-kind.ts';
import { SettingField } from './setting-field.tsx';

export interface RecipeFormProps {
  readonly kind: RecipeKind;
  /** Every setting of the recipe that is changed here. */
  readonly preset: Readonly<Record<string, unknown>>;
  /** What was typed, by key; only what differs. */
  readonly settings: Readonly<Record<string, string>>;
  readonly onChange: (settings: Record<string, string>) => void;
}

export function RecipeForm({ kind, preset, settings, onChange }: RecipeFormProps) {
  const fields = useMemo(() => fieldsOf(kind), [kind]);
  const { values, problems } = useMemo(
    () => checkRecipe(kind, preset, settings),
    [kind, preset, settings],
  );
  const change = (key: string, text: string | undefined) => {
    const { [key]: _, ...rest } = settings;
    onChange(text === undefined ? rest : { ...rest, [key]: text });
  };
  const show = (field: Field) => (
    <SettingField
      key={field.key}
      field={field}
      usual={valueText(preset[field.key])}
      text={settings[field.key] ?? valueText(values[field.key])}
      changed={field.key in settings}
      problem={problems[field.key]}
      onChange={(text) => change(field.key, text)}
    />
  );
  const basic = basicKeys(kind);
  const advanced = fields.filter(({ key }) => !basic.includes(key));
  const groups = [...new Set(advanced.map(({ group }) => group))];
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2, xl: 4 }}>
        {basic.map((key) => show(fields.find((field) => field.key === key)!))}
      </SimpleGrid>
      <Accordion variant="separated" multiple transitionDuration={0} order={3}>
        {groups.map((group) => {
          const inside = advanced.filter((field) => field.group === group);
          const changed = inside.filter(({ key }) => key in settings).length;
          const wrong = inside.filter(({ key }) => key in problems).length;
          return (
            <Accordion.Item key={group} value={group}>
              <Accordion.Control>
                {group}
                <Text span size="sm" c="dimmed">
                  {' '}
                  – {countText(inside.length)} settings
                  {changed > 0 ? `, ${changed} changed` : ''}
                  {wrong > 0 ? `, ${wrong} to mend` : ''}
                </Text>
              </Accordion.Control>
              <Accordion.Panel>
                <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }}>{inside.map(show)}</SimpleGrid>
              </Accordion.Panel>
            </Accordion.Item>
          );
        })}
      </Accordion>
    </Stack>
  );
}
