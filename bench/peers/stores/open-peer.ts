import type { SubjectName } from '../cell.ts'
import { openClassicLevel, openMemoryLevel, openVarveLevel } from './level-peer.ts'
import { openLmdb } from './lmdb-peer.ts'
import type { OpenPeer } from './peer.ts'
import { openRocksdbNative } from './rocksdb-peer.ts'
import { openVarve, openVarveBTree } from './varve-peer.ts'

/** Subjects that JavaScript drives. */
export const PEERS: Readonly<Partial<Record<SubjectName, OpenPeer>>> = {
  varve: openVarve,
  'varve-level': openVarveLevel,
  'varve-btree': openVarveBTree,
  'classic-level': openClassicLevel,
  'classic-level-4': openClassicLevel,
  lmdb: openLmdb,
  'rocksdb-native': openRocksdbNative,
  'memory-level': openMemoryLevel,
}
