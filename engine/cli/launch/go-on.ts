/** Lines of a shell that begin a run, or go on with it where it is there already. */
import { shellText } from '../../contract/shell-text.ts';
import type { LaunchOrder } from './launch-order.ts';

/** The variables that the other lines use. @param name as the shell is to read it */
export function variableLines(
  { workspace, conmim, name }: LaunchOrder,
  shownName = shellText([name]),
): string[] {
  return [
    `conmim=(${shellText(conmim)})`,
    `name=${shownName}`,
    `workspace=${shellText([workspace])}`,
  ];
}

/** Sets the variable `what` to the command. */
export function chooseLines({ command }: LaunchOrder): string[] {
  return [
    '# A run of this name is resumed from its last checkpoint.',
    `if "\${conmim[@]}" runs show "$name" --workspace "$workspace" > /dev/null 2>&1; then`,
    '  what=(resume "$name" --workspace "$workspace")',
    'else',
    `  what=(${shellText(command)} --name "$name" --workspace "$workspace")`,
    'fi',
  ];
}
