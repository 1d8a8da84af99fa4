import Table from 'cli-table3'

/** A table for a terminal: first column to the left, numbers to the right; empty without rows. */
export function plainTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const table = new Table({
    head: [...head],
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: [] },
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
  })
  table.push(...rows.map((row) => [...row]))
  return `\n${title}\n${table.toString()}`
}
