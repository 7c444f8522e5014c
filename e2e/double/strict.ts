/** Wrap a part of the double so that access to a missing member throws with its name. */
export function strict<T extends object>(name: string, members: T): T {
  return new Proxy(members, {
    get(target, key) {
      if (typeof key === 'string' && !(key in target) && key !== 'then')
        throw new Error(`The double of electron has no ${name}.${key}.`);
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
