import type { FileHandle, FileSystem, OpenMode, WriteCategory } from '../../src/fs/file-system.ts'
import type { FileCall } from './faulty-file-system.ts'

/** Calls that change what is on the disk, or what a power cut leaves of it. */
const CHANGES = new Set(['append', 'write', 'truncate', 'sync', 'rename', 'unlink', 'makeDirectory', 'removeDirectory'])

/** Whether a call changes something; 'create' is told apart by `HandleCounter`. */
export function isChange({ operation }: FileCall): boolean {
  return CHANGES.has(operation) || operation === 'syncDirectory'
}

/** Counts open handles and remembers every name that was created; passes everything on. */
export class HandleCounter {
  /** Paths of the handles that are open. */
  readonly #open: string[] = []
  readonly created: string[] = []
  readonly fileSystem: FileSystem

  constructor(inner: FileSystem) {
    this.fileSystem = passingOn(inner, {
      open: (path: string, mode: OpenMode, category?: WriteCategory) => {
        const file = inner.open(path, mode, category)
        if (mode === 'create') this.created.push(path)
        return this.#counted(file)
      },
    })
  }

  get open(): readonly string[] {
    return this.#open
  }

  #counted(file: FileHandle): FileHandle {
    this.#open.push(file.path)
    let isOpen = true
    return passingOn(file, {
      close: () => {
        if (isOpen) this.#open.splice(this.#open.indexOf(file.path), 1)
        isOpen = false
        file.close()
      },
    })
  }
}

/** The same object with some of its methods replaced. */
function passingOn<T extends object>(inner: T, replaced: Partial<T>): T {
  return new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(name in replaced ? replaced : target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
