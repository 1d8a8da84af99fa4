import { basename, dirname, parse, resolve, sep } from 'node:path'
import type { FileStatus, OpenMode } from './file-system.ts'
import { MemoryDirectory, type MemoryNode } from './memory-directory.ts'
import { MemoryFile } from './memory-file.ts'
import { simulatedError } from './system-error.ts'

/** Files and directories in memory by their paths: what a file system in memory does with names. */
export class MemoryTree {
  readonly root: MemoryDirectory
  #changes: number

  /** `before`: the tree whose changes, not yet synced, `root` has taken over. */
  constructor(root: MemoryDirectory = new MemoryDirectory(), before?: MemoryTree) {
    this.root = root
    this.#changes = before === undefined ? 0 : before.#changes
  }

  /** The place of the next change in the order of all changes. */
  nextOrder(): number {
    return this.#changes++
  }

  status(path: string): FileStatus | undefined {
    const node = this.find(path)
    if (node === undefined) return undefined
    return node instanceof MemoryFile ? { kind: 'file', size: node.size } : { kind: 'directory', size: 0 }
  }

  list(directory: string): string[] {
    return [...this.directory('list', directory).names.keys()]
  }

  makeDirectory(path: string): string[] {
    const missing: string[] = []
    let ancestor = resolve(path)
    while (this.find(ancestor) === undefined) {
      missing.unshift(ancestor)
      ancestor = dirname(ancestor)
    }
    if (this.find(ancestor) instanceof MemoryFile) {
      throw simulatedError('make directory', path, missing.length === 0 ? 'EEXIST' : 'ENOTDIR')
    }
    for (const name of missing) {
      this.#parent('make directory', name).link(basename(name), new MemoryDirectory(), this.nextOrder())
    }
    return missing
  }

  removeDirectory(path: string): void {
    const directory = this.directory('remove directory', path)
    if (directory.names.size > 0) throw simulatedError('remove directory', path, 'ENOTEMPTY')
    this.#parent('remove directory', path).unlink(basename(path), directory, this.nextOrder())
  }

  /** The file that `open` finds or creates. */
  openFile(path: string, mode: OpenMode): MemoryFile {
    let node = this.find(path)
    if (mode === 'create') {
      if (node !== undefined) throw simulatedError('create', path, 'EEXIST')
      node = new MemoryFile()
      this.#parent('create', path).link(basename(path), node, this.nextOrder())
    }
    if (node === undefined) throw simulatedError('open', path, 'ENOENT')
    if (node instanceof MemoryDirectory) throw simulatedError('open', path, 'EISDIR')
    return node
  }

  rename(from: string, to: string): void {
    const node = this.find(from)
    if (node === undefined) throw simulatedError('rename', from, 'ENOENT')
    const source = this.#parent('rename', from)
    const target = this.#parent('rename', to)
    const replaced = this.find(to)
    if (replaced === node) return
    if (replaced !== undefined && replaced instanceof MemoryDirectory !== node instanceof MemoryDirectory) {
      throw simulatedError('rename', from, replaced instanceof MemoryDirectory ? 'EISDIR' : 'ENOTDIR')
    }
    if (replaced instanceof MemoryDirectory && replaced.names.size > 0)
      throw simulatedError('rename', from, 'ENOTEMPTY')
    const order = this.nextOrder()
    if (source === target) source.rename(basename(from), basename(to), node, order)
    else {
      // Over directories a power cut may keep either half.
      target.link(basename(to), node, order)
      source.unlink(basename(from), node, order)
    }
  }

  unlink(path: string): void {
    const node = this.find(path)
    if (node === undefined) throw simulatedError('unlink', path, 'ENOENT')
    if (node instanceof MemoryDirectory) throw simulatedError('unlink', path, 'EISDIR')
    this.#parent('unlink', path).unlink(basename(path), node, this.nextOrder())
  }

  /** Sum of the sizes of all files that have a name. */
  sizeBytes(): number {
    return sizeOf(this.root)
  }

  find(path: string): MemoryNode | undefined {
    const absolute = resolve(path)
    let node: MemoryNode | undefined = this.root
    for (const name of absolute.slice(parse(absolute).root.length).split(sep)) {
      if (name === '') continue
      if (!(node instanceof MemoryDirectory)) return undefined
      node = node.names.get(name)
    }
    return node
  }

  directory(operation: string, path: string): MemoryDirectory {
    const node = this.find(path)
    if (node instanceof MemoryDirectory) return node
    throw simulatedError(operation, path, node === undefined ? 'ENOENT' : 'ENOTDIR')
  }

  #parent(operation: string, path: string): MemoryDirectory {
    return this.directory(operation, dirname(resolve(path)))
  }
}

function sizeOf(node: MemoryNode): number {
  if (node instanceof MemoryFile) return node.size
  let size = 0
  for (const child of node.names.values()) size += sizeOf(child)
  return size
}
