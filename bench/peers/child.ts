import { measureBareDurableWrites } from '../calibration.ts'
import { CACHE_BYTES, type CellRequest, type CellRun, LOAD, MEMTABLE_BYTES, RESULT_MARK } from './cell.ts'
import { KEY_BYTES } from './records.ts'
import { PEERS } from './stores/open-peer.ts'
import { load } from './work/load.ts'
import { WORKS } from './works.ts'

function bare({ directory, milliseconds, shape }: CellRequest): CellRun {
  const perSecond = measureBareDurableWrites(directory, milliseconds, KEY_BYTES + shape.valueBytes)
  return { operations: Math.round((perSecond * milliseconds) / 1000), perSecond }
}

async function runCell(request: CellRequest): Promise<CellRun> {
  if (request.subject === 'bare') return bare(request)
  const isLoad = request.work === LOAD
  const work = WORKS.find(({ name }) => name === request.work)
  const run = isLoad ? load : work!.run
  const durability = isLoad ? 'process' : work!.durability
  const options = { durability, memtableBytes: MEMTABLE_BYTES, cacheBytes: CACHE_BYTES }
  const peer = await PEERS[request.subject]!(request.directory, options)
  // What lives in memory alone is loaded where it is read.
  if (request.subject === 'memory-level' && !isLoad && work!.begins !== 'empty') await load(peer, request)
  const result = await run(peer, request)
  await peer.close()
  return result
}

/** One cell, alone in its process, so that no store meets code that another one has shaped: `child.js '<request>'`. */
const request: CellRequest = JSON.parse(process.argv[2]!)
process.stdout.write(`${RESULT_MARK}${JSON.stringify(await runCell(request))}\n`)
