/** Class names of a head that tell its classes apart: files of ImageNet name two classes `crane`. */
import { className } from '../../data/annotations/class-names.ts';

/** A repeated name gets the number of its class, as `crane (517)`; an empty one is `class 3`. */
export function distinctNames(names: readonly string[]): readonly string[] {
  const taken = new Set(names.map(className));
  const seen = new Set<string>();
  return names.map((name, number) => {
    const normal = className(name);
    if (normal !== '' && !seen.has(normal)) {
      seen.add(normal);
      return name;
    }
    const wanted = normal === '' ? `class ${number}` : `${name} (${number})`;
    const found = freeName(wanted, taken);
    taken.add(className(found));
    return found;
  });
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  while (taken.has(className(name))) name += "'";
  return name;
}
