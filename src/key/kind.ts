/**
 * The kind byte of an internal key. Bits 0-3: what happened to the key. Bit 4: an expiry (absolute ms, 6 bytes) stands before the value.
 * Bit 5: the value is a pointer (file, offset, length). Bits 6-7: zero. This version writes DELETE and PUT and refuses the rest.
 */
export const Kind = { Delete: 0, Put: 1, RangeDelete: 2, Merge: 3, SingleDelete: 4 } as const
export type Kind = (typeof Kind)[keyof typeof Kind]

/** Whether this version can read entries of this kind. */
export function isReadableKind(kind: number): kind is typeof Kind.Delete | typeof Kind.Put {
  return kind === Kind.Delete || kind === Kind.Put
}
