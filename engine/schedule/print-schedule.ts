/** A schedule as text: a line for each buffer and step. */
import type { ComputeStep, Operand, Place, Schedule, Step, View } from './schedule.ts';
import { isDense } from './views.ts';

export function printSchedule({ name, buffers, steps, results, arenaBytes }: Schedule): string {
  const places = buffers.flatMap(({ dtype, elements, place, from, until }, i) =>
    until < 0
      ? []
      : [`  b${i}: ${dtype}[${elements}] ${placeText(place)}, steps ${from}..${until}`],
  );
  const lines = steps.map((step, i) => `  ${i}: ${stepText(step)}`);
  const ends = results.map((result) => `  result ${result.name} = ${viewText(result.view)}`);
  const head = `schedule ${name}, arena ${arenaBytes} bytes {`;
  return [head, ...places, ...lines, ...ends, '}'].join('\n');
}

function placeText(place: Place): string {
  if (place.kind === 'constant') {
    const { data } = place;
    return data.length > 4 ? `constant <${data.length}>` : `constant [${[...data].join(',')}]`;
  }
  return place.kind === 'arena' ? `arena +${place.offset}` : `${place.kind} ${place.name}`;
}

/** Shape; strides where they are not row-major; offset where there is one. */
export function viewText(view: View): string {
  const strides = isDense(view) ? '' : `:${view.strides.join(',')}`;
  const offset = view.offset === 0 ? '' : `+${view.offset}`;
  return `b${view.buffer}[${view.shape.join(',')}${strides}]${offset}`;
}

function stepText(step: Step): string {
  if (step.kind === 'copy') return `copy ${viewText(step.from)} to ${viewText(step.to)}`;
  if (step.kind === 'fill') return `fill ${viewText(step.to)} with ${step.value}`;
  return `${step.kind} ${step.body.map((_, i) => instructionText(step, i)).join('; ')}`;
}

function instructionText({ reads, body, writes }: ComputeStep, position: number): string {
  const { op, operands } = body[position]!;
  const operandText = (operand: Operand) => {
    if ('read' in operand) return viewText(reads[operand.read]!);
    return 'value' in operand ? `%${operand.value}` : `${operand.literal}`;
  };
  const write = writes.find(({ value }) => value === position);
  const target = write ? viewText(write.view) : `%${position}`;
  const name = write && isUsedInside(body, position) ? `${target} = %${position}` : target;
  return `${name} = ${op}(${operands.map(operandText).join(', ')})`;
}

function isUsedInside(body: ComputeStep['body'], position: number): boolean {
  return body.some(({ operands }) =>
    operands.some((operand) => 'value' in operand && operand.value === position),
  );
}
