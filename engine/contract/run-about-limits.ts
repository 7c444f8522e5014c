/** Limits of what users say of a run, apart from the schema, so that help shows them without it. */
export const TAG_LENGTH = 40;
export const MOST_TAGS = 20;
export const NOTE_LENGTH = 2000;
