import { type CellRequest, type CellRun, isNative, KILL, LOAD, RESULT_MARK } from './cell.ts'
import { PEERS } from './stores/open-peer.ts'
import { peerModule } from './stores/peer-module.ts'
import { BARE } from './work/bare.ts'
import { fillLogAndDie, load, UNFLUSHED_BYTES } from './work/load.ts'
import { workNamed } from './works.ts'

async function runCell(request: CellRequest): Promise<CellRun> {
  const { work: name, subject, directory, sizes } = request
  const bare = BARE[subject]
  if (bare !== undefined) return bare(request)
  const open = PEERS[subject]!
  if (name === KILL) {
    const memtableBytes = UNFLUSHED_BYTES
    return await fillLogAndDie(await open(directory, { ...sizes, memtableBytes, durability: 'process' }), request)
  }
  const work = name === LOAD ? undefined : workNamed(name)
  // To load native code takes tens of milliseconds, and is no part of an opening; Varve's is loaded here already.
  if (isNative(subject)) peerModule(subject)
  const begun = performance.now()
  const peer = await open(directory, { ...sizes, durability: work?.durability ?? 'process' })
  const openMs = performance.now() - begun
  // What lives in memory alone is loaded where it is read.
  if (subject === 'memory-level' && work !== undefined && work.begins !== 'empty') await load(peer, request, openMs)
  const result = await (work?.run ?? load)(peer, request, openMs)
  await peer.close()
  return result
}

/** One cell, alone in its process, so that no store meets code that another one has shaped: `child.js '<request>'`. */
const request: CellRequest = JSON.parse(process.argv[2]!)
process.stdout.write(`${RESULT_MARK}${JSON.stringify(await runCell(request))}\n`)
