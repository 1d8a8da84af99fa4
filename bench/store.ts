export { leveled, nodeFileSystem, open } from '../src/index.ts'
