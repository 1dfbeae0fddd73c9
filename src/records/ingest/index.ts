export { drySink, type ImportSink, importFiles } from './io/import.ts'
export { listFiles, type ReadOptions, readForReplay, readRecordings } from './io/read.ts'
export { type Ground, type GroundAsked, type ImportContext, storeSink } from './io/store-import.ts'
export { readerTools } from './io/tools.ts'
