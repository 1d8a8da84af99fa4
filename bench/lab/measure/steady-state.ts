/** Windows that must agree before a store is said to be in a steady state. */
export const STEADY_WINDOWS = 5
/** Of the largest of them. */
export const STEADY_SPREAD = 0.02

/** Whether the last windows of a measured figure, five of them, lie within 2 % of each other. */
export function isSteady(
  figures: readonly number[],
  windows: number = STEADY_WINDOWS,
  spread: number = STEADY_SPREAD,
): boolean {
  if (figures.length < windows) return false
  const last = figures.slice(-windows)
  const most = Math.max(...last)
  return most > 0 && (most - Math.min(...last)) / most <= spread
}

/** The window after which the figures were steady for the first time; undefined where they never were. */
export function steadyFrom(figures: readonly number[]): number | undefined {
  for (let i = STEADY_WINDOWS; i <= figures.length; i++) if (isSteady(figures.slice(0, i))) return i - STEADY_WINDOWS
  return undefined
}
