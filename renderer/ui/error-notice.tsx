/** What went wrong, and what to do about it. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type StudioError, toStudioError } from '../../engine/contract/errors.ts';

interface Problem {
  readonly message: string;
  readonly advice?: string | undefined;
  /** Names the problem in the documentation and when asking for help. */
  readonly code?: string | undefined;
}

/** @param error anything thrown, or the error record of a job */
export function ErrorNotice(props: {
  readonly error: unknown;
  readonly title?: string;
  readonly onRetry?: () => void;
}) {
  const { message, advice, code } = problemOf(props.error);
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title={props.title ?? message}
    >
      {props.title === undefined ? null : <Text>{message}</Text>}
      {advice === undefined ? null : <Text>{advice}</Text>}
      {code === undefined || code === '' ? null : (
        <Text size="xs" c="dimmed">
          Code: {code}
        </Text>
      )}
      {props.onRetry === undefined ? null : (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={props.onRetry}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  );
}

/** Says it in passing, for actions whose place on the page shows nothing else. */
export function tellError(error: unknown): void {
  const { message, advice } = problemOf(error);
  notifications.show({ color: 'red', title: message, message: advice ?? '', autoClose: 12_000 });
}

function problemOf(error: unknown): Problem {
  if (
    error !== null &&
    typeof error === 'object' &&
    'message' in error &&
    !(error instanceof Error)
  )
    return error as Problem;
  const known: StudioError = toStudioError(error);
  return { message: known.message, advice: known.advice, code: known.code };
}
