import type { FileHandle, FileSystem } from '../../src/fs/file-system.ts'

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function textOf(handle: FileHandle): string {
  const target = new Uint8Array(handle.sizeSync())
  return new TextDecoder().decode(target.subarray(0, handle.readSync(target, 0)))
}

export function readText(fs: FileSystem, path: string): string {
  const handle = fs.open(path, 'read')
  const text = textOf(handle)
  handle.close()
  return text
}

export function writeText(fs: FileSystem, path: string, text: string): void {
  const handle = fs.open(path, 'create', 'other')
  handle.appendSync(bytesOf(text))
  handle.close()
}

/** The code of the VarveError that a call throws, or 'none'. */
export async function codeOf(call: () => unknown): Promise<string> {
  try {
    await call()
    return 'none'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
