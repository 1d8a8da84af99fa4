export { leveled, nodeFileSystem, open, sizeTiered } from '../src/index.ts'
