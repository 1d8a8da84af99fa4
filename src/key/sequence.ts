/** The greatest sequence: what fits into the six bytes of an internal key. */
export const MAX_SEQUENCE: number = 2 ** 48 - 1
