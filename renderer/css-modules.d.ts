declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>;
  export default classes;
}

/** The URL of a bundled image. */
declare module '*.svg' {
  const address: string;
  export default address;
}
