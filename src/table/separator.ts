/**
 * The shortest user key s with `left` <= s < `right`, given left < right: what a block index needs to tell two blocks
 * apart. It is returned as a slice of one of the two, or as a new key.
 */
export function separator(
  left: Uint8Array,
  leftEnd: number,
  right: Uint8Array,
  rightStart: number,
  rightEnd: number,
): Uint8Array {
  const rightLength = rightEnd - rightStart
  let shared = 0
  while (shared < leftEnd && shared < rightLength && left[shared] === right[rightStart + shared]) shared++
  // Every key between the two begins with the shared bytes; one more byte is needed unless `left` is just these.
  if (shared >= leftEnd - 1) return left.subarray(0, leftEnd)
  if (shared + 1 < rightLength) return right.subarray(rightStart, rightStart + shared + 1)
  if (left[shared]! + 1 < right[rightStart + shared]!) return incremented(left, shared)
  // `right` ends here, one above `left`: only a longer key fits between them.
  for (let at = shared + 1; at < leftEnd - 1; at++) if (left[at]! < 0xff) return incremented(left, at)
  return left.subarray(0, leftEnd)
}

function incremented(key: Uint8Array, last: number): Uint8Array {
  const next = key.slice(0, last + 1)
  next[last]! += 1
  return next
}
