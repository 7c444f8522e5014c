/**
 * Limits of the attributes of a run that users set, apart from the schema, so that help can show
 * them without it.
 */
export const TAG_LENGTH = 40;
export const MOST_TAGS = 20;
export const NOTE_LENGTH = 2000;
