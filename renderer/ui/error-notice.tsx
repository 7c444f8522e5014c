/** An error with its advice. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type StudioError, toStudioError } from '../../engine/contract/errors.ts';
import { pageWords } from './page-words.ts';

interface Problem {
  readonly message: string;
  readonly advice?: string | undefined;
  /** The error code, which the documentation lists. */
  readonly code?: string | undefined;
}

/** @param error a thrown value, or the error record of a job; nothing is shown without one */
export function ErrorNotice(props: {
  readonly error: unknown;
  readonly title?: string;
  readonly onRetry?: () => void;
  /** What mends it. */
  readonly children?: ReactNode;
}) {
  if (props.error === null || props.error === undefined) return null;
  const { message, advice, code } = problemOf(props.error);
  return (
    <Alert
      color="red"
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
      {props.children}
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

export function UnreadableResult({ what = 'evaluation' }: { readonly what?: string }) {
  const advice = `Run the ${what} again.`;
  return <ErrorNotice error={{ message: 'The result cannot be read.', advice }} />;
}

/** Show an error as a notification, for actions that have no other place for it. */
export function notifyError(error: unknown): void {
  const { message, advice } = problemOf(error);
  notifications.show({ color: 'red', title: message, message: advice ?? '', autoClose: 12_000 });
}

function problemOf(error: unknown): Problem {
  const { message, advice, code } = recordOf(error);
  return { message: pageWords(message), code, advice: advice && pageWords(advice) };
}

function recordOf(error: unknown): Problem {
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
