/** Longer words are nobody's typing mistakes. */
const LONGEST = 40

/** The word that was meant by a misspelt one, whatever its case; undefined where none is near. */
export function nearest(given: string, words: readonly string[]): string | undefined {
  if (given.length > LONGEST) return undefined
  let found: string | undefined
  let most = Math.floor(given.length / 3)
  for (const word of words) {
    const distance = editDistance(given.toLowerCase(), word.toLowerCase())
    if (distance > most) continue
    found = word
    most = distance - 1
  }
  return found
}

/** How many letters must be added, taken away or changed to make one word of the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < to.length; j++) {
      const changed = row[j]! + (from[i] === to[j] ? 0 : 1)
      next.push(Math.min(changed, row[j + 1]! + 1, next[j]! + 1))
    }
    row = next
  }
  return row.at(-1)!
}
