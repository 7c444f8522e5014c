declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>;
  export default classes;
}

/** The address of a picture that comes with the page. */
declare module '*.svg' {
  const address: string;
  export default address;
}
