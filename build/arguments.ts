// Arguments of scripts. What is wrong with them is told in a sentence, without a stack (run-script.ts).

/** What was given to a script is wrong, in a sentence. */
export class ArgumentError extends Error {}

/** The arguments of a script without options. @throws ArgumentError for options and for more than `most` */
export function plainArguments(args: readonly string[], most: number): readonly string[] {
  const option = args.find((one) => one.startsWith('-'));
  if (option !== undefined) throw new ArgumentError(`There is no option ${option}.`);
  if (args.length > most) throw new ArgumentError(`Nothing is known about '${args[most]}'.`);
  return args;
}

/** A number above zero. @param name what it is, as it was given. @throws ArgumentError */
export function positiveNumber(text: string, name: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new ArgumentError(`${name} is '${text}', which is no number above zero.`);
}

/** A whole number from one on. @throws ArgumentError */
export function wholeNumber(text: string, name: string): number {
  const value = positiveNumber(text, name);
  if (Number.isSafeInteger(value)) return value;
  throw new ArgumentError(`${name} is '${text}', which is no whole number.`);
}

/** One of the known words. @throws ArgumentError */
export function knownWord<W extends string>(text: string, known: readonly W[], name: string): W {
  const found = known.find((word) => word === text);
  if (found !== undefined) return found;
  throw new ArgumentError(`${name} is '${text}', and must be one of ${known.join(', ')}.`);
}
