export const dateText = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
