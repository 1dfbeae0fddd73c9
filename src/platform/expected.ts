/** What a value had to be, in signs that every language has: a type, a list of values, a limit. For sentences about bad input. */
import type { z } from 'zod'

/** Never empty: `–` where it cannot be said in signs. A message of a rule of our own is a code already and stays. */
export function expectedOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected
    case 'invalid_value':
      return issue.values.map(String).join(' | ')
    case 'too_small':
      return `${issue.inclusive === false ? '>' : '>='} ${issue.minimum}`
    case 'too_big':
      return `${issue.inclusive === false ? '<' : '<='} ${issue.maximum}`
    case 'not_multiple_of':
      return `n × ${issue.divisor}`
    case 'invalid_format':
      return issue.pattern ?? issue.format
    case 'invalid_union': {
      const each = [...new Set(issue.errors.flat().map(expectedOf))].filter((one) => one !== '–')
      return each.length === 0 ? '–' : each.join(' | ')
    }
    case 'custom':
      return issue.message === '' ? '–' : issue.message
    default:
      return '–'
  }
}
