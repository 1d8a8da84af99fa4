export { type Encoding, leveled, nodeFileSystem, open, sizeTiered } from '../src/index.ts'
