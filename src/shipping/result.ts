export const resultTrouble = (_value: unknown): string | undefined => undefined;
