/** The parts of a path with their paths: `/data/images` gives `/`, `data`, `images`; drives and shares are parts too. */
export function pathParts(path: string): { name: string; path: string }[] {
  const separator = path.includes('\\') ? '\\' : '/';
  const pieces = path.split(separator).filter((piece) => piece !== '');
  const start = path.startsWith('/') ? '/' : '';
  const parts = pieces.map((name, i) => ({
    name,
    path: `${start}${pieces.slice(0, i + 1).join(separator)}${i === 0 && /^[A-Za-z]:$/.test(name) ? separator : ''}`,
  }));
  return start === '' ? parts : [{ name: '/', path: '/' }, ...parts];
}
