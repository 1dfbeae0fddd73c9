/** Where the screens of this folder are, and who may read what. */
export const feedbackPath = '/console/feedback'

/** Who reads what customers wrote (records/conversation.ts `contentReaders`). */
export const textReaders = [
  'ethics_officer',
  'dpo',
  'auditor',
  'overseer',
  'supervisor',
  'agent',
  'complaint_handler',
  'reviewer',
] as const
