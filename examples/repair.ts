import { repair } from 'varve'

const report = await repair('./my-store', './my-store-repaired') // the target must be missing or empty
console.log(report.summary) // what was found, what could not be read
console.log(report.complete, report.unreadable) // whether anything was lost, and where
