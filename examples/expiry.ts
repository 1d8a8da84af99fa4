import type { KeyValueStore } from 'varve'

type Store = KeyValueStore<'utf8'>

/** The index sorts by time: `x:`, 15 digits, `:`, the id. */
const timeKey = (timeMs: number): string => `x:${`${timeMs}`.padStart(15, '0')}:`
const ID_AT = timeKey(0).length

/** Puts a value that expires, and its place in the index, in one batch. */
export function putExpiring(db: Store, id: string, value: string, expiresMs: number): Promise<number> {
  return db.batch([
    { type: 'put', key: `v:${id}`, value: JSON.stringify({ value, expiresMs }) },
    { type: 'put', key: `${timeKey(expiresMs)}${id}`, value: '' },
  ])
}

/** What has expired reads as missing, before it is swept, too. */
export function getFresh(db: Store, id: string, nowMs: number = Date.now()): string | undefined {
  const stored = db.getSync(`v:${id}`)
  if (stored === undefined) return undefined
  const { value, expiresMs } = JSON.parse(stored)
  return expiresMs > nowMs ? value : undefined
}

/** Deletes up to 1,000 values that have expired, and returns how many places in the index it took. For a timer. */
export function sweep(db: Store, nowMs: number = Date.now()): number {
  const durability = 'process' // no sync: what a power cut brings back is swept again
  db.batchSync([], { durability }) // commits the writes under way, so that none of them is deleted unread
  const due = db
    .scan({ prefix: 'x:', lt: timeKey(nowMs + 1), limit: 1000 })
    .keys()
    .allSync()
  const keys = due.flatMap((place) => {
    const id = place.slice(ID_AT)
    // A value that was put again with a later time stays.
    return getFresh(db, id, nowMs) === undefined ? [place, `v:${id}`] : [place]
  })
  db.batchSync(
    keys.map((key) => ({ type: 'delete', key })),
    { durability },
  )
  return due.length
}
