export { drySink, type ImportSink, importFiles } from './io/import.ts'
export { listFiles, type ReadOptions, readForReplay, readRecordings } from './io/read.ts'
export { readerTools } from './io/tools.ts'
