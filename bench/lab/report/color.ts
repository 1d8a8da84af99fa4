/** Of each arm, wherever it is drawn: classes that the style sheet gives a colour for light and dark. */
const CLASSES: Readonly<Record<string, string>> = {
  'leveled-10': 'c-blue',
  'leveled-4': 'c-sky',
  'size-tiered-4': 'c-red',
  'size-tiered-8': 'c-orange',
  fifo: 'c-green',
  'time-window': 'c-purple',
  'btree-none': 'c-ink',
  'btree-full-page-images': 'c-orange',
  'btree-double-write': 'c-purple',
  'btree-copy-on-write': 'c-green',
}

export function colorOf(arm: string): string {
  const known = Object.keys(CLASSES).find((name) => arm === name || arm.startsWith(`${name}-`))
  return known === undefined ? 'c-ink' : CLASSES[known]!
}
