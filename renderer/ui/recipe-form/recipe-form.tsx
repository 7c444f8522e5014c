/**
 * All settings of a recipe, those that matter most first. What may be typed is what the engine takes:
 * the same schema checks both, at every key press.
 */
import { Accordion, Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowBackUp, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { RecipeKind } from '../../../engine/contract/tasks.ts';
import { countOf } from '../format.ts';
import {
  basicFields,
  checkRecipe,
  type FormField,
  formFields,
  matches,
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
  const [search, setSearch] = useState('');
  const fields = useMemo(() => formFields(kind), [kind]);
  const { values, problems } = useMemo(
    () => checkRecipe(kind, preset, settings),
    [kind, preset, settings],
  );
  const change = (key: string, text: string | undefined) => {
    const { [key]: _, ...rest } = settings;
    onChange(text === undefined ? rest : { ...rest, [key]: text });
  };
  const show = (field: FormField) => {
    const { key } = field;
    const usual = valueText(preset[key]);
    const now = valueText(values[key]);
    return (
      <SettingField
        key={key}
        field={field}
        usual={usual}
        text={settings[key] ?? now}
        changed={key in settings ? 'by hand' : now === usual ? 'no' : 'along'}
        unused={field.noEffect(values)}
        problem={problems[key]}
        onChange={(text) => change(key, text)}
      />
    );
  };
  const basic = basicFields(kind, values);
  const rest = fields.filter(({ key }) => !basic.some((shown) => shown.key === key));
  const found = search.trim() === '' ? undefined : fields.filter((field) => matches(field, search));
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <TextInput
          label="Find a setting"
          placeholder="Term or key"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          flex="0 1 20rem"
        />
        <Changed settings={settings} onReset={() => onChange({})} />
      </Group>
      {found === undefined ? (
        <>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3, xl: 4 }}>{basic.map(show)}</SimpleGrid>
          <Groups fields={rest} settings={settings} problems={problems} show={show} />
        </>
      ) : found.length === 0 ? (
        <Text c="dimmed">No setting matches.</Text>
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }}>{found.map(show)}</SimpleGrid>
      )}
    </Stack>
  );
}

function Changed(props: {
  readonly settings: Readonly<Record<string, string>>;
  readonly onReset: () => void;
}) {
  const count = Object.keys(props.settings).length;
  return (
    <Group gap="sm">
      <Text size="sm" role="status">
        {count === 0 ? 'No setting changed.' : `${settingsText(count)} changed.`}
      </Text>
      {count === 0 ? null : (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          onClick={props.onReset}
        >
          Back to the recipe
        </Button>
      )}
    </Group>
  );
}

function settingsText(count: number): string {
  return countOf(count, 'setting');
}

function Groups(props: {
  readonly fields: readonly FormField[];
  readonly settings: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
  readonly show: (field: FormField) => React.ReactNode;
}) {
  const { fields, settings, problems, show } = props;
  const [open, setOpen] = useState<string[]>([]);
  const groups = [...new Set(fields.map(({ group }) => group))];
  return (
    <Accordion
      variant="contained"
      multiple
      transitionDuration={0}
      order={3}
      value={open}
      onChange={setOpen}
    >
      {groups.map((group) => {
        const inside = fields.filter((field) => field.group === group);
        const changed = inside.filter(({ key }) => key in settings).length;
        const wrong = inside.filter(({ key }) => key in problems).length;
        // Names have spaces, and addresses within a page must not.
        const place = group.replaceAll(' ', '-');
        return (
          <Accordion.Item key={group} value={place}>
            <Accordion.Control>
              {group}
              <Text span size="sm" c="dimmed">
                {' '}
                – {settingsText(inside.length)}
                {changed > 0 ? `, ${changed} changed` : ''}
                {wrong > 0 ? `, ${wrong} to fix` : ''}
              </Text>
            </Accordion.Control>
            <Accordion.Panel>
              {/* Fields of closed groups are left out: all sixty would be rendered again at every key press. */}
              {open.includes(place) ? (
                <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }}>{inside.map(show)}</SimpleGrid>
              ) : null}
            </Accordion.Panel>
          </Accordion.Item>
        );
      })}
    </Accordion>
  );
}
