/** What these screens read, and the kinds of personal data in the order in which people choose them. */
import { sampleLabels } from '../../../../src/privacy/samples/contract.ts'

export type {
  CoverageReply,
  CoverageRow,
  SampleView,
  StoredMeasurement,
  TryReply,
} from '../../../../src/privacy/samples/contract.ts'

export const labelsInOrder = sampleLabels
