/** Two or three figures that matter. */
export function figures(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size > 0 && size < 0.1) return value.toFixed(4)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

export function percent(share: number): string {
  const value = 100 * share
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(1)} %`
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes >= 100 * 2 ** 20 ? 0 : 1)} MiB`
}

export function bytes(value: number): string {
  if (value >= 2 ** 30) return `${trimmed(value / 2 ** 30)} GiB`
  if (value >= 2 ** 20) return `${trimmed(value / 2 ** 20)} MiB`
  return value >= 1024 ? `${trimmed(value / 1024)} KiB` : `${value} B`
}

export function microseconds(us: number): string {
  if (us >= 1e6) return `${trimmed(us / 1e6)} s`
  return us >= 1000 ? `${trimmed(us / 1000)} ms` : `${trimmed(us)} µs`
}

export function perSecond(value: number): string {
  if (value >= 1e6) return `${trimmed(value / 1e6)} M/s`
  return value >= 1000 ? `${trimmed(value / 1000)} K/s` : `${trimmed(value)} /s`
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)))
}
