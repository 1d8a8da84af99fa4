export { type Encoding, leveled, nodeFileSystem, open, type Scan, sizeTiered } from '../src/index.ts'
