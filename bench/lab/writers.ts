/** Writers that await their puts at the same time: each of their rounds is one commit. */
export const WRITERS = 100
